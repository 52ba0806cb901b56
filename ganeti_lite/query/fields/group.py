"""Fields of node groups."""

from collections.abc import Mapping
from typing import Final

from ganeti_lite.constants import FieldKind
from ganeti_lite.snapshot import (
    IPOLICY_PARAMETERS,
    ND_PARAMETERS,
    ClusterSnapshot,
    NodeGroup,
    Params,
    fill_diskparams,
    fill_ipolicy,
    fill_ndparams,
    fill_typed,
    nice_key,
)

from ._field import Source, attribute, config_field, each, each_in, index_fields
from ._shared import COMMON_FIELDS, node_parameter_fields


def _node_count(snapshot: ClusterSnapshot, group: NodeGroup) -> int:
    return len(snapshot.nodes_by_group.get(group.uuid, ()))


def _node_names(snapshot: ClusterSnapshot, group: NodeGroup) -> tuple[str, ...]:
    return tuple(node.name for node in snapshot.nodes_by_group.get(group.uuid, ()))


def _primary_count(snapshot: ClusterSnapshot, group: NodeGroup) -> int:
    nodes = snapshot.nodes_by_group.get(group.uuid, ())
    return sum(len(snapshot.instances_by_primary.get(node.uuid, ())) for node in nodes)


def _primary_names(snapshot: ClusterSnapshot, group: NodeGroup) -> tuple[str, ...]:
    nodes = snapshot.nodes_by_group.get(group.uuid, ())
    found = (item.name for node in nodes for item in snapshot.instances_by_primary.get(node.uuid, ()))
    return tuple(sorted((name for name in found if name is not None), key=nice_key))


def _fill(snapshot: ClusterSnapshot, group: NodeGroup) -> Params:
    return fill_ndparams(snapshot.cluster, group)


def _ipolicy(snapshot: ClusterSnapshot, group: NodeGroup) -> Params:
    return fill_ipolicy(snapshot.cluster, group)


def _diskparams(snapshot: ClusterSnapshot, group: NodeGroup) -> Mapping[str, Params]:
    return fill_diskparams(snapshot.cluster, group)


_IDENTITY: Final = (
    config_field("name", "Group", FieldKind.TEXT, "Its name", attribute("name")),
    config_field(
        "alloc_policy",
        "AllocPolicy",
        FieldKind.TEXT,
        "Whether new instances are placed here: preferred, last_resort or unallocable",
        attribute("alloc_policy"),
    ),
)

_MEMBERS: Final = (
    config_field("node_cnt", "Nodes", FieldKind.NUMBER, "How many nodes it has", each_in(_node_count), Source.NODES),
    config_field("node_list", "NodeList", FieldKind.OTHER, "Names of its nodes", each_in(_node_names), Source.NODES),
    config_field(
        "pinst_cnt",
        "Instances",
        FieldKind.NUMBER,
        "How many instances have their primary node here",
        each_in(_primary_count),
        Source.NODES,
        Source.INSTANCES,
    ),
    config_field(
        "pinst_list",
        "InstanceList",
        FieldKind.OTHER,
        "Names of the instances that have their primary node here",
        each_in(_primary_names),
        Source.NODES,
        Source.INSTANCES,
    ),
)

_PARAMETERS: Final = (
    config_field(
        "ndparams", "NDParams", FieldKind.OTHER, "Node parameters in force here", each_in(_fill), Source.CLUSTER
    ),
    config_field(
        "custom_ndparams",
        "CustomNDParams",
        FieldKind.OTHER,
        "Node parameters that it sets itself",
        each(lambda group: fill_typed(ND_PARAMETERS, group.ndparams)),
    ),
    config_field(
        "ipolicy", "InstancePolicy", FieldKind.OTHER, "Limits for instances in force", each_in(_ipolicy), Source.CLUSTER
    ),
    config_field(
        "custom_ipolicy",
        "CustomInstancePolicy",
        FieldKind.OTHER,
        "Limits for instances that it sets itself",
        each(lambda group: fill_typed(IPOLICY_PARAMETERS, group.ipolicy)),
    ),
    config_field(
        "diskparams",
        "DiskParameters",
        FieldKind.OTHER,
        "Disk parameters in force, by template",
        each_in(_diskparams),
        Source.CLUSTER,
    ),
    config_field(
        "custom_diskparams",
        "CustomDiskParameters",
        FieldKind.OTHER,
        "Disk parameters that it sets itself, by template",
        attribute("diskparams"),
    ),
    *node_parameter_fields(_fill, Source.CLUSTER),
)

GROUP_FIELDS: Final = index_fields((*_IDENTITY, *_MEMBERS, *_PARAMETERS, *COMMON_FIELDS))
