"""The snapshot: one version of a cluster's whole configuration, with every relation between its objects indexed.

It is the only thing that the config loader and the query side share. Relations are derived once, when first asked
for, and are as read-only as the objects. A reference to an object that does not exist is no error here: relations
leave it out, and :func:`ganeti_lite.snapshot.find_dangling` lists it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from attrs import frozen

from ._cluster_values import Cluster
from ._drbd import DRBD, DrbdMinor, drbd_nodes, inner_drbd_nodes, list_drbd_minors, may_have_peers
from ._table import Table
from ._values import EMPTY, Disk, FilterRule, Instance, Network, Node, NodeGroup, Params

K = TypeVar("K")
V = TypeVar("V")

Grouped = Mapping[K, tuple[V, ...]]


def _group(pairs: Iterable[tuple[K, V]]) -> Grouped[K, V]:
    """Values by key, in order of appearance, read-only."""
    lists: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        lists[key].append(value)
    return MappingProxyType({key: tuple(values) for key, values in lists.items()})


@frozen(eq=False)
class ClusterSnapshot:
    """All of config.data of one moment.

    :ivar version: format version as in the file (3000000 for 3.0).
    :ivar serial_no: rises with each write of the file.
    """

    version: int
    serial_no: int
    cluster: Cluster
    nodes: Table[Node]
    nodegroups: Table[NodeGroup]
    instances: Table[Instance]
    networks: Table[Network]
    disks: Mapping[str, Disk]
    filters: Table[FilterRule]
    ctime: float = 0
    mtime: float = 0
    unknown: Params = EMPTY

    def derive_relations(self) -> None:
        """Derive now the relations that take long and that lists of nodes and confd's replies are looked up in."""
        self.instances_by_primary  # noqa: B018 - derived at the first look
        self.instances_by_secondary  # noqa: B018 - as above
        self.instances_by_inner_drbd  # noqa: B018 - as above
        self.ips_by_link  # noqa: B018 - as above
        self.nodes_by_group  # noqa: B018 - as above

    @property
    def master(self) -> Node | None:
        """The master node, None if the cluster names one that does not exist."""
        return self.nodes.get(self.cluster.master_node)

    @cached_property
    def instances_by_primary(self) -> Grouped[str, Instance]:
        """Node UUID → its primary instances, in listing order."""
        return _group((item.primary_node, item) for item in self.instances.ordered if item.primary_node is not None)

    @cached_property
    def instances_by_secondary(self) -> Grouped[str, Instance]:
        """Node UUID → instances that have it as the other side of a DRBD disk of the top level, in listing order."""
        return _group((node, item) for item in self.instances.ordered for node in self._other_ends(item))

    @cached_property
    def instances_by_network(self) -> Grouped[str, Instance]:
        """Network UUID → instances with a NIC in it, each once, in order of instance UUIDs."""
        return _group(
            (network, item)
            for item in self.instances.values()
            for network in dict.fromkeys(nic.network for nic in item.nics if nic.network is not None)
        )

    @cached_property
    def instances_by_disk(self) -> Grouped[str, Instance]:
        """Disk UUID → the instances that list it, in order of instance UUIDs."""
        return _group((disk, item) for item in self.instances.values() for disk in item.disks)

    @cached_property
    def nodes_by_group(self) -> Grouped[str, Node]:
        """Group UUID → its nodes, in order of node UUIDs."""
        return _group((node.group, node) for node in self.nodes.values())

    @cached_property
    def groups_by_network(self) -> Grouped[str, NodeGroup]:
        """Network UUID → groups that it is connected to, in order of group UUIDs."""
        return _group((network, group) for group in self.nodegroups.values() for network in group.networks)

    @cached_property
    def instances_by_ip(self) -> Mapping[tuple[str, str], Instance]:
        """(NIC link, IP) → instance, with links filled from the cluster's defaults; the last in UUID order wins."""
        default = self.cluster.nicparams.get("default", {}).get("link")
        return MappingProxyType(
            {
                (link, nic.ip): item
                for item in self.instances.values()
                for nic in item.nics
                if nic.ip is not None and isinstance(link := nic.nicparams.get("link", default), str)
            }
        )

    @cached_property
    def ips_by_link(self) -> Grouped[str, str]:
        """NIC link → the IPs of instances on it, each once, sorted by code point."""
        grouped = _group(self.instances_by_ip)
        return MappingProxyType({link: tuple(sorted(ips)) for link, ips in grouped.items()})

    @cached_property
    def instances_by_inner_drbd(self) -> Grouped[str, Instance]:
        """Node UUID → instances with an end there of a DRBD device below another disk, in order of instance UUIDs."""
        ends = {uuid: nodes for uuid, disk in self.disks.items() if disk.children and (nodes := inner_drbd_nodes(disk))}
        holders = self.instances.values() if ends else ()
        return _group(
            (node, item)
            for item in holders
            for node in dict.fromkeys(node for uuid in item.disks for node in ends.get(uuid, ()))
        )

    @cached_property
    def macs(self) -> Mapping[str, str]:
        """MAC address → UUID of the instance that has it."""
        return MappingProxyType({nic.mac: item.uuid for item in self.instances.values() for nic in item.nics})

    def drbd_minors_on(self, node: str) -> tuple[DrbdMinor, ...]:
        """The DRBD devices on the node of that UUID, by instance UUID, disk index and depth.

        Devices below other disks are among them. An instance of which a disk is missing has none.
        """
        sides = (self.instances_by_primary, self.instances_by_secondary, self.instances_by_inner_drbd)
        instances = {item.uuid: item for side in sides for item in side.get(node, ())}
        return tuple(
            minor
            for _, item in sorted(instances.items())
            for index, disk in enumerate(self.disks_of(item) or ())
            for end, minor in list_drbd_minors(item, index, disk)
            if end == node
        )

    def disks_of(self, instance: Instance) -> tuple[Disk, ...] | None:
        """The instance's disks in their order; None if one of them does not exist."""
        disks = self.disks
        try:
            return tuple([disks[uuid] for uuid in instance.disks])
        except KeyError:
            return None

    def secondary_nodes_of(self, instance: Instance) -> tuple[str, ...] | None:
        """UUIDs of the instance's secondary nodes, each once; None if its primary or one of its disks is missing.

        A node that does not exist is left out.
        """
        disks = self.disks_of(instance)
        nodes = self.nodes.by_uuid
        if disks is None or instance.primary_node not in nodes:
            return None
        peers = [node for disk in disks if may_have_peers(disk) for node in drbd_nodes(disk)]
        return (
            tuple(dict.fromkeys([node for node in peers if node in nodes and node != instance.primary_node]))
            if peers
            else ()
        )

    def group_of(self, node: Node) -> NodeGroup | None:
        """The node's group, None if it does not exist."""
        return self.nodegroups.get(node.group)

    def _other_ends(self, instance: Instance) -> Iterable[str]:
        """The nodes of its top-level DRBD disks, less one occurrence of the primary per disk, each once."""
        found: list[str] = []
        for uuid in instance.disks:
            disk = self.disks.get(uuid)
            if disk is None or disk.dev_type != DRBD:
                continue
            ends = [node for node in disk.logical_id[:2] if isinstance(node, str)]
            if instance.primary_node in ends:
                ends.remove(instance.primary_node)
            found += ends
        return dict.fromkeys(found) if len(found) > 1 else found
