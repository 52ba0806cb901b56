"""The ssconf values of a configuration: what every node keeps of it, one file a key, one value a line.

Nodes, groups and instances are in nice-sort order of their names; candidates, certificates and networks in order of
UUIDs. Source: the files that wconfd of Ganeti 3.0 has nodes write.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from ganeti_lite.constants import SOFTWARE_VERSION
from ganeti_lite.snapshot import ClusterSnapshot, Node, fill_ndparams

SsconfValues: TypeAlias = Mapping[str, tuple[str, ...]]
"""The lines of each file by its key (the file is ``ssconf_KEY``)."""

_SINGLE: Final = (
    "cluster_name",
    "file_storage_dir",
    "shared_file_storage_dir",
    "gluster_storage_dir",
    "master_ip",
    "master_netdev",
    "master_netmask",
    "primary_ip_family",
    "maintain_node_health",
    "enabled_user_shutdown",
)
"""Keys that are called as the cluster's attribute whose one value they have."""


def ssconf_values(snapshot: ClusterSnapshot) -> SsconfValues:
    """All values, sorted by key. Empty lines are left out: an empty value has none."""
    lines = {**_list_cluster(snapshot), **_list_nodes(snapshot), **_list_objects(snapshot)}
    for hypervisor, params in snapshot.cluster.hvparams.items():
        lines[f"hvparams_{hypervisor}"] = (f"{name}={value}" for name, value in params.items())
    return MappingProxyType({key: tuple(line for line in values if line) for key, values in sorted(lines.items())})


def ssconf_text(lines: Iterable[str]) -> str:
    """The content of the file of these lines."""
    return "".join(f"{line}\n" for line in lines)


def _list_cluster(snapshot: ClusterSnapshot) -> dict[str, Iterable[str]]:
    cluster = snapshot.cluster
    return {
        **{key: [str(getattr(cluster, key))] for key in _SINGLE},
        "cluster_tags": cluster.tags,
        "hypervisor_list": cluster.enabled_hypervisors,
        "release_version": [SOFTWARE_VERSION],
        "uid_pool": [f"{low}-{high}" if low != high else f"{low}" for low, high in cluster.uid_pool],
        "master_candidates_certs": [f"{uuid}={digest}" for uuid, digest in sorted(cluster.candidate_certs.items())],
    }


def _list_nodes(snapshot: ClusterSnapshot) -> dict[str, Iterable[str]]:
    nodes, master = snapshot.nodes.ordered, snapshot.master
    candidates = [node for node in snapshot.nodes.values() if node.master_candidate or node is master]
    return {
        "master_node": [] if master is None else [master.name],
        "master_candidates": [node.name for node in candidates],
        "master_candidates_ips": [node.primary_ip for node in candidates],
        "node_list": [node.name for node in nodes],
        "online_nodes": [node.name for node in nodes if not node.offline],
        "offline_nodes": [node.name for node in nodes if node.offline],
        "node_primary_ips": [f"{node.name} {node.primary_ip}" for node in nodes],
        "node_secondary_ips": [f"{node.name} {node.secondary_ip}" for node in nodes],
        "node_vm_capable": [f"{node.name}={node.vm_capable}" for node in nodes],
        "ssh_ports": _list_ssh_ports(snapshot, nodes),
    }


def _list_ssh_ports(snapshot: ClusterSnapshot, nodes: Iterable[Node]) -> Iterator[str]:
    """The nodes' SSH ports; a node whose group does not exist has none."""
    for node in nodes:
        if (group := snapshot.group_of(node)) is not None:
            yield f"{node.name}={fill_ndparams(snapshot.cluster, group, node)['ssh_port']}"


def _list_objects(snapshot: ClusterSnapshot) -> dict[str, Iterable[str]]:
    return {
        "instance_list": [instance.name for instance in snapshot.instances.ordered if instance.name is not None],
        "nodegroups": [f"{group.uuid} {group.name}" for group in snapshot.nodegroups.ordered],
        "networks": [f"{network.uuid} {network.name}" for network in snapshot.networks.values()],
    }


def has_same_sources(before: ClusterSnapshot, after: ClusterSnapshot) -> bool:
    """Whether the values of both are the same because all that they are made of is; cheaper than making them."""
    tables = ("cluster", "nodes", "nodegroups", "networks")
    is_same = all(getattr(before, name) is getattr(after, name) for name in tables)
    return is_same and before.instances.names is after.instances.names
