"""Processes that do nothing but change a configuration, and can be killed, or have little room."""

import itertools
from multiprocessing.connection import Connection
from typing import Any, Final

from attrs import evolve

from ganeti_lite.masterd import changes
from ganeti_lite.masterd.atomic_write import FileWriteError
from ganeti_lite.masterd.config_file import ConfigFile
from ganeti_lite.snapshot import ClusterSnapshot

NOW: Final = 1_760_000_000.25


def stream(path: str, told: "Connection[int, int]") -> None:
    """Write versions without end; tells each one's serial number once it is written.

    Each of them has its own serial number as the tag of every instance, so that a mix of two can be told.
    """
    file = ConfigFile(path)
    version = file.read()
    for _ in itertools.count():
        version = file.write(version, tag_all, NOW)
        told.send(version.snapshot.serial_no)


def tag_all(snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    """Every instance with the serial number that the file will have as its only tag."""
    for item in snapshot.instances.values():
        snapshot = changes.update(snapshot, evolve(item, tags=(str(snapshot.serial_no + 1),)), now)
    return snapshot


def fill(path: str, limit: int, answer: "Connection[Any, Any]") -> None:
    """Write a version while no file may have more than *limit* bytes; tells the error."""
    import resource  # noqa: PLC0415 - the limit is for this process alone

    file = ConfigFile(path)
    before = file.read()
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        file.write(before, tag_all, NOW)
    except FileWriteError as error:
        answer.send(error.to_wire())
