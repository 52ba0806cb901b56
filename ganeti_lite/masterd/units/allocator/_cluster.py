"""What an allocator is told of the cluster that is in the configuration: groups, nodes, instances."""

from collections.abc import Mapping
from typing import Any, Final

from ganeti_lite.masterd.units._instance_env import disk_template, list_disks
from ganeti_lite.masterd.wire_objects import plain_object
from ganeti_lite.snapshot import (
    ClusterSnapshot,
    Disk,
    Instance,
    Nic,
    Node,
    NodeGroup,
    fill_beparams,
    fill_ipolicy,
    fill_ndparams,
    fill_nicparams,
)

_VERSION: Final = 2

_DRBD_METADATA: Final = 128
"""MiB that each mirrored disk takes besides its size."""

_WITHOUT_SPACE: Final = frozenset({"diskless", "blockdev"})
"""Templates whose disks take no space that nodes have."""


def describe_cluster(snapshot: ClusterSnapshot) -> dict[str, Any]:
    """The cluster itself, its groups by UUID, its instances by name."""
    cluster = snapshot.cluster
    instances = snapshot.instances.ordered
    return {
        "version": _VERSION,
        "cluster_name": cluster.cluster_name,
        "cluster_tags": list(cluster.tags),
        "enabled_hypervisors": list(cluster.enabled_hypervisors),
        "ipolicy": plain_object(cluster.ipolicy),
        "nodegroups": {uuid: _describe_group(group, snapshot) for uuid, group in snapshot.nodegroups.items()},
        "instances": {instance.name: _describe_instance(instance, snapshot) for instance in instances},
    }


def describe_node(node: Node, snapshot: ClusterSnapshot) -> dict[str, Any]:
    """What the configuration says of a node."""
    group = snapshot.group_of(node)
    return {
        "tags": list(node.tags),
        "primary_ip": node.primary_ip,
        "secondary_ip": node.secondary_ip,
        "offline": node.offline,
        "drained": node.drained,
        "master_candidate": node.master_candidate,
        "group": node.group,
        "master_capable": node.master_capable,
        "vm_capable": node.vm_capable,
        "ndparams": {} if group is None else dict(fill_ndparams(snapshot.cluster, group, node)),
    }


def find_space(template: str, size: int) -> int:
    """The MiB that a disk takes of the space that nodes have."""
    if template in _WITHOUT_SPACE:
        return 0
    return size + (_DRBD_METADATA if template == "drbd" else 0)


def _describe_group(group: NodeGroup, snapshot: ClusterSnapshot) -> dict[str, Any]:
    return {
        "name": group.name,
        "alloc_policy": group.alloc_policy,
        "networks": list(group.networks),
        "ipolicy": plain_object(fill_ipolicy(snapshot.cluster, group)),
        "tags": list(group.tags),
    }


def _describe_instance(instance: Instance, snapshot: ClusterSnapshot) -> dict[str, Any]:
    beparams: Mapping[str, Any] = fill_beparams(snapshot.cluster, instance.beparams) or {}
    disks = list_disks(instance, snapshot)
    nodes = [instance.primary_node or "", *(snapshot.secondary_nodes_of(instance) or ())]
    return {
        "tags": list(instance.tags),
        "admin_state": instance.admin_state,
        "vcpus": beparams.get("vcpus"),
        "memory": beparams.get("maxmem"),
        "spindle_use": beparams.get("spindle_use"),
        "os": instance.os,
        "nodes": [snapshot.nodes[uuid].name for uuid in nodes if uuid in snapshot.nodes],
        "nics": [_describe_nic(nic, snapshot) for nic in instance.nics],
        "disks": [_describe_disk(disk) for disk in disks],
        "disk_template": disk_template(instance, snapshot),
        "disks_active": bool(instance.disks_active),
        "hypervisor": instance.hypervisor,
        "disk_space_total": sum(find_space(str(disk.dev_type), disk.size) for disk in disks),
    }


def _describe_nic(nic: Nic, snapshot: ClusterSnapshot) -> dict[str, Any]:
    params = fill_nicparams(snapshot.cluster, nic.nicparams) or {}
    mode, link = params.get("mode"), params.get("link")
    bridge = {"bridge": link} if mode == "bridged" else {}
    return {"mac": nic.mac, "ip": nic.ip, "mode": mode, "link": link, **bridge}


def _describe_disk(disk: Disk) -> dict[str, Any]:
    return {"dev_type": disk.dev_type, "size": disk.size, "mode": disk.mode, "spindles": disk.spindles}
