"""Answers to confd's requests: a snapshot, a request's type and its query give a reply. Pure.

Which object's serial number a reply bears, and which error is a number and which a text, is as Ganeti's daemon has it;
the texts are our own. A reply's answer may hold objects of the snapshot: see :mod:`confd.bounded_json`.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar

from ganeti_lite.constants import ConfdError, ConfdField, ConfdRequest, ConfdStatus, NodeRole
from ganeti_lite.snapshot import ClusterSnapshot, Instance, Node, Params, Table
from ganeti_lite.wire.confd import Query, QueryObject, Reply

from .config_paths import find_value

Item = TypeVar("Item", Node, Instance)
Answer: TypeAlias = tuple[object, int]
"""An answer and its serial number."""

COLLECTORS: Final = ("cpu-avg-load", "diskstats", "drbd", "inst-status-xen", "lv", "xen-cpu-avg-load")
"""The data collectors that there are; settings of others are not told."""

_COLLECTOR: Final = {"active": True, "interval": 5_000_000}
"""The settings of a collector that the cluster has none for; the interval is in microseconds."""


class Refusal(Exception):  # noqa: N818 - not a failure, but an answer
    """The request is understood, but there is nothing to answer: the number or text says why."""

    def __init__(self, answer: ConfdError | str) -> None:
        super().__init__(answer)
        self.answer = answer


def answer_request(snapshot: ClusterSnapshot, request_type: ConfdRequest, query: Query) -> Reply:
    """The reply to a request of that type with that query."""
    try:
        answer, serial = _ANSWERS[request_type](snapshot, query)
    except Refusal as refusal:
        return Reply(ConfdStatus.ERROR, refusal.answer)
    return Reply(ConfdStatus.OK, answer, serial)


def _ping(snapshot: ClusterSnapshot, _query: Query) -> Answer:
    return snapshot.version, 0


def _tell_role(snapshot: ClusterSnapshot, query: Query) -> Answer:
    name = _require_name(query)
    master = _require_master(snapshot)
    node = _find("node", snapshot.nodes, name)
    return (NodeRole.MASTER if node is master else _role_of(node)), snapshot.cluster.serial_no


def _role_of(node: Node) -> NodeRole:
    """The role of a node that is not the master."""
    if node.drained:
        return NodeRole.DRAINED
    if node.offline:
        return NodeRole.OFFLINE
    return NodeRole.CANDIDATE if node.master_candidate else NodeRole.REGULAR


def _find_node_ips(snapshot: ClusterSnapshot, query: Query) -> Answer:
    """The primary IP of the node that an instance runs on; for several instances a (status, answer, serial) each."""
    if not isinstance(query, QueryObject):
        raise Refusal(ConfdError.ARGUMENT)
    serial = snapshot.cluster.serial_no
    link = _default_link(snapshot) if query.link is None else query.link
    if query.ip is not None:
        address = _find_node_ip(snapshot, link, query.ip)
        if address is None:
            raise Refusal(ConfdError.UNKNOWN_ENTRY)
        return address, serial
    addresses = [_find_node_ip(snapshot, link, ip) for ip in query.ips]
    unknown = (ConfdStatus.ERROR, ConfdError.UNKNOWN_ENTRY, 0)
    return [unknown if each is None else (ConfdStatus.OK, each, serial) for each in addresses], serial


def _find_node_ip(snapshot: ClusterSnapshot, link: str, ip: str) -> str | None:
    instance = snapshot.instances_by_ip.get((link, ip))
    if instance is None or instance.primary_node is None:
        return None
    node = snapshot.nodes.get(instance.primary_node)
    return None if node is None else node.primary_ip


def _tell_master(snapshot: ClusterSnapshot, query: Query) -> Answer:
    if isinstance(query, str):
        raise Refusal(ConfdError.ARGUMENT)
    master = _require_master(snapshot)
    if query is None:
        return master.name, snapshot.cluster.serial_no
    values = {
        ConfdField.MASTER_NAME: master.name,
        ConfdField.CLUSTER_IP: snapshot.cluster.master_ip,
        ConfdField.MASTER_IP: master.primary_ip,
    }
    return [values[field] for field in query.fields], snapshot.cluster.serial_no


def _list_node_ips(snapshot: ClusterSnapshot, _query: Query) -> Answer:
    return _list_primary_ips(snapshot.nodes.values()), snapshot.cluster.serial_no


def _list_candidate_ips(snapshot: ClusterSnapshot, _query: Query) -> Answer:
    candidates = [node for node in snapshot.nodes.values() if node.master_candidate]
    return _list_primary_ips(candidates), snapshot.cluster.serial_no


def _list_primary_ips(nodes: Iterable[Node]) -> list[str]:
    """Primary IPs of nodes that are given in order of UUIDs, in the opposite order."""
    return [node.primary_ip for node in nodes][::-1]


def _list_instance_ips(snapshot: ClusterSnapshot, query: Query) -> Answer:
    if isinstance(query, QueryObject):
        raise Refusal("the query must be the name of a link, or null for the default one")
    link = _default_link(snapshot) if query is None else query
    return snapshot.ips_by_link.get(link, ()), snapshot.cluster.serial_no


def _list_drbd_minors(snapshot: ClusterSnapshot, query: Query) -> Answer:
    """For each DRBD device on the node: node, minor, instance, disk, role of the node, node at the other end."""
    node = _find("node", snapshot.nodes, _require_name(query))
    entries = []
    for each in snapshot.drbd_minors_on(node.uuid):
        instance = each.instance
        role = "primary" if instance.primary_node == node.uuid else "secondary"
        peer = _find("node", snapshot.nodes, each.peer).name
        entries.append((node.name, each.minor, instance.name or "", f"disk/{each.disk_index}", role, peer))
    return entries, node.serial_no


def _list_instances(snapshot: ClusterSnapshot, query: Query) -> Answer:
    """The node's primary instances, and those that have it as a secondary node."""
    node = _find("node", snapshot.nodes, _require_name(query))
    sides = (snapshot.instances_by_primary, snapshot.instances_by_secondary)
    return [sorted(side.get(node.uuid, ()), key=lambda item: item.uuid) for side in sides], node.serial_no


