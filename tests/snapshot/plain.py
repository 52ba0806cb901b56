"""A snapshot as plain JSON, for comparing all of it: values, their types and their order.

Comparing the values themselves would take ``1``, ``1.0`` and ``True`` for the same, and mappings of another order.
"""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from ganeti_lite.snapshot import ClusterSnapshot, Table

RELATIONS: Final = (
    "instances_by_primary",
    "instances_by_secondary",
    "instances_by_network",
    "instances_by_disk",
    "nodes_by_group",
    "groups_by_network",
    "instances_by_ip",
    "ips_by_link",
    "instances_by_inner_drbd",
    "macs",
)
"""What a snapshot derives when it is asked."""


def plain(value: object) -> Any:
    """Any value of a snapshot as lists and dictionaries; a table as its members in order of UUIDs."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | frozenset):
        return [plain(item) for item in value]
    kind: Any = type(value)
    if attrs.has(kind):
        return {field.name: plain(getattr(value, field.name)) for field in attrs.fields(kind)}
    return value


def plain_tables(snapshot: ClusterSnapshot) -> Any:
    """What tables hold besides their members: order, positions, names."""
    tables = (snapshot.nodes, snapshot.nodegroups, snapshot.instances, snapshot.networks)
    return [_plain_table(table) for table in tables]


def _plain_table(table: Table[Any]) -> Any:
    return [[item.uuid for item in table.ordered], plain(table.positions), plain(table.names)]


def plain_relations(snapshot: ClusterSnapshot) -> Any:
    """Every relation, derived now, its objects as their UUIDs."""
    return {name: _plain_relation(getattr(snapshot, name)) for name in RELATIONS}


def _plain_relation(relation: Mapping[Any, Any]) -> Any:
    return [[key, _as_uuids(value)] for key, value in relation.items()]


def _as_uuids(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_as_uuids(item) for item in value]
    return value if isinstance(value, str) else value.uuid
