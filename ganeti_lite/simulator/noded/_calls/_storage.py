"""What a node tells of its storage: in ``node_info`` by storage unit, in ``storage_list`` row by row.

Wrong arguments fail as they do with the real daemon: as an exception, whose text becomes the answer.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ganeti_lite.simulator._objects import JsonObject
from ganeti_lite.simulator.noded.machine import SimulatedNode

_Row = Mapping[str, object]


def describe_unit(node: SimulatedNode, unit: Sequence[Any]) -> JsonObject:
    """Size and free space of a storage unit ``[type, key, parameters]``.

    :raises Exception: the unit is malformed, unknown, or not there; the text is the real daemon's.
    """
    kind, key = unit[0], unit[1]
    size, free = _UNITS[kind](node, key, unit[2])
    return {"type": kind, "name": key, "storage_size": size, "storage_free": free}


def _volume_group(node: SimulatedNode, key: str, parameters: Sequence[object]) -> tuple[int | None, int | None]:
    _check_count(parameters, 1)
    group = node.volume_group(key)
    return (group.size, group.free) if group else (None, None)


def _spindles(node: SimulatedNode, key: str, parameters: Sequence[object]) -> tuple[int, int]:
    """Spindles are counted only where storage is exclusive."""
    _check_count(parameters, 1)
    group = node.volume_group(key)
    return (len(group.volumes), group.free_spindles) if group and parameters[0] else (0, 0)


def _directory(node: SimulatedNode, key: str, parameters: Sequence[object]) -> tuple[int, int]:
    _check_count(parameters, 0)
    storage = node.file_storage(key)
    if storage is None:
        text = f"Failed to retrieve file system information about path: {key} - No such file or directory"
        raise OSError(text)
    return storage.size, storage.free


def _not_told(_node: SimulatedNode, _key: str, _parameters: Sequence[object]) -> tuple[int, int]:
    raise NotImplementedError


def _check_count(parameters: Sequence[object], expected: int) -> None:
    if len(parameters) != expected:
        raise ValueError(
            "Did not receive the expected number ofstorage parameters: "
            f"expected {expected}, received '{len(parameters)}'"
        )


_UNITS: Final[Mapping[str, Callable[[SimulatedNode, str, Sequence[object]], tuple[int | None, int | None]]]] = {
    "lvm-vg": _volume_group,
    "lvm-pv": _spindles,
    "file": _directory,
    **dict.fromkeys(("sharedfile", "gluster", "blockdev", "diskless", "ext"), _not_told),
}
"""Without ``rbd``, as the real one."""


def list_storage(node: SimulatedNode, arguments: Sequence[Any]) -> list[list[object]]:
    """Rows of the fields wanted; arguments ``[type, type arguments, name or null, fields]``.

    :raises Exception: as with :func:`describe_unit`.
    """
    kind, kind_arguments, name, fields = arguments
    if kind not in _LISTS:
        raise ValueError(f"Unknown storage type: '{kind}'")
    return [[_value(row, field) for field in fields] for row in _LISTS[kind](node, kind_arguments, name)]


def _value(row: _Row, field: str) -> object:
    if field not in row:
        raise ValueError(f"Unknown field: '{field}'")
    return row[field]


def _list_directories(node: SimulatedNode, kind_arguments: Sequence[Any], name: str | None) -> list[_Row]:
    """A name takes the place of the paths."""
    (paths,) = kind_arguments
    return [_directory_row(node, path) for path in (paths if name is None else [name])]


def _directory_row(node: SimulatedNode, path: str) -> _Row:
    storage = node.file_storage(path)
    if storage is None:
        raise OSError(f"[Errno 2] No such file or directory: '{path}'")
    return _row(path, storage.size, storage.used, storage.free)


def _list_volume_groups(node: SimulatedNode, _kind_arguments: object, name: str | None) -> list[_Row]:
    rows = [_row(group.name, group.size, group.size - group.free, group.free) for group in node.volume_groups]
    return _chosen(rows, name, "vgs")


def _list_physical_volumes(node: SimulatedNode, _kind_arguments: object, name: str | None) -> list[_Row]:
    volumes = (volume for group in node.volume_groups for volume in group.volumes)
    return _chosen([_row(each.device, each.size, each.used, each.free) for each in volumes], name, "pvs")


def _chosen(rows: list[_Row], name: str | None, program: str) -> list[_Row]:
    if name is None:
        return rows
    found = [row for row in rows if row["name"] == name]
    if not found:
        raise ValueError(f"Failed to run '{program}', command output:   Cannot use {name}: not found\n")
    return found


def _row(name: str, size: int, used: int, free: int) -> _Row:
    return {"name": name, "size": size, "used": used, "free": free, "allocatable": True}


_LISTS: Final[Mapping[str, Callable[[SimulatedNode, Sequence[Any], str | None], list[_Row]]]] = {
    "file": _list_directories,
    "lvm-vg": _list_volume_groups,
    "lvm-pv": _list_physical_volumes,
}
