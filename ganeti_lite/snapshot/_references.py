"""References between objects that lead nowhere.

A cluster with a dangling reference stays queryable, since a listing is needed most when something is broken: only
the cells that need the missing object have no data. This module finds the references for the log.
"""

from collections.abc import Container, Iterator

from attrs import frozen

from ._cluster_snapshot import ClusterSnapshot
from ._drbd import DRBD, drbd_nodes
from ._values import Disk, Instance


@frozen
class DanglingReference:
    """A place in the configuration that names an object that is not there.

    :ivar path: where, such as ``instances/UUID/primary_node``.
    :ivar kind: what is missing (``node``, ``node group``, ``disk``, ``network``).
    :ivar uuid: the UUID that was looked for.
    """

    path: str
    kind: str
    uuid: str

    def __str__(self) -> str:
        return f"{self.path}: there is no {self.kind} {self.uuid}"


def find_dangling(snapshot: ClusterSnapshot) -> Iterator[DanglingReference]:
    """Every reference of *snapshot* that leads nowhere, in order of tables and objects."""
    if snapshot.cluster.master_node not in snapshot.nodes:
        yield DanglingReference("cluster/master_node", "node", snapshot.cluster.master_node)
    yield from _find_in_groups(snapshot)
    for instance in snapshot.instances.values():
        yield from _find_in_instance(snapshot, instance)
    nodes = snapshot.nodes.by_uuid.keys()
    for disk in snapshot.disks.values():
        if not nodes >= {*disk.nodes, *drbd_nodes(disk)}:
            yield from _find_in_disk(nodes, disk, f"disks/{disk.uuid}")


def _find_in_groups(snapshot: ClusterSnapshot) -> Iterator[DanglingReference]:
    """What nodes say of their group, and groups of their networks."""
    for node in snapshot.nodes.values():
        if node.group not in snapshot.nodegroups:
            yield DanglingReference(f"nodes/{node.uuid}/group", "node group", node.group)
    for group in snapshot.nodegroups.values():
        for network in group.networks:
            if network not in snapshot.networks:
                yield DanglingReference(f"nodegroups/{group.uuid}/networks", "network", network)


def _find_in_instance(snapshot: ClusterSnapshot, instance: Instance) -> Iterator[DanglingReference]:
    path = f"instances/{instance.uuid}"
    if instance.primary_node is not None and instance.primary_node not in snapshot.nodes:
        yield DanglingReference(f"{path}/primary_node", "node", instance.primary_node)
    for index, disk in enumerate(instance.disks):
        if disk not in snapshot.disks:
            yield DanglingReference(f"{path}/disks/{index}", "disk", disk)
    for index, nic in enumerate(instance.nics):
        if nic.network is not None and nic.network not in snapshot.networks:
            yield DanglingReference(f"{path}/nics/{index}/network", "network", nic.network)


def _find_in_disk(nodes: Container[str], disk: Disk, path: str) -> Iterator[DanglingReference]:
    peers = disk.logical_id[:2] if disk.dev_type == DRBD else ()
    for place, uuids in (("logical_id", peers), ("nodes", disk.nodes)):
        for index, uuid in enumerate(uuids):
            if isinstance(uuid, str) and uuid not in nodes:
                yield DanglingReference(f"{path}/{place}/{index}", "node", uuid)
    for index, child in enumerate(disk.children):
        yield from _find_in_disk(nodes, child, f"{path}/children/{index}")
