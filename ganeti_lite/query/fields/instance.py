"""Fields of instances: identity, state and nodes here, the other families in the modules beside."""

from typing import Final

from ganeti_lite.constants import FieldKind
from ganeti_lite.query.values import NODATA, UNAVAIL
from ganeti_lite.snapshot import ClusterSnapshot, Instance, Node, NodeGroup

from ._field import Source, attribute, config_field, each, each_in, index_fields
from ._instance_disks import DISK_FIELDS
from ._instance_live import LIVE_FIELDS
from ._instance_nics import NIC_FIELDS
from ._instance_parameters import PARAMETER_FIELDS
from ._shared import COMMON_FIELDS


def _admin_up(instance: Instance) -> object:
    return NODATA if instance.admin_state is None else instance.admin_state == "up"


# Ganeti finds an instance's nodes by the instance's name, so one that has no name yet has none of either.


def _primary(snapshot: ClusterSnapshot, instance: Instance) -> Node | None:
    if instance.name is None or instance.primary_node is None:
        return None
    return snapshot.nodes.by_uuid.get(instance.primary_node)


def _primary_name(snapshot: ClusterSnapshot, instance: Instance) -> object:
    node = _primary(snapshot, instance)
    return NODATA if node is None else node.name


def _primary_group(snapshot: ClusterSnapshot, instance: Instance) -> NodeGroup | None:
    node = _primary(snapshot, instance)
    return None if node is None else snapshot.group_of(node)


def _primary_group_name(snapshot: ClusterSnapshot, instance: Instance) -> object:
    group = _primary_group(snapshot, instance)
    return NODATA if group is None else group.name


def _primary_group_uuid(snapshot: ClusterSnapshot, instance: Instance) -> object:
    group = _primary_group(snapshot, instance)
    return NODATA if group is None else group.uuid


def _secondaries(snapshot: ClusterSnapshot, instance: Instance) -> list[Node] | None:
    uuids = snapshot.secondary_nodes_of(instance) if instance.name is not None else None
    return None if uuids is None else [snapshot.nodes.by_uuid[uuid] for uuid in uuids]


def _secondary_names(snapshot: ClusterSnapshot, instance: Instance) -> object:
    nodes = _secondaries(snapshot, instance)
    return NODATA if nodes is None else tuple([node.name for node in nodes])


def _secondary_groups(snapshot: ClusterSnapshot, instance: Instance) -> list[NodeGroup] | None:
    nodes = _secondaries(snapshot, instance)
    if nodes is None:
        return None
    return [group for node in nodes if (group := snapshot.group_of(node)) is not None]


def _secondary_group_names(snapshot: ClusterSnapshot, instance: Instance) -> object:
    groups = _secondary_groups(snapshot, instance)
    return NODATA if groups is None else tuple(group.name for group in groups)


def _secondary_group_uuids(snapshot: ClusterSnapshot, instance: Instance) -> object:
    groups = _secondary_groups(snapshot, instance)
    return NODATA if groups is None else tuple(group.uuid for group in groups)


_IDENTITY: Final = (
    config_field("name", "Instance", FieldKind.TEXT, "Its full name", attribute("name"), is_hostname=True),
    config_field("hypervisor", "Hypervisor", FieldKind.TEXT, "The hypervisor that runs it", attribute("hypervisor")),
    config_field("os", "OS", FieldKind.TEXT, "Operating system, with its variant", attribute("os")),
    config_field(
        "admin_state", "InstanceState", FieldKind.TEXT, "Wished state: up, down or offline", attribute("admin_state")
    ),
    config_field(
        "admin_state_source",
        "InstanceStateSource",
        FieldKind.TEXT,
        "Who wished that state: admin or user",
        attribute("admin_state_source"),
    ),
    config_field("admin_up", "Autostart", FieldKind.BOOL, "Whether it is meant to be up", each(_admin_up)),
    config_field(
        "disks_active", "DisksActive", FieldKind.BOOL, "Whether its disks are assembled", attribute("disks_active")
    ),
    config_field(
        "forthcoming", "Forthcoming", FieldKind.BOOL, "Whether it is only reserved so far", attribute("forthcoming")
    ),
    config_field(
        "network_port",
        "Network_port",
        FieldKind.OTHER,
        "TCP port of its console, if it has one",
        attribute("network_port", UNAVAIL),
    ),
)

_NODES: Final = (
    config_field(
        "pnode",
        "Primary_node",
        FieldKind.TEXT,
        "Name of its primary node",
        each_in(_primary_name),
        Source.NODES,
        is_hostname=True,
    ),
    config_field(
        "pnode.group",
        "PrimaryNodeGroup",
        FieldKind.TEXT,
        "Name of its primary node's group",
        each_in(_primary_group_name),
        Source.NODES,
        Source.NODEGROUPS,
    ),
    config_field(
        "pnode.group.uuid",
        "PrimaryNodeGroupUUID",
        FieldKind.TEXT,
        "UUID of its primary node's group",
        each_in(_primary_group_uuid),
        Source.NODES,
        Source.NODEGROUPS,
    ),
    config_field(
        "snodes",
        "Secondary_Nodes",
        FieldKind.OTHER,
        "Names of its secondary nodes",
        each_in(_secondary_names),
        Source.NODES,
    ),
    config_field(
        "snodes.group",
        "SecondaryNodesGroups",
        FieldKind.OTHER,
        "Names of its secondary nodes' groups",
        each_in(_secondary_group_names),
        Source.NODES,
        Source.NODEGROUPS,
    ),
    config_field(
        "snodes.group.uuid",
        "SecondaryNodesGroupsUUID",
        FieldKind.OTHER,
        "UUIDs of its secondary nodes' groups",
        each_in(_secondary_group_uuids),
        Source.NODES,
        Source.NODEGROUPS,
    ),
)

_ALIASES: Final = (
    ("vcpus", "be/vcpus"),
    ("be/memory", "be/maxmem"),
    ("sda_size", "disk.size/0"),
    ("sdb_size", "disk.size/1"),
    ("ip", "nic.ip/0"),
    ("mac", "nic.mac/0"),
    ("bridge", "nic.bridge/0"),
    ("nic_mode", "nic.mode/0"),
    ("nic_link", "nic.link/0"),
    ("nic_network", "nic.network/0"),
)

INSTANCE_FIELDS: Final = index_fields(
    (*_IDENTITY, *_NODES, *PARAMETER_FIELDS, *DISK_FIELDS, *NIC_FIELDS, *LIVE_FIELDS, *COMMON_FIELDS), _ALIASES
)
