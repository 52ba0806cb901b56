"""What must hold before a node gets another secondary address, over which DRBD replicates."""

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.units._answers import FAST, URGENT
from ganeti_lite.masterd.units._effects import CallAddress, CallNodes, Effects, warning
from ganeti_lite.masterd.units._instances import check_state
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import ClusterSnapshot, Instance, Node
from ganeti_lite.wire.noderpc import RpcFailure


def check_secondary_ip(
    order: Order, node: Node, instances: tuple[Instance, ...], snapshot: ClusterSnapshot
) -> Effects[None]:
    """Fail unless the node can have the address that is ordered.

    :param instances: those that replicate over the node's address.
    :raises OpPrereqError: it cannot.
    """
    ip: str = order["secondary_ip"]
    yield from _check_homing(order, node, snapshot)
    if node.offline and instances:
        names = ", ".join(item.name or "" for item in instances)
        text = f"Cannot change secondary IP address: offline node has instances ({names}) configured to use it"
        raise OpPrereqError(text, ErrorCode.WRONG_STATE)
    if node.offline:
        return
    for instance in instances:
        check_state(instance, "down", "offline", task="cannot change secondary ip")
    yield from _check_present(node, ip)
    if node.uuid != snapshot.cluster.master_node:
        answer = yield CallAddress(ip, "version", [], URGENT)
        if isinstance(answer, RpcFailure):
            text = "Node secondary ip not reachable by TCP based ping to node daemon port"
            raise OpPrereqError(text, ErrorCode.ENVIRONMENT)


def _check_homing(order: Order, node: Node, snapshot: ClusterSnapshot) -> Effects[None]:
    """All nodes have a second address, or none has; only the master's, by force, may be the first to change that."""
    master = snapshot.master
    is_single = master is not None and master.secondary_ip == master.primary_ip
    becomes_single = order["secondary_ip"] == node.primary_ip
    if is_single is becomes_single:
        return
    is_forced = bool(order["force"]) and master is not None and node.uuid == master.uuid
    if is_single and is_forced:
        text = "Transitioning from single-homed to multi-homed cluster; all nodes will require a secondary IP address"
        yield warning(text)
    elif is_single:
        text = "Changing the secondary ip on a single-homed cluster requires the --force option to be passed,"
        raise OpPrereqError(f"{text} and the target node to be the master")
    elif is_forced:
        text = "Transitioning from multi-homed to single-homed cluster; secondary IP addresses will have to be removed"
        yield warning(text)
    else:
        text = "Cannot set the secondary IP to be the same as the primary IP on a multi-homed cluster,"
        raise OpPrereqError(f"{text} unless the --force option is passed, and the target node is the master")


def _check_present(node: Node, ip: str) -> Effects[None]:
    results = yield CallNodes("node_has_ip_address", {node.uuid: [ip]}, FAST)
    result = results[node.uuid]
    if isinstance(result, RpcFailure):
        text = f"Failure checking secondary ip on node {node.name}: {result.reason}"
        raise OpPrereqError(text, ErrorCode.ENVIRONMENT)
    if not result.payload:
        text = f"Node claims it doesn't have the secondary ip you gave ({ip}), please fix and re-run this command"
        raise OpPrereqError(text, ErrorCode.ENVIRONMENT)
