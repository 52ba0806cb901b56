"""Fields of external storage providers, as the nodes tell them."""

from collections.abc import Mapping
from typing import Final

from ganeti_lite.constants import FieldKind
from ganeti_lite.query.live import Diagnosis, Live
from ganeti_lite.snapshot import nice_key

from ._field import each_live, index_fields, live_field

PARAMETERS: Final = 3
"""Where a definition has its parameters, behind path, validity and complaint."""


def _parameters(_: Live, provider: Diagnosis) -> tuple[tuple[str, ...], ...]:
    found = [{tuple(pair) for pair in definition.members[PARAMETERS]} for definition in provider.valid_prefix]
    common = set.intersection(*found) if found else set()
    return tuple(sorted(common, key=lambda pair: nice_key(str(pair[0]))))


def _node_status(_: Live, provider: Diagnosis) -> Mapping[str, object]:
    return {node: tuple(item.members for item in definitions) for node, definitions in provider.by_node.items()}


def _group_status(live: Live, provider: Diagnosis) -> Mapping[str, bool]:
    """For each group whether all of its nodes that were asked have a valid definition; true of an empty one."""
    snapshot = live.snapshot
    return {
        group.name: all(
            bool(found) and found[0].is_valid
            for node in snapshot.nodes_by_group.get(group.uuid, ())
            if (found := provider.by_node.get(node.uuid)) is not None
        )
        for group in snapshot.nodegroups.ordered
    }


EXTSTORAGE_FIELDS: Final = index_fields(
    [
        live_field("name", "Name", FieldKind.TEXT, "Its name", each_live(lambda _, provider: provider.name)),
        live_field("node_status", "NodeStatus", FieldKind.OTHER, "Each node's definitions", each_live(_node_status)),
        live_field(
            "nodegroup_status",
            "NodegroupStatus",
            FieldKind.OTHER,
            "For each group whether all of its nodes have it",
            each_live(_group_status),
        ),
        live_field(
            "parameters",
            "Parameters",
            FieldKind.OTHER,
            "The parameters that every node knows, with what they mean",
            each_live(_parameters),
        ),
    ]
)
