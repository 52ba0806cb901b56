"""What is wrong with a configuration: what belongs together and does not fit. Pure.

Source: what Ganeti 3.0 looks at when it verifies one; types of values and dangling UUIDs of tables are the loader's.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ganeti_lite.errors import GanetiError
from ganeti_lite.masterd.changes import count_candidates
from ganeti_lite.masterd.units._diskparams import check_cluster_access
from ganeti_lite.masterd.units._ipolicy import check_ipolicy
from ganeti_lite.snapshot import ClusterSnapshot, Instance, Node, NodeGroup, fill_ipolicy, fill_nicparams, find_dangling

_UUID: Final = re.compile(r"[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}")
_LINKS: Final = {"bridged": "bridge", "routed": "route", "openvswitch": "ovs"}


def list_faults(snapshot: ClusterSnapshot) -> list[str]:
    """A line for each; none if all is well."""
    checks: tuple[Callable[[ClusterSnapshot], Iterator[str]], ...] = (
        lambda newest: (str(reference) for reference in find_dangling(newest)),
        _judge_parameters,
        _judge_instances,
        _judge_ports,
        _judge_candidates,
        _judge_nodes,
        _judge_groups,
        _judge_addresses,
    )
    return [text for check in checks for text in check(snapshot)]


def _judge_parameters(snapshot: ClusterSnapshot) -> Iterator[str]:
    cluster = snapshot.cluster
    intro = "cluster has invalid instance policy: "
    yield from _complain(intro, lambda: check_ipolicy(cluster.ipolicy, has_standard=True))
    yield from _complain("", lambda: check_cluster_access(cluster.diskparams))


def _complain(intro: str, check: Callable[[], None]) -> Iterator[str]:
    try:
        check()
    except GanetiError as error:
        yield f"{intro}{error.args[0]}"


def _judge_instances(snapshot: ClusterSnapshot) -> Iterator[str]:
    seen: set[str] = set()
    for instance in snapshot.instances.values():
        for index, nic in enumerate(instance.nics):
            if nic.mac in seen:
                yield f"instance '{instance.name}' has NIC {index} mac {nic.mac} duplicate"
            seen.add(nic.mac)
        yield from _judge_disk_names(instance, snapshot)


def _judge_disk_names(instance: Instance, snapshot: ClusterSnapshot) -> Iterator[str]:
    disks = snapshot.disks_of(instance) or ()
    wrong = [
        f"name of disk {index} should be 'disk/{index}', but is '{disk.iv_name}'"
        for index, disk in enumerate(disks)
        if disk.iv_name != f"disk/{index}"
    ]
    if wrong:
        yield f"Instance '{instance.name}' has wrongly named disks: {'; '.join(wrong)}"


def _judge_ports(snapshot: ClusterSnapshot) -> Iterator[str]:
    saved = snapshot.cluster.highest_used_port
    owners: defaultdict[int, list[str]] = defaultdict(list)
    for port, owner in _list_ports(snapshot):
        owners[port].append(owner)
    for port, names in sorted(owners.items()):
        if len(names) > 1:
            yield f"tcp/udp port {port} has duplicates: {', '.join(names)}"
    if (highest := max(owners, default=0)) > saved:
        yield f"Highest used port mismatch, saved {saved}, computed {highest}"


def _list_ports(snapshot: ClusterSnapshot) -> Iterator[tuple[int, str]]:
    """Each port and who has it."""
    for instance in snapshot.instances.values():
        for index, disk in enumerate(snapshot.disks_of(instance) or ()):
            port: Any = disk.logical_id[2] if disk.dev_type == "drbd" else None
            if port is not None:
                yield port, f"{instance.name}/drbd disk {index}"
        if instance.network_port is not None:
            yield instance.network_port, f"{instance.name}/network port"
    for port in snapshot.cluster.tcpudp_port_pool:
        yield port, "cluster/port marked as free"


def _judge_candidates(snapshot: ClusterSnapshot) -> Iterator[str]:
    if snapshot.master is not None and not snapshot.master.master_candidate:
        yield "Master node is not a master candidate"
    stats = count_candidates(snapshot)
    if stats.now < stats.wanted:
        yield f"Not enough master candidates: actual {stats.now}, target {stats.wanted}"


def _judge_nodes(snapshot: ClusterSnapshot) -> Iterator[str]:
    for node in snapshot.nodes.values():
        if sum((node.master_candidate, node.drained, node.offline)) > 1:
            yield f"Node {node.name} state is invalid: {_describe_state(node)}"
        if "exclusive_storage" in node.ndparams:
            yield f"Node '{node.name}' has some global parameters set: exclusive_storage"


def _describe_state(node: Node) -> str:
    return f"master_candidate={node.master_candidate}, drain={node.drained}, offline={node.offline}"


def _judge_groups(snapshot: ClusterSnapshot) -> Iterator[str]:
    seen: set[str] = set()
    for group in snapshot.nodegroups.values():
        if _UUID.fullmatch(group.name.lower()):
            yield f"node group '{group.name}' (uuid: '{group.uuid}') has uuid-like name"
        if group.name in seen:
            yield f"duplicate node group name '{group.name}'"
        seen.add(group.name)
        yield from _judge_policy(group, snapshot)


def _judge_policy(group: NodeGroup, snapshot: ClusterSnapshot) -> Iterator[str]:
    policy = fill_ipolicy(snapshot.cluster, group)
    intro = f"group {group.name} has invalid instance policy: "
    return _complain(intro, lambda: check_ipolicy(policy, has_standard=False))


def _judge_addresses(snapshot: ClusterSnapshot) -> Iterator[str]:
    owners: defaultdict[str, list[str]] = defaultdict(list)
    owners[snapshot.cluster.master_ip].append("cluster_ip")
    for node in snapshot.nodes.values():
        owners[node.primary_ip].append(f"node:{node.name}/primary")
        if node.secondary_ip != node.primary_ip:
            owners[node.secondary_ip].append(f"node:{node.name}/secondary")
    for instance in snapshot.instances.values():
        for index, nic in enumerate(instance.nics):
            if nic.ip is not None:
                params: Mapping[str, Any] = fill_nicparams(snapshot.cluster, nic.nicparams) or {}
                place = f"{_LINKS.get(params.get('mode', ''), 'none')}:{params.get('link')}/{nic.ip}/{nic.network}"
                owners[place].append(f"instance:{instance.name}/nic:{index}")
    for ip, names in owners.items():
        if len(names) > 1:
            yield f"IP address {ip} is used by multiple owners: {', '.join(names)}"
