"""Fields of nodes."""

from typing import Final

from ganeti_lite.constants import FieldKind
from ganeti_lite.query.values import NODATA, UNAVAIL
from ganeti_lite.snapshot import ND_PARAMETERS, ClusterSnapshot, Node, Params, fill_ndparams, fill_typed

from ._field import Source, attribute, config_field, each, each_in, index_fields
from ._node_live import LIVE_FIELDS
from ._shared import COMMON_FIELDS, node_parameter_fields


def _is_master(snapshot: ClusterSnapshot, node: Node) -> bool:
    return node.uuid == snapshot.cluster.master_node


def _role(snapshot: ClusterSnapshot, node: Node) -> str:
    if _is_master(snapshot, node):
        return "M"
    roles = ((node.master_candidate, "C"), (node.drained, "D"), (node.offline, "O"))
    return next((letter for applies, letter in roles if applies), "R")


def _group_name(snapshot: ClusterSnapshot, node: Node) -> object:
    group = snapshot.group_of(node)
    return NODATA if group is None else group.name


def _fill(snapshot: ClusterSnapshot, node: Node) -> Params | None:
    group = snapshot.group_of(node)
    return None if group is None else fill_ndparams(snapshot.cluster, group, node)


def _ndparams(snapshot: ClusterSnapshot, node: Node) -> object:
    filled = _fill(snapshot, node)
    return NODATA if filled is None else filled


def _powered(snapshot: ClusterSnapshot, node: Node) -> object:
    filled = _fill(snapshot, node)
    if filled is None:
        return NODATA
    return node.powered if filled.get("oob_program") else UNAVAIL


def _primary_count(snapshot: ClusterSnapshot, node: Node) -> int:
    return len(snapshot.instances_by_primary.get(node.uuid, ()))


def _primary_names(snapshot: ClusterSnapshot, node: Node) -> tuple[str, ...]:
    return tuple(item.name for item in snapshot.instances_by_primary.get(node.uuid, ()) if item.name is not None)


def _secondary_count(snapshot: ClusterSnapshot, node: Node) -> int:
    return len(snapshot.instances_by_secondary.get(node.uuid, ()))


def _secondary_names(snapshot: ClusterSnapshot, node: Node) -> tuple[str, ...]:
    return tuple(item.name for item in snapshot.instances_by_secondary.get(node.uuid, ()) if item.name is not None)


_IDENTITY: Final = (
    config_field("name", "Node", FieldKind.TEXT, "Its full name", attribute("name"), is_hostname=True),
    config_field("pip", "PrimaryIP", FieldKind.TEXT, "Its primary IP address", attribute("primary_ip")),
    config_field("sip", "SecondaryIP", FieldKind.TEXT, "Its IP address for replication", attribute("secondary_ip")),
    config_field("offline", "Offline", FieldKind.BOOL, "Whether it is marked offline", attribute("offline")),
    config_field("drained", "Drained", FieldKind.BOOL, "Whether it is marked drained", attribute("drained")),
    config_field(
        "master_candidate",
        "MasterC",
        FieldKind.BOOL,
        "Whether it holds a copy of the configuration",
        attribute("master_candidate"),
    ),
    config_field(
        "master_capable", "MasterCapable", FieldKind.BOOL, "Whether it may become master", attribute("master_capable")
    ),
    config_field("vm_capable", "VMCapable", FieldKind.BOOL, "Whether it may run instances", attribute("vm_capable")),
    config_field("master", "IsMaster", FieldKind.BOOL, "Whether it is the master", each_in(_is_master), Source.CLUSTER),
    config_field(
        "role",
        "Role",
        FieldKind.TEXT,
        "M master, C master candidate, D drained, O offline, R regular",
        each_in(_role),
        Source.CLUSTER,
    ),
    config_field("group", "Group", FieldKind.TEXT, "Name of its group", each_in(_group_name), Source.NODEGROUPS),
    config_field("group.uuid", "GroupUUID", FieldKind.TEXT, "UUID of its group", attribute("group")),
)

_PARAMETERS: Final = (
    config_field(
        "ndparams",
        "NodeParameters",
        FieldKind.OTHER,
        "Node parameters in force",
        each_in(_ndparams),
        Source.CLUSTER,
        Source.NODEGROUPS,
    ),
    config_field(
        "custom_ndparams",
        "CustomNodeParameters",
        FieldKind.OTHER,
        "Node parameters that it sets itself",
        each(lambda node: fill_typed(ND_PARAMETERS, node.ndparams)),
    ),
    config_field(
        "powered",
        "Powered",
        FieldKind.BOOL,
        "Whether it is believed to be on; needs an out-of-band program",
        each_in(_powered),
        Source.CLUSTER,
        Source.NODEGROUPS,
    ),
    *node_parameter_fields(_fill, Source.CLUSTER, Source.NODEGROUPS),
)

_INSTANCES: Final = (
    config_field(
        "pinst_cnt",
        "Pinst",
        FieldKind.NUMBER,
        "How many instances it is primary of",
        each_in(_primary_count),
        Source.INSTANCES,
    ),
    config_field(
        "pinst_list",
        "PriInstances",
        FieldKind.OTHER,
        "Names of the instances that it is primary of",
        each_in(_primary_names),
        Source.INSTANCES,
    ),
    config_field(
        "sinst_cnt",
        "Sinst",
        FieldKind.NUMBER,
        "How many instances it is secondary of",
        each_in(_secondary_count),
        Source.INSTANCES,
        Source.DISKS,
    ),
    config_field(
        "sinst_list",
        "SecInstances",
        FieldKind.OTHER,
        "Names of the instances that it is secondary of",
        each_in(_secondary_names),
        Source.INSTANCES,
        Source.DISKS,
    ),
)

# Ganeti's query daemon never answers these two, though the configuration may hold values.
_STATES: Final = (
    config_field(
        "hv_state", "HypervisorState", FieldKind.OTHER, "Static state of its hypervisors", each(lambda _: UNAVAIL)
    ),
    config_field("disk_state", "DiskState", FieldKind.OTHER, "Static state of its disks", each(lambda _: UNAVAIL)),
)

NODE_FIELDS: Final = index_fields((*_IDENTITY, *_PARAMETERS, *_INSTANCES, *_STATES, *LIVE_FIELDS, *COMMON_FIELDS))
