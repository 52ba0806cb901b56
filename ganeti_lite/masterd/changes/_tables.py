"""Which table an object belongs to, and tables with other objects in them."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar

from attrs import evolve

from ganeti_lite.errors import ConfigurationError
from ganeti_lite.snapshot import ClusterSnapshot, Disk, FilterRule, Instance, Network, Node, NodeGroup, Table

Object: TypeAlias = Node | NodeGroup | Network | Instance | Disk | FilterRule

T = TypeVar("T", Node, NodeGroup, Network, Instance, Disk, FilterRule)

TABLES: Final[Mapping[type, str]] = {
    Node: "nodes",
    NodeGroup: "nodegroups",
    Network: "networks",
    Instance: "instances",
    Disk: "disks",
    FilterRule: "filters",
}


def find(snapshot: ClusterSnapshot, kind: type[T], uuid: str) -> T:
    """The object of that UUID; raises ConfigurationError if there is none."""
    item: T | None = getattr(snapshot, TABLES[kind]).get(uuid)
    if item is None:
        raise ConfigurationError(f"Could not find {kind.__name__.lower()} with UUID {uuid}")
    return item


def put(snapshot: ClusterSnapshot, *items: Object) -> ClusterSnapshot:
    """The snapshot with *items* in place of those that have their UUIDs, or besides."""
    changed: dict[str, dict[str, Any]] = {}
    for item in items:
        changed.setdefault(TABLES[type(item)], {})[item.uuid] = item
    return evolve(snapshot, **{name: _replaced(getattr(snapshot, name), new) for name, new in changed.items()})


def drop(snapshot: ClusterSnapshot, kind: type, uuid: str) -> ClusterSnapshot:
    """The snapshot without the object of that UUID."""
    name = TABLES[kind]
    return evolve(snapshot, **{name: _replaced(getattr(snapshot, name), {}, (uuid,))})


def _replaced(table: Any, changed: Mapping[str, Any], removed: Iterable[str] = ()) -> Any:
    if isinstance(table, Table):
        return table.replaced(changed, removed)
    others = {uuid: item for uuid, item in {**table, **changed}.items() if uuid not in removed}
    return MappingProxyType(dict(sorted(others.items())))
