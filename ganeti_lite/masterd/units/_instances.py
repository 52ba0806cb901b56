"""What the opcodes for instances have in common: their locks, their checks, their hooks' variables, their memory.

Source: what Ganeti 3.0 does; the variables are those that its hooks are given.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Final

from ganeti_lite.constants import ErrorCode, LockMode
from ganeti_lite.errors import GanetiError, OpPrereqError
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.lookup import find_instance
from ganeti_lite.snapshot import (
    EMPTY,
    ClusterSnapshot,
    Instance,
    Nic,
    Node,
    fill_hvparams,
    fill_ndparams,
    fill_nicparams,
)
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult

from ._effects import CallNodes, Effects, HookPlan, warning
from ._instance_env import describe_instance
from ._unit import LogicalUnit, Order, PlanT

URGENT: Final = 60.0
"""Seconds that a node has for what it only has to look at."""

ONLINE: Final = ("down", "up")
NOT_RUNNING: Final = ("down", "offline")
"""States that instances are meant to be in, in the order in which Ganeti names them."""

UNCODED_FAULT: Final = partial(OpPrereqError, code=None)
ENVIRONMENT_FAULT: Final = partial(OpPrereqError, code=ErrorCode.ENVIRONMENT)
"""Errors for nodes that do not do what they should."""

USER_DOWN_STATE: Final = 1
"""What a node says of an instance that was shut down from inside."""


class InstanceUnit(LogicalUnit[PlanT]):
    """An opcode for one instance that is there, which it has for itself.

    :cvar takes_forthcoming: whether it may be one that is only planned.
    """

    takes_forthcoming: ClassVar[bool] = False

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """The instance by full name and UUID."""
        instance = find_instance(snapshot, order["instance_name"], order["instance_uuid"])
        if instance.forthcoming and not self.takes_forthcoming:
            raise OpPrereqError("forthcoming instances not supported for this operation", None)
        return order.with_parameters(instance_name=instance.name, instance_uuid=instance.uuid)

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The instance."""
        del snapshot
        return LockWish(frozenset({order["instance_name"]})) if level is LockLevel.INSTANCE else None


def the_instance(order: Order, snapshot: ClusterSnapshot) -> Instance:
    """The instance that an order is for; it may have gone while the locks were waited for.

    :raises OpPrereqError: it is not there, or another one has its name.
    """
    instance: Instance = find_instance(snapshot, order["instance_name"], order["instance_uuid"])
    return instance


def has_exclusive_storage(nodes: Iterable[str], snapshot: ClusterSnapshot) -> bool:
    """Whether one of *nodes* (UUIDs; unknown ones do not count) gives each physical disk to one instance only."""
    for node in filter(None, map(snapshot.nodes.get, nodes)):
        group = snapshot.group_of(node)
        if group is not None and fill_ndparams(snapshot.cluster, group, node).get("exclusive_storage"):
            return True
    return False


def primary_of(instance: Instance, snapshot: ClusterSnapshot) -> Node:
    """The instance's primary node.

    :raises OpPrereqError: the configuration names none that is there.
    """
    node = snapshot.nodes.get(instance.primary_node or "")
    if node is None:
        raise OpPrereqError(f"Instance {instance.name} has no primary node", ErrorCode.WRONG_STATE)
    return node


def wish_for_nodes(
    order: Order,
    level: LockLevel,
    snapshot: ClusterSnapshot,
    *levels: LockLevel,
    mode: LockMode = LockMode.EXCLUSIVE,
) -> LockWish | None:
    """The nodes of an order's instance, where *level* is one of *levels*."""
    if level not in levels:
        return None
    return LockWish(frozenset(list_nodes(the_instance(order, snapshot), snapshot)), mode)


def list_nodes(instance: Instance, snapshot: ClusterSnapshot) -> tuple[str, ...]:
    """UUIDs of its nodes, the primary first."""
    return (primary_of(instance, snapshot).uuid, *(snapshot.secondary_nodes_of(instance) or ()))


def check_node_online(node: Node) -> None:
    """Raise OpPrereqError if a node is marked offline."""
    if node.offline:
        raise OpPrereqError(f"Can't use offline node: {node.name}", ErrorCode.WRONG_STATE)


def check_state(instance: Instance, *allowed: str, task: str = "") -> None:
    """Raise OpPrereqError unless the instance is to be in one of the *allowed* states.

    :param task: what cannot be done; empty for: being used.
    """
    if instance.admin_state in allowed:
        return
    what = task or f"can't use instance from outside {', '.join(allowed)} states"
    text = f"Instance '{instance.name}' is marked to be {instance.admin_state}, {what}"
    raise OpPrereqError(text, ErrorCode.WRONG_STATE)


