"""The job queue as a master candidate keeps it: files that the master sends, renames and removes.

Source: reference of Ganeti's node RPC, 3.2. The lock of the queue is not simulated.
"""

from collections.abc import Sequence
from typing import Any, Final

import attrs

from ganeti_lite.simulator.noded.file_tree import FileTree, StoredFile
from ganeti_lite.simulator.noded.machine import QUEUE_DIR, SimulatedNode

from ._outcome import CallError, Calls, Done
from ._wire import localize, unpack_text

_UNEXPECTED: Final = "Error while executing backend function: "
_DRAIN_FLAG: Final = f"{QUEUE_DIR}/drain"
_LOCK: Final = f"{QUEUE_DIR}/lock"


def _queue_file(content: str) -> StoredFile:
    return StoredFile(content, 0o640, "gnt-masterd", "gnt-daemons")


def _update(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    path, content = arguments
    local = _localize_queue_file(machine.files, path)
    return _with_files(machine, machine.files.write(local, _queue_file(unpack_text(content))))


def _rename(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    """Renames up to the first that fails; those before it stay."""
    files = machine.files
    for old, new in arguments[0]:
        try:
            files = files.rename(_localize_queue_file(files, old), _localize_queue_file(files, new))
        except CallError as error:
            return attrs.evolve(_with_files(machine, files), payload=str(error), is_success=False)
        except (OSError, ValueError) as error:
            return attrs.evolve(_with_files(machine, files), payload=f"{_UNEXPECTED}{error}", is_success=False)
    return attrs.evolve(_with_files(machine, files), payload=[None] * len(arguments[0]))


def _purge(machine: SimulatedNode, _arguments: object) -> Done:
    """All files go, those of the archive too; the lock stays."""
    gone = [path for path in machine.files.below(QUEUE_DIR) if path != _LOCK]
    return _with_files(machine, machine.files.remove(*gone))


def _set_drain_flag(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    (is_drained,) = arguments
    if is_drained:
        return _with_files(machine, machine.files.write(_DRAIN_FLAG, _queue_file("")))
    return _with_files(machine, machine.files.remove(_DRAIN_FLAG))


def _localize_queue_file(files: FileTree, path: str) -> str:
    local = localize(files, path)
    if not local.startswith(f"{QUEUE_DIR}/") or ".." in local.split("/"):
        raise CallError(
            f"Passed job queue file '{files.local(local)}' does not belong to "
            f"the queue directory '{files.local(QUEUE_DIR)}'"
        )
    return local


def _with_files(machine: SimulatedNode, files: FileTree) -> Done:
    return Done(attrs.evolve(machine, files=files))


QUEUE_CALLS: Final[Calls] = {
    "jobqueue_update": _update,
    "jobqueue_rename": _rename,
    "jobqueue_purge": _purge,
    "jobqueue_set_drain_flag": _set_drain_flag,
}