def _list_disks(snapshot: ClusterSnapshot, query: Query) -> Answer:
    instance = _find("instance", snapshot.instances, _require_name(query))
    disks = snapshot.disks_of(instance)
    if disks is None:
        raise Refusal(f"a disk of instance {instance.name or instance.uuid} is missing from the configuration")
    return disks, instance.serial_no


def _query_config(snapshot: ClusterSnapshot, query: Query) -> Answer:
    try:
        return find_value(snapshot, _require_name(query)), snapshot.cluster.serial_no
    except LookupError as error:
        raise Refusal(ConfdError.ARGUMENT) from error


def _list_collectors(snapshot: ClusterSnapshot, _query: Query) -> Answer:
    cluster = snapshot.cluster
    settings: dict[str, Params] = {name: {**_COLLECTOR, **cluster.data_collectors.get(name, {})} for name in COLLECTORS}
    if not any(hypervisor.startswith("xen-") for hypervisor in cluster.enabled_hypervisors):
        settings["inst-status-xen"] = {**settings["inst-status-xen"], "active": False}
    return settings, cluster.serial_no


_ANSWERS: Final[Mapping[ConfdRequest, Callable[[ClusterSnapshot, Query], Answer]]] = MappingProxyType(
    {
        ConfdRequest.PING: _ping,
        ConfdRequest.NODE_ROLE: _tell_role,
        ConfdRequest.NODE_IP_BY_INSTANCE_IP: _find_node_ips,
        ConfdRequest.CLUSTER_MASTER: _tell_master,
        ConfdRequest.NODE_IPS: _list_node_ips,
        ConfdRequest.CANDIDATE_IPS: _list_candidate_ips,
        ConfdRequest.INSTANCE_IPS: _list_instance_ips,
        ConfdRequest.NODE_DRBD: _list_drbd_minors,
        ConfdRequest.NODE_INSTANCES: _list_instances,
        ConfdRequest.INSTANCE_DISKS: _list_disks,
        ConfdRequest.CONFIG_QUERY: _query_config,
        ConfdRequest.DATA_COLLECTORS: _list_collectors,
    }
)


def _require_name(query: Query) -> str:
    if not isinstance(query, str):
        raise Refusal("the query must be a string")
    return query


def _require_master(snapshot: ClusterSnapshot) -> Node:
    if snapshot.master is None:
        raise Refusal(f"the master node, {snapshot.cluster.master_node}, is missing from the configuration")
    return snapshot.master


def _find(kind: str, table: Table[Item], name: str) -> Item:
    """The one object that *name* stands for: a UUID, a full name, or a short name."""
    match table.find(name):
        case (item,):
            return item
        case ():
            raise Refusal(f"there is no {kind} {name}")
        case _:
            raise Refusal(f"there are several {kind}s that {name} is short for")


def _default_link(snapshot: ClusterSnapshot) -> str:
    return str(snapshot.cluster.nicparams.get("default", {}).get("link"))
