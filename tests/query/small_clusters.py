"""Clusters of objects that have little more than a name."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from ganeti_lite.snapshot import (
    EMPTY,
    NO_PARAMS,
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

CLUSTER: Final = Cluster(
    uuid="cluster",
    serial_no=1,
    cluster_name="cluster.example.com",
    master_node="node",
    master_ip="192.0.2.1",
    enabled_hypervisors=("fake",),
    mac_prefix="aa:00:00",
    hvparams=NO_PARAMS,
    beparams=NO_PARAMS,
    nicparams=NO_PARAMS,
    ndparams=EMPTY,
    ipolicy=EMPTY,
    diskparams=NO_PARAMS,
)

_MAKERS: Final[Mapping[str, Callable[[str, Any], Any]]] = {
    "instance": lambda uuid, name: Instance(uuid=uuid, serial_no=1, name=name),
    "node": lambda uuid, name: Node(
        uuid=uuid, serial_no=1, name=name, primary_ip="192.0.2.1", secondary_ip="192.0.2.1", group="group"
    ),
    "group": lambda uuid, name: NodeGroup(uuid=uuid, name=name),
    "network": lambda uuid, name: Network(uuid=uuid, serial_no=1, name=name, network="192.0.2.0/24"),
}


def make_objects(item_type: str, names: Mapping[str, str | None]) -> list[Any]:
    """Objects of an item type from names by UUID."""
    return [_MAKERS[item_type](uuid, name) for uuid, name in names.items()]


def make_snapshot(
    *,
    cluster: Cluster = CLUSTER,
    nodes: Iterable[Node] = (),
    nodegroups: Iterable[NodeGroup] = (),
    instances: Iterable[Instance] = (),
    networks: Iterable[Network] = (),
    disks: Iterable[Disk] = (),
    filters: Iterable[FilterRule] = (),
) -> ClusterSnapshot:
    """A snapshot of these objects."""
    return ClusterSnapshot(
        version=3000000,
        serial_no=1,
        cluster=cluster,
        nodes=Table.of(nodes),
        nodegroups=Table.of(nodegroups),
        instances=Table.of(instances),
        networks=Table.of(networks),
        disks=MappingProxyType({disk.uuid: disk for disk in disks}),
        filters=Table.of(filters),
    )


_TABLES: Final = {"instance": "instances", "node": "nodes", "group": "nodegroups", "network": "networks"}


def make_named_snapshot(item_type: str, names: Mapping[str, str | None]) -> ClusterSnapshot:
    """A snapshot of objects of one item type from names by UUID."""
    table: dict[str, Any] = {_TABLES[item_type]: make_objects(item_type, names)}
    return make_snapshot(**table)