def check_bridges(nics: Iterable[Nic], node: Node, snapshot: ClusterSnapshot) -> Effects[None]:
    """Fail unless the node has all bridges that NICs are to be connected to."""
    filled = [fill_nicparams(snapshot.cluster, nic.nicparams) or {} for nic in nics]
    bridges = [params.get("link") for params in filled if params.get("mode") == "bridged"]
    if not bridges:
        return
    results = yield CallNodes("bridges_exist", {node.uuid: [bridges]}, URGENT)
    result = results[node.uuid]
    if isinstance(result, RpcFailure):
        text = f"Error checking bridges on destination node '{node.name}': {result.reason}"
        raise OpPrereqError(text, ErrorCode.ENVIRONMENT)


def check_memory(node: Node, reason: str, needed: int, hypervisor: str, hvparams: Mapping[str, Any]) -> Effects[int]:
    """The MiB of memory that the node has free; fail unless there are those *needed*.

    :param reason: what they are needed for.
    """
    arguments = [None, [[hypervisor, dict(hvparams)]]]
    results = yield CallNodes("node_info", {node.uuid: arguments}, URGENT)
    free = _read_free_memory(results[node.uuid], node)
    if needed > free:
        text = f"Not enough memory on node {node.name} for {reason}: needed {needed} MiB, available {free} MiB"
        raise OpPrereqError(text, ErrorCode.NO_RESOURCES)
    return free


def _read_free_memory(result: RpcResult, node: Node) -> int:
    if isinstance(result, RpcFailure):
        text = f"Can't get data from node {node.name}: {result.reason}"
        raise OpPrereqError(text, ErrorCode.ENVIRONMENT)
    match result.payload:
        case [_, _, [{"memory_free": int() as free}, *_]]:
            return free
        case [_, _, [Mapping() as told, *_]]:
            said = told.get("memory_free")
        case said:
            pass
    text = f"Can't compute free memory on node {node.name}, result was '{said}'"
    raise OpPrereqError(text, ErrorCode.ENVIRONMENT)


def find_running(
    instance: Instance,
    snapshot: ClusterSnapshot,
    what: str,
    error: Callable[[str], GanetiError] = UNCODED_FAULT,
) -> Effects[Mapping[str, Any]]:
    """What the node says of an instance that it knows; empty if it does not run.

    :param what: is said if the node does not answer, by an *error* made of that text.
    """
    hvparams = dict(snapshot.cluster.hvparams.get(instance.hypervisor or "", EMPTY))
    return (yield from _ask_of(instance, hvparams, what, error))


def _ask_of(
    instance: Instance, hvparams: Mapping[str, Any], what: str, error: Callable[[str], GanetiError]
) -> Effects[Mapping[str, Any]]:
    uuid = str(instance.primary_node)
    results = yield CallNodes("instance_info", {uuid: [instance.name, instance.hypervisor, hvparams]}, URGENT)
    result = results[uuid]
    if isinstance(result, RpcFailure):
        raise error(f"{what}: {result.reason}")
    told: Mapping[str, Any] = result.payload or {}
    return told


def is_user_down(instance: Instance, told: Mapping[str, Any], snapshot: ClusterSnapshot) -> bool:
    """Whether the guest was shut down from inside, by what :func:`find_running` has brought."""
    if told.get("state") != USER_DOWN_STATE:
        return False
    return instance.hypervisor != "kvm" or bool(fill_hvparams(snapshot.cluster, instance).get("user_shutdown"))


def check_stopped(instance: Instance, snapshot: ClusterSnapshot, task: str, *allowed: str) -> Effects[None]:
    """Fail unless the instance is to be in one of the *allowed* states, and does not run.

    :param task: what cannot be done otherwise.
    """
    check_state(instance, *allowed, task=task)
    if primary_of(instance, snapshot).offline:
        yield warning("Primary node offline, ignoring check that instance is down")
        return
    what = f"Can't retrieve instance information for instance '{instance.name}'"
    hvparams = dict(fill_hvparams(snapshot.cluster, instance))
    told = yield from _ask_of(instance, hvparams, what, ENVIRONMENT_FAULT)
    if told.get("state", USER_DOWN_STATE) != USER_DOWN_STATE:
        raise OpPrereqError(f"Instance {instance.name} is running, {task}", ErrorCode.WRONG_STATE)


def plan_hooks(
    path: str,
    instance: Instance,
    snapshot: ClusterSnapshot,
    env: Mapping[str, str],
    *,
    pre: tuple[str, ...] | None = None,
    post: tuple[str, ...] | None = None,
) -> HookPlan:
    """Hooks of an opcode for an instance: on the master and its nodes, unless other nodes are given."""
    nodes = (snapshot.cluster.master_node, *list_nodes(instance, snapshot))
    variables = {**describe_instance(instance, snapshot), **env}
    before, behind = nodes if pre is None else pre, nodes if post is None else post
    return HookPlan(path, "INSTANCE", variables, before, behind, op_target=instance.name or "")
