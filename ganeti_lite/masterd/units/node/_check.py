"""What must hold before a node's role and parameters change, and how it will be."""

from typing import NoReturn

from attrs import evolve, frozen

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.changes import count_candidates
from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.lookup import find_node
from ganeti_lite.masterd.units._answers import URGENT
from ganeti_lite.masterd.units._effects import CallNodes, Effects, info, warning
from ganeti_lite.masterd.units._parameters import ND_TYPES, check_not_global, freeze_params, override
from ganeti_lite.masterd.units._states import merge_disk_state, merge_hv_state
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import ClusterSnapshot, Instance, Node, fill_ndparams
from ganeti_lite.wire.noderpc import RpcFailure

from ._roles import FLAGS, Role, Wish, lacks_candidates, role_of
from ._secondary_ip import check_secondary_ip

_GLOBAL = frozenset({"exclusive_storage"})
"""Parameters that no single node may have."""


@frozen
class NodeChange:
    """What becomes of a node.

    :ivar node: as it was; ``changed`` with all but its new role.
    :ivar wish: what is wished of its flags, what the cluster wishes included.
    """

    node: Node
    changed: Node
    wish: Wish
    old_role: Role
    new_role: Role


def check_change(
    order: Order, snapshot: ClusterSnapshot, *, may_demote: bool, may_promote: bool
) -> Effects[NodeChange]:
    """What becomes of the node.

    :param may_demote: whether the node might be a candidate no longer; ``may_promote`` whether others may then be one.
    :raises OpPrereqError: it cannot be.
    """
    node = snapshot.nodes.get(order["node_uuid"]) or find_node(snapshot, order["node_name"])
    _check_locked(order, node, snapshot)
    _check_capabilities(order, node, snapshot)
    if node.master_candidate and may_demote and not may_promote:
        _check_enough_candidates(node, snapshot)
    wish, idle = Wish(**{name: order[name] for name in FLAGS}).without_idle(node)
    for name in idle:
        yield info(f"Ignoring request to unset flag {name}, already unset")
    _check_power(order, node, wish, snapshot)
    wish = yield from _add_own_wish(order, node, wish, snapshot)
    old_role, new_role = role_of(node), wish.decide(role_of(node))
    if old_role is Role.OFFLINE and new_role is not old_role:
        yield from _check_version(node)
    if order["secondary_ip"]:
        yield from check_secondary_ip(order, node, list_mirrored(node.uuid, snapshot), snapshot)
    return NodeChange(node, _change(order, node), wish, old_role, new_role)


def list_mirrored(node: str, snapshot: ClusterSnapshot) -> tuple[Instance, ...]:
    """The instances with DRBD disks that have the node of that UUID."""
    sides = (snapshot.instances_by_primary, snapshot.instances_by_secondary)
    found = {item.uuid for side in sides for item in side.get(node, ()) if snapshot.secondary_nodes_of(item)}
    return tuple(item for item in snapshot.instances.ordered if item.uuid in found)


def _check_locked(order: Order, node: Node, snapshot: ClusterSnapshot) -> None:
    if not order["secondary_ip"]:
        return
    wanted = {item.name or "" for item in list_mirrored(node.uuid, snapshot)}
    held = order.held.get(LockLevel.INSTANCE, frozenset()) or frozenset()
    if not wanted <= held:
        text = f"Instances affected by changing node {node.name}'s secondary IP address have changed since locks were"
        names = f"wanted '{', '.join(sorted(wanted))}', have '{', '.join(sorted(held))}'; retry the operation"
        _refuse(f"{text} acquired, {names}")


def _check_capabilities(order: Order, node: Node, snapshot: ClusterSnapshot) -> None:
    if any(order[name] is not None for name in FLAGS) and node.uuid == snapshot.cluster.master_node:
        raise OpPrereqError("The master role can be changed only via master-failover")
    if order["master_candidate"] and not node.master_capable:
        _refuse(f"Node {node.name} is not master capable, cannot make it a master candidate")
    hosted = snapshot.instances_by_primary.get(node.uuid) or snapshot.instances_by_secondary.get(node.uuid)
    if order["vm_capable"] is False and hosted:
        _refuse(f"Node {node.name} hosts instances, cannot unset the vm_capable flag")


def _check_enough_candidates(node: Node, snapshot: ClusterSnapshot) -> None:
    stats = count_candidates(snapshot, [node.uuid])
    if stats.now < stats.wanted:
        text = "Not enough master candidates, please pass auto promote option to allow promotion"
        _refuse(f"{text} (--auto-promote or RAPI auto_promote=True)")


def _check_power(order: Order, node: Node, wish: Wish, snapshot: ClusterSnapshot) -> None:
    group = snapshot.group_of(node)
    has_oob = group is not None and bool(fill_ndparams(snapshot.cluster, group, node).get("oob_program"))
    if has_oob and wish.offline is False and not (node.powered or order["powered"]):
        _refuse(f"Node {node.name} needs to be turned on before its offline status can be reset")
    if not has_oob and order["powered"] is not None:
        _refuse(f"Unable to change powered state for node {node.name} as it does not support out-of-band handling")


def _add_own_wish(order: Order, node: Node, wish: Wish, snapshot: ClusterSnapshot) -> Effects[Wish]:
    """The wish with what follows from it: promotion of what comes back, demotion of what cannot be master any more."""
    comes_back = wish.drained is False or wish.offline is False or (order["master_capable"] and not node.master_capable)
    if comes_back and lacks_candidates(count_candidates(snapshot), snapshot.cluster.candidate_pool_size):
        yield info("Auto-promoting node to master candidate")
        wish = evolve(wish, master_candidate=True)
    if order["master_capable"] is False and node.master_candidate:
        if node.uuid == snapshot.cluster.master_node:
            _refuse("Master must remain master capable")
        yield info("Demoting from master candidate")
        wish = evolve(wish, master_candidate=False)
    return wish


def _check_version(node: Node) -> Effects[None]:
    results = yield CallNodes("version", {node.uuid: []}, URGENT)
    result = results[node.uuid]
    if isinstance(result, RpcFailure):
        _refuse(f"Node {node.name} is being de-offlined but fails to report its version: {result.reason}")
    text = "Transitioning node from offline to online state without using re-add. Please make sure the node is healthy!"
    yield warning(text)


def _change(order: Order, node: Node) -> Node:
    """The node with all but its new role."""
    ndparams = freeze_params(override(node.ndparams, order["ndparams"] or {}), ND_TYPES)
    check_not_global(order["ndparams"] or {}, _GLOBAL, "node", "node", "cluster or group")
    given = {name: order[name] for name in ("powered", "master_capable", "vm_capable") if order[name] is not None}
    return evolve(
        node,
        ndparams=ndparams,
        hv_state_static=merge_hv_state(node.hv_state_static, order["hv_state"]),
        disk_state_static=merge_disk_state(node.disk_state_static, order["disk_state"]),
        secondary_ip=order["secondary_ip"] or node.secondary_ip,
        **given,
    )


def _refuse(text: str) -> NoReturn:
    raise OpPrereqError(text, ErrorCode.WRONG_STATE)
