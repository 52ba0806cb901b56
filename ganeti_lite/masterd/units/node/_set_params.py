"""OP_NODE_SET_PARAMS.

As in Ganeti 3.0, a node is written twice if its role changes: with its other parameters first.
"""

from typing import Any, Final

from attrs import evolve

from ganeti_lite.constants import LockMode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.changes import update
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.lookup import find_node
from ganeti_lite.masterd.units._addresses import is_ipv4
from ganeti_lite.masterd.units._answers import FAST
from ganeti_lite.masterd.units._candidates import (
    add_certificate,
    add_ssh_key,
    drop_certificate,
    fill_pool,
    remove_ssh_key,
)
from ganeti_lite.masterd.units._effects import CallNodes, ChangeConfig, Effects, HookPlan, warning
from ganeti_lite.masterd.units._groups import exclusive, shared
from ganeti_lite.masterd.units._kvmd import ensure_kvmd
from ganeti_lite.masterd.units._unit import LogicalUnit, Order
from ganeti_lite.snapshot import ClusterSnapshot, Node
from ganeti_lite.wire.noderpc import RpcFailure

from ._check import NodeChange, check_change, list_mirrored
from ._roles import FLAGS, Role

_CHANGEABLE: Final = (
    *("offline", "master_candidate", "drained", "master_capable", "vm_capable"),
    *("secondary_ip", "ndparams", "hv_state", "disk_state"),
)
"""What counts as a change; that it is powered does not, by itself."""


class NodeSetParams(LogicalUnit[NodeChange]):
    """Changes a node's role and parameters."""

    op_id = "OP_NODE_SET_PARAMS"

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """The node by full name and UUID; there must be something to change, of the flags only one to set."""
        node = find_node(snapshot, order["node_name"], order["node_uuid"])
        values = [order[name] for name in _CHANGEABLE]
        if all(value is None for value in values):
            raise OpPrereqError("Please pass at least one modification")
        if sum(value is True for value in values) > 1:
            raise OpPrereqError("Can't set the node into more than one state at the same time")
        if order["secondary_ip"] and not is_ipv4(order["secondary_ip"]):
            raise OpPrereqError(f"Secondary IP ({order['secondary_ip']}) needs to be a valid IPv4 address")
        return order.with_parameters(node_name=node.name, node_uuid=node.uuid)

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The node, or all if others may be promoted; instances that its secondary address matters to."""
        match level:
            case LockLevel.NODE | LockLevel.NODE_RES if _may_promote(order):
                return LockWish(None, LockMode.EXCLUSIVE)
            case LockLevel.NODE | LockLevel.NODE_RES:
                return exclusive(order["node_uuid"])
            case LockLevel.INSTANCE if order["secondary_ip"]:
                names = [item.name for item in list_mirrored(order["node_uuid"], snapshot) if item.name is not None]
                return shared(*names) if names else None
            case _:
                return None

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[NodeChange]:
        """See :func:`check_change`."""
        return check_change(order, snapshot, may_demote=_may_demote(order), may_promote=_may_promote(order))

    def hooks(self, order: Order, plan: NodeChange, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master and the node."""
        values = {**{name: getattr(plan.wish, name) for name in FLAGS}}
        values.update({name: order[name] for name in ("master_capable", "vm_capable")})
        env = {name.upper(): str(value) for name, value in values.items()}
        nodes = tuple(dict.fromkeys([snapshot.cluster.master_node, plan.node.uuid]))
        return HookPlan("node-modify", "NODE", env, nodes, nodes, op_target=order["node_name"])

    def execute(self, order: Order, plan: NodeChange) -> Effects[object]:
        """Write it, and have the cluster know; the result names what has changed."""
        snapshot: ClusterSnapshot = yield ChangeConfig(lambda newest, now: update(newest, plan.changed, now))
        if plan.new_role is not plan.old_role:
            snapshot = yield from _change_role(order, plan, snapshot.nodes[plan.node.uuid])
        is_silent = "kvm" not in snapshot.cluster.enabled_hypervisors
        yield from ensure_kvmd(snapshot, [plan.node.uuid], is_silent=is_silent)
        yield from _spread_keys(plan, snapshot)
        return [*_list_changes(order), *_list_role_changes(plan)]


def _may_demote(order: Order) -> bool:
    """Whether the node might be a candidate no longer."""
    unset = order["master_candidate"] is False or order["master_capable"] is False
    return unset or order["offline"] is True or order["drained"] is True


def _may_promote(order: Order) -> bool:
    """Whether others may become candidates in its place."""
    return bool(order["auto_promote"]) and _may_demote(order)


def _change_role(order: Order, plan: NodeChange, node: Node) -> Effects[ClusterSnapshot]:
    """Write the new role, then demote or promote; the configuration then."""
    flags: Any = plan.new_role.flags
    changed = evolve(node, **flags)
    snapshot: ClusterSnapshot = yield ChangeConfig(lambda newest, now: update(newest, changed, now))
    if plan.old_role is Role.CANDIDATE and plan.new_role is not Role.OFFLINE:
        results = yield CallNodes("node_demote_from_mc", {node.uuid: []}, FAST)
        if isinstance(results[node.uuid], RpcFailure):
            yield warning(f"Node failed to demote itself: {results[node.uuid].reason}")
    if _may_promote(order):
        snapshot = yield from fill_pool(snapshot, node.uuid)
    if plan.new_role is Role.CANDIDATE:
        snapshot = yield from add_certificate(changed, snapshot)
    if plan.old_role is Role.CANDIDATE:
        snapshot = yield from drop_certificate(node.uuid)
    return snapshot


def _spread_keys(plan: NodeChange, snapshot: ClusterSnapshot) -> Effects[None]:
    if plan.old_role is plan.new_role:
        return
    node = plan.node
    if plan.old_role is Role.CANDIDATE:
        what = f"Could not adjust the SSH setup after demoting node '{node.name}' (UUID: {node.uuid})."
        yield from remove_ssh_key(node, snapshot, what, is_candidate=True, leaves=False)
    if plan.new_role is Role.CANDIDATE:
        yield from add_ssh_key(node, snapshot)


def _list_changes(order: Order) -> list[list[str]]:
    capabilities = [[name, str(order[name])] for name in ("master_capable", "vm_capable") if order[name] is not None]
    return capabilities + ([["secondary_ip", order["secondary_ip"]]] if order["secondary_ip"] else [])


def _list_role_changes(plan: NodeChange) -> list[list[str]]:
    before, after = plan.old_role.flags, plan.new_role.flags
    return [[name, str(after[name])] for name in FLAGS if before[name] != after[name]]
