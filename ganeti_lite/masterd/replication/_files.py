"""The queue's files as they are sent: looked at when it is their turn, so the newest content wins."""

import os
from typing import Final

from ganeti_lite.files import read_file, read_signature
from ganeti_lite.jobs import archive_folder, job_id_of
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.wire.noderpc import encode_text

DRAIN: Final = "drain"
"""Stands for the drain flag, which has no content and a call of its own."""

SERIAL: Final = "serial"


class QueueFiles:
    """The queue directory of this node, and what its files are called on others."""

    def __init__(self, paths: GanetiPaths) -> None:
        self._paths = paths

    def list_all(self) -> list[str]:
        """Everything that a new candidate has to have: live jobs, then the serial and the drain flag.

        Empty if the directory cannot be listed.
        """
        try:
            names = os.listdir(self._paths.queue_dir)
        except OSError:
            return []
        return [*sorted(name for name in names if job_id_of(name) is not None), SERIAL, DRAIN]

    def encode(self, name: str) -> list[object] | None:
        """Arguments of ``jobqueue_update``; of a job that was archived meanwhile under its former name.

        None if there is no such file any more.
        """
        for place in (name, _archived(name)):
            try:
                content, _ = read_file(f"{self._paths.queue_dir}/{place}")
            except OSError:
                continue
            return [self._name(name), encode_text(content)]
        return None

    def encode_rename(self, name: str) -> list[str]:
        """A pair for ``jobqueue_rename``: from where a job was to its place in the archive."""
        return [self._name(name), self._name(_archived(name))]

    @property
    def is_drained(self) -> bool:
        """Whether there is the drain flag."""
        return read_signature(self._paths.drain_flag) is not None

    def _name(self, place: str) -> str:
        return self._paths.on_any_node(f"{self._paths.queue_dir}/{place}")


def _archived(name: str) -> str:
    """Where a job is in the archive; other files are never there."""
    job_id = job_id_of(name)
    return name if job_id is None else f"{archive_folder(job_id)}/{name}"
