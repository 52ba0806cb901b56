"""OP_NODE_REMOVE.

The hooks behind it do not run on the node that has left; in Ganeti, they do, just before it is told to leave.
"""

from attrs import frozen

from ganeti_lite.constants import LockMode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.changes import remove
from ganeti_lite.masterd.lookup import find_node
from ganeti_lite.masterd.units._answers import NORMAL, require
from ganeti_lite.masterd.units._candidates import drop_certificate, fill_pool, remove_ssh_key
from ganeti_lite.masterd.units._effects import CallAddress, CallNodes, ChangeConfig, Effects, HookPlan, warning
from ganeti_lite.masterd.units._files import redistribute
from ganeti_lite.masterd.units._unit import LogicalUnit, Order
from ganeti_lite.snapshot import ClusterSnapshot, Node
from ganeti_lite.wire.noderpc import RpcFailure


@frozen
class Departure:
    """A node that goes, and the configuration when that was found to be possible."""

    node: Node
    snapshot: ClusterSnapshot


class NodeRemove(LogicalUnit[Departure]):
    """Removes a node that has no instances and is not the master; nothing else is done meanwhile."""

    op_id = "OP_NODE_REMOVE"
    big_lock = LockMode.EXCLUSIVE

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """The node by full name and UUID."""
        node = find_node(snapshot, order["node_name"], order["node_uuid"])
        return order.with_parameters(node_name=node.name, node_uuid=node.uuid)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Departure]:
        """It must not be the master, nor have instances."""
        yield from ()
        node = snapshot.nodes[order["node_uuid"]]
        if node.uuid == snapshot.cluster.master_node:
            raise OpPrereqError("Node is the master node, failover to another node is required")
        for sides in (snapshot.instances_by_primary, snapshot.instances_by_secondary):
            for instance in sides.get(node.uuid, ()):
                text = f"Instance {instance.name} is still running on the node, please remove first"
                raise OpPrereqError(text)
        return Departure(node, snapshot)

    def hooks(self, order: Order, plan: Departure, snapshot: ClusterSnapshot) -> HookPlan:
        """On all other nodes: one that is broken could not be removed otherwise."""
        nodes = tuple(uuid for uuid in snapshot.nodes if uuid != plan.node.uuid)
        env = {"NODE_NAME": order["node_name"]}
        return HookPlan("node-remove", "NODE", env, nodes, nodes, op_target=order["node_name"])

    def execute(self, order: Order, plan: Departure) -> Effects[object]:
        """Promote another candidate if need be, remove it, and have it leave."""
        node, snapshot = plan.node, plan.snapshot
        what = f"Could not remove the SSH key of node '{node.name}' (UUID: {node.uuid})."
        yield from remove_ssh_key(node, snapshot, what, is_candidate=node.master_candidate, leaves=True)
        yield from fill_pool(snapshot, node.uuid)
        snapshot = yield ChangeConfig(lambda newest, now: remove(newest, newest.nodes[node.uuid], now))
        arguments = [snapshot.cluster.modify_ssh_setup]
        answer = yield CallAddress(node.primary_ip, "node_leave_cluster", arguments, NORMAL)
        if isinstance(answer, RpcFailure):
            text = f"Errors encountered on the remote node while leaving the cluster: {answer.reason}"
            yield warning(text)
        if node.master_candidate:
            snapshot = yield from drop_certificate(node.uuid)
        if snapshot.cluster.modify_etc_hosts:
            yield from _forget_address(node, snapshot)
        return None


def _forget_address(node: Node, snapshot: ClusterSnapshot) -> Effects[None]:
    master = snapshot.cluster.master_node
    results = yield CallNodes("etc_hosts_modify", {master: ["remove", node.name, None]}, NORMAL)
    require(results[master], "Can't update hosts file with new host data")
    yield from redistribute(snapshot)
