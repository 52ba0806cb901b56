"""One table of the file: its slice of bytes, and the last load's table → the new one, at the cost of what changed."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from ganeti_lite.snapshot import Disk, FilterRule, Instance, Network, Node, NodeGroup, Table

from ._faults import ConfigFormatError, Fault
from ._objects import Findings, build_object
from ._slices import Slice, Slices, split

TABLES: Final[Mapping[str, type]] = {
    "nodes": Node,
    "nodegroups": NodeGroup,
    "instances": Instance,
    "networks": Network,
    "disks": Disk,
    "filters": FilterRule,
}
"""The class of each table's objects."""

_UNNAMED: Final = "disks"
"""Nobody asks for disks by name."""


@frozen(eq=False)
class LoadedTable:
    """A table with what the next load needs to share with it.

    :ivar data: the bytes that it was made from; a copy, so that the rest of the file is not kept alive.
    :ivar slices: the bytes of each object, by UUID.
    :ivar objects: the objects: a :class:`~ganeti_lite.snapshot.Table`, of disks a mapping.
    """

    data: Slice
    slices: Slices
    objects: Any


_NOTHING: Final = LoadedTable(Slice(b""), {}, None)


def load_table(name: str, data: Slice, previous: LoadedTable | None, findings: Findings) -> LoadedTable:
    """The table *name* of *data*, sharing with *previous*; what is faulty is noted in *findings* and left out."""
    old = previous or _NOTHING
    if old.data == data:
        return old
    own = data.copy()
    try:
        slices = split(own, (name,))
    except ConfigFormatError as error:
        findings.faults.extend(error.faults)
        return old
    changed = dict(_build_changed(name, slices, old.slices, findings))
    return LoadedTable(own, slices, _follow(name, old.objects, changed, old.slices.keys() - slices.keys()))


def _build_changed(name: str, slices: Slices, old: Slices, findings: Findings) -> Iterator[tuple[str, object]]:
    """The values of the slices that differ from *old*, by UUID."""
    for uuid, data in slices.items():
        if old.get(uuid) == data:
            continue
        item = build_object(TABLES[name], data, (name, uuid), findings)
        if item is None:
            continue
        if item.uuid != uuid:
            fault = Fault(f"{name}/{uuid}/uuid", f"differs from the key that it stands under: {item.uuid}")
            findings.faults.append(fault)
        yield uuid, item


def _follow(name: str, old: Any, changed: dict[str, Any], removed: set[str]) -> object:
    """The objects after *old* ones; the same if nothing *changed* and nothing was *removed*."""
    if old is None:
        return Table.of(changed.values()) if name != _UNNAMED else _sort(changed)
    if name != _UNNAMED:
        return old.replaced(changed, removed)
    if not changed and not removed:
        return old
    return _sort({uuid: item for uuid, item in {**old, **changed}.items() if uuid not in removed})


def _sort(objects: dict[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(sorted(objects.items())))
