"""Directories for the files that are disks.

Source: reference of Ganeti's node RPC, 3.8. The allowed paths are not looked at.
"""

from collections.abc import Sequence
from errno import ENOTEMPTY
from os import strerror
from typing import Any, Final

import attrs

from ganeti_lite.simulator.noded.machine import SimulatedNode

from ._outcome import CallError, Calls, Done


def _create(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    """With everything above it, if need be."""
    path = _normal(*arguments)
    parts = path.split("/")
    made = {"/".join(parts[: count + 1]) for count in range(1, len(parts))}
    return Done(attrs.evolve(machine, directories=machine.directories | made))


def _remove(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    path = _normal(*arguments)
    if machine.has_content(path):
        failure = OSError(ENOTEMPTY, strerror(ENOTEMPTY), path)
        raise CallError(f"Cannot remove file storage directory '{path}': {failure}")
    return Done(attrs.evolve(machine, directories=machine.directories - {path}))


def _rename(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    """With all that is in it."""
    old, new = map(_normal, arguments)
    if machine.has_directory(new):
        if machine.has_directory(old):
            raise CallError(f"Cannot rename '{old}' to '{new}': both locations exist")
        return Done(machine)
    if not machine.has_directory(old):
        raise CallError(f"Specified storage dir '{old}' is not a directory")
    devices = [
        attrs.evolve(device, path=_moved(device.path, old, new)) if device.kind == "file" else device
        for device in machine.devices.values()
    ]
    directories = frozenset(_moved(path, old, new) for path in machine.directories)
    return Done(attrs.evolve(machine, directories=directories, devices={device.path: device for device in devices}))


def _normal(path: str) -> str:
    return path.rstrip("/")


def _moved(path: str, old: str, new: str) -> str:
    return new + path.removeprefix(old) if path == old or path.startswith(f"{old}/") else path


DIRECTORY_CALLS: Final[Calls] = {
    "file_storage_dir_create": _create,
    "file_storage_dir_remove": _remove,
    "file_storage_dir_rename": _rename,
}
