"""The watcher's pause.

Source: reference of Ganeti's node RPC, 3.3.
"""

from collections.abc import Sequence
from typing import Any, Final

import attrs

from ganeti_lite.simulator.noded.file_tree import StoredFile
from ganeti_lite.simulator.noded.machine import DATA_DIR, SimulatedNode

from ._outcome import CallError, Done, TimedCalls

_FILE: Final = f"{DATA_DIR}/watcher.pause"


def _set_pause(machine: SimulatedNode, arguments: Sequence[Any], _now: float) -> Done:
    (until,) = arguments
    if until is None:
        return Done(attrs.evolve(machine, files=machine.files.remove(_FILE)))
    if isinstance(until, bool) or not isinstance(until, int | float):
        raise CallError("Duration must be numeric")
    return Done(attrs.evolve(machine, files=machine.files.write(_FILE, StoredFile(f"{int(until)}\n", 0o644))))


def _get_pause(machine: SimulatedNode, _arguments: object, now: float) -> int | None:
    """The end of the pause; None if it is over."""
    file = machine.files.files.get(_FILE)
    until = int(file.content) if file else 0
    return until if until >= now else None


WATCHER_CALLS: Final[TimedCalls] = {"set_watcher_pause": _set_pause, "get_watcher_pause": _get_pause}
