"""Bytes of config.data → :class:`ganeti_lite.snapshot.ClusterSnapshot`, at the cost of what changed.

The file is cut into raw slices, one per object. A slice that equals the last load's keeps the value that was made
from it, so that a reload after one changed instance builds one instance, and unchanged tables (with all that has
been derived from them) are carried into the next snapshot as they are.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar

import msgspec
from attrs import frozen

from ganeti_lite.snapshot import (
    Cluster,
    ClusterSnapshot,
    Disk,
    FilterRule,
    Instance,
    Network,
    Node,
    NodeGroup,
    Table,
)

from ._faults import ConfigFormatError, Fault
from ._scalars import structure_integer, structure_number
from ._structure import explain, structure
from ._version import check_version

T = TypeVar("T")
RawTable = Mapping[str, msgspec.Raw]

_TABLES: Final[Mapping[str, type]] = {
    "nodes": Node,
    "nodegroups": NodeGroup,
    "instances": Instance,
    "networks": Network,
    "disks": Disk,
    "filters": FilterRule,
}
_NAMED: Final = ("nodes", "nodegroups", "instances", "networks")
_OPTIONAL_TABLES: Final = ("networks", "disks", "filters")
_SCALARS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "version": structure_integer,
    "serial_no": structure_integer,
    "ctime": structure_number,
    "mtime": structure_number,
}
_EMPTY_OBJECT: Final = msgspec.Raw(b"{}")


@frozen(eq=False)
class LoadedConfig:
    """A snapshot with what the next load needs to share with it.

    :ivar snapshot: the configuration.
    :ivar unknown_keys: keys of the file's top level that this project has no name for.
    :ivar cluster_slice: the bytes that the cluster object was made from.
    :ivar table_slices: the bytes of each table, by its key.
    :ivar object_slices: the bytes of each object, by table and UUID.
    """

    snapshot: ClusterSnapshot
    unknown_keys: tuple[str, ...]
    cluster_slice: msgspec.Raw
    table_slices: RawTable
    object_slices: Mapping[str, RawTable]


def parse_config(data: bytes) -> ClusterSnapshot:
    """The snapshot that *data* (a whole config.data) describes; raises :class:`ConfigFormatError`."""
    return load_config(data).snapshot


def load_config(data: bytes, previous: LoadedConfig | None = None) -> LoadedConfig:
    """Load *data*, sharing with *previous* all that did not change; raises :class:`ConfigFormatError`."""
    top = _split(data, ())
    faults: list[Fault] = []
    scalars = _read_scalars(top, faults)
    if not faults:
        check_version(scalars["version"])
    faults.extend(Fault(name, "is missing") for name in ("cluster", *_TABLES) if _is_absent(name, top))
    if faults:
        raise ConfigFormatError(faults)
    cluster = _load_cluster(top["cluster"], previous, faults)
    wholes = {name: top.get(name, _EMPTY_OBJECT) for name in _TABLES}
    loaded = {name: _load_table(name, wholes[name], previous, faults) for name in _TABLES}
    if faults:
        raise ConfigFormatError(faults)
    tables: dict[str, Any] = {name: table for name, (_, table) in loaded.items()}
    return LoadedConfig(
        ClusterSnapshot(cluster=cluster, **scalars, **tables),
        tuple(sorted(top.keys() - _TABLES.keys() - _SCALARS.keys() - {"cluster"})),
        top["cluster"],
        wholes,
        {name: slices for name, (slices, _) in loaded.items()},
    )


def _is_absent(name: str, top: RawTable) -> bool:
    return name not in top and name not in _OPTIONAL_TABLES


def _split(data: bytes | msgspec.Raw, path: tuple[str, ...]) -> RawTable:
    """The members of the JSON object *data* as raw slices."""
    try:
        return msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigFormatError([Fault("/".join(path), _describe_json_error(error, len(bytes(data))))]) from error


def _decode(raw: msgspec.Raw, path: tuple[str, ...]) -> object:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigFormatError([Fault("/".join(path), _describe_json_error(error, len(bytes(raw))))]) from error


def _describe_json_error(error: Exception, size: int) -> str:
    return f"cannot be read as JSON ({size} bytes): {error}" if size else "is empty"


def _read_scalars(top: RawTable, faults: list[Fault]) -> dict[str, Any]:
    """The top level's numbers; those that may be missing are left out then."""
    scalars = {}
    for name, hook in _SCALARS.items():
        if name not in top:
            if name in ("version", "serial_no"):
                faults.append(Fault(name, "is missing"))
            continue
        try:
            scalars[name] = hook(_decode(top[name], (name,)), None)
        except ValueError as error:
            faults.append(Fault(name, str(error)))
    return scalars


def _load_cluster(raw: msgspec.Raw, previous: LoadedConfig | None, faults: list[Fault]) -> Cluster:
    if previous is not None and previous.cluster_slice == raw:
        return previous.snapshot.cluster
    cluster: Cluster = _build(Cluster, raw, ("cluster",), faults)
    return cluster


def _load_table(
    name: str, whole: msgspec.Raw, previous: LoadedConfig | None, faults: list[Fault]
) -> tuple[RawTable, object]:
    """The raw slices and the values of one table."""
    if previous is None:
        slices = _split(whole, (name,))
        return slices, _make_table(name, dict(_build_changed(name, slices, {}, faults)))
    old_slices: RawTable = previous.object_slices[name]
    old_table: Any = getattr(previous.snapshot, name)
    if previous.table_slices[name] == whole:
        return old_slices, old_table
    slices = _split(whole, (name,))
    changed = dict(_build_changed(name, slices, old_slices, faults))
    removed = old_slices.keys() - slices.keys()
    return slices, _replace(name, old_table, changed, removed)


def _make_table(name: str, objects: dict[str, Any]) -> object:
    if name in _NAMED:
        return Table.of(objects.values())
    return MappingProxyType(dict(sorted(objects.items())))


def _replace(name: str, old: Any, changed: dict[str, Any], removed: set[str]) -> object:
    if name in _NAMED:
        return old.replaced(changed, removed)
    if not changed and not removed:
        return old
    return _make_table(name, {uuid: item for uuid, item in {**old, **changed}.items() if uuid not in removed})


def _build_changed(name: str, slices: RawTable, old: RawTable, faults: list[Fault]) -> Iterator[tuple[str, object]]:
    """The values of the slices that differ from *old*, by UUID; faulty ones are noted and left out."""
    for uuid, raw in slices.items():
        if old.get(uuid) == raw:
            continue
        item = _build(_TABLES[name], raw, (name, uuid), faults)
        if item is None:
            continue
        if item.uuid != uuid:
            faults.append(Fault(f"{name}/{uuid}/uuid", f"differs from the key that it stands under: {item.uuid}"))
        yield uuid, item


def _build(cls: type, raw: msgspec.Raw, path: tuple[str, ...], faults: list[Fault]) -> Any:
    """The value of one object; None if it is faulty, which is noted in *faults*."""
    try:
        value = _decode(raw, path)
    except ConfigFormatError as error:
        faults.extend(error.faults)
        return None
    try:
        return structure(cls, value)
    except Exception:  # whatever a hook raises is a fault, which is explained in full
        faults.extend(explain(cls, value, path))
        return None
