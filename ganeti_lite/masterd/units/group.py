"""OP_GROUP_ADD, _REMOVE, _RENAME, _SET_PARAMS, _ASSIGN_NODES: node groups.

Source: what Ganeti 3.0 does.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve, frozen

from ganeti_lite.constants import ErrorCode, LockMode
from ganeti_lite.errors import OpExecError, OpPrereqError
from ganeti_lite.masterd.changes import add, assign_to_groups, remove, update
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.lookup import find_group, find_node
from ganeti_lite.snapshot import ClusterSnapshot, Instance, NodeGroup, Params

from ._effects import ChangeConfig, Effects, HookPlan, warning
from ._ipolicy import merge_ipolicy
from ._parameters import DEFAULT_VALUE, ND_TYPES, enforce_types, override
from ._unit import LogicalUnit, Order

DEFAULT_POLICY: Final = "preferred"

_MIRRORED: Final = frozenset({"drbd"})
"""Disk templates whose instances have a second node."""


def _exclusive(*uuids: str) -> LockWish:
    return LockWish(frozenset(uuids))


def _master_hooks(path: str, order: Order, snapshot: ClusterSnapshot, env: Mapping[str, str]) -> HookPlan:
    """Hooks that run on the master alone."""
    master = (snapshot.cluster.master_node,)
    return HookPlan(path, "GROUP", {"GROUP_NAME": order["group_name"], **env}, master, master)


def _check_name_is_free(snapshot: ClusterSnapshot, name: str, intro: str, kind: str) -> None:
    for group in snapshot.nodegroups.values():
        if group.name == name:
            raise OpPrereqError(f"{intro} '{name}' {kind} (UUID: {group.uuid})", ErrorCode.ALREADY_EXISTS)


def _merge_diskparams(own: Mapping[str, Params], given: Mapping[str, Any] | None) -> Mapping[str, Params]:
    merged = {**own, **{name: override(own.get(name, {}), params) for name, params in (given or {}).items()}}
    return MappingProxyType({name: params for name, params in merged.items() if params or name in own})


class GroupAdd(LogicalUnit[NodeGroup]):
    """Makes a node group without nodes."""

    op_id = "OP_GROUP_ADD"

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The new group, which nobody else knows yet."""
        del snapshot
        return _exclusive(order.new_uuid) if level is LockLevel.GROUP else None

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[NodeGroup]:
        """The name must be new, the parameters right."""
        yield from ()
        name = order["group_name"]
        _check_name_is_free(snapshot, name, "Desired group name", "already exists as a node group")
        return NodeGroup(
            uuid=order.new_uuid,
            name=name,
            alloc_policy=order["alloc_policy"] or DEFAULT_POLICY,
            ndparams=MappingProxyType(enforce_types(order["ndparams"] or {}, ND_TYPES)),
            ipolicy=merge_ipolicy({}, order["ipolicy"] or {}),
            diskparams=_merge_diskparams({}, order["diskparams"]),
        )

    def hooks(self, order: Order, plan: NodeGroup, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master."""
        del plan
        return _master_hooks("group-add", order, snapshot, {})

    def execute(self, order: Order, plan: NodeGroup) -> Effects[object]:
        """Write it."""
        del order
        yield ChangeConfig(lambda snapshot, now: add(snapshot, plan, now))
        return None


class _OneGroup(LogicalUnit[NodeGroup]):
    """What the opcodes for a group that is there have in common; the plan is the group as it will be."""

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The group, for this job alone."""
        return _exclusive(find_group(snapshot, order["group_name"]).uuid) if level is LockLevel.GROUP else None


class GroupRemove(_OneGroup):
    """Removes a group that has no nodes and is not the only one."""

    op_id = "OP_GROUP_REMOVE"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[NodeGroup]:
        """It must be empty, and another one must be left."""
        yield from ()
        group = find_group(snapshot, order["group_name"])
        members = sorted(node.uuid for node in snapshot.nodes_by_group.get(group.uuid, ()))
        if members:
            text = f"Group '{group.name}' not empty, has the following nodes: {', '.join(members)}"
            raise OpPrereqError(text, ErrorCode.WRONG_STATE)
        if len(snapshot.nodegroups) == 1:
            text = f"Group '{group.name}' is the only group, cannot be removed"
            raise OpPrereqError(text, ErrorCode.WRONG_STATE)
        return group

    def hooks(self, order: Order, plan: NodeGroup, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master."""
        del plan
        return _master_hooks("group-remove", order, snapshot, {})

    def execute(self, order: Order, plan: NodeGroup) -> Effects[object]:
        """Write it."""
        del order
        yield ChangeConfig(lambda snapshot, now: remove(snapshot, plan, now))
        return None


class GroupRename(_OneGroup):
    """Gives a group another name."""

    op_id = "OP_GROUP_RENAME"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[NodeGroup]:
        """The name must be new: its own is not, either."""
        yield from ()
        group = find_group(snapshot, order["group_name"])
        name = order["new_name"]
        _check_name_is_free(snapshot, name, "Desired new name", "clashes with existing node group")
        return evolve(group, name=name)

    def hooks(self, order: Order, plan: NodeGroup, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master and the nodes of the group."""
        members = (node.uuid for node in snapshot.nodes_by_group.get(plan.uuid, ()))
        nodes = tuple(dict.fromkeys([snapshot.cluster.master_node, *members]))
        env = {"OLD_NAME": order["group_name"], "NEW_NAME": order["new_name"]}
        return HookPlan("group-rename", "GROUP", env, nodes, nodes)

    def execute(self, order: Order, plan: NodeGroup) -> Effects[object]:
        """Write it."""
        yield ChangeConfig(lambda snapshot, now: update(snapshot, plan, now))
        return order["new_name"]


class GroupSetParams(_OneGroup):
    """Changes a group's parameters."""

    op_id = "OP_GROUP_SET_PARAMS"

    _CHANGEABLE: Final = ("alloc_policy", "ndparams", "diskparams", "hv_state", "disk_state", "ipolicy")

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """There must be something to change."""
        if not any(order[name] for name in self._CHANGEABLE):
            raise OpPrereqError("Please pass at least one modification")
        find_group(snapshot, order["group_name"])
        return order

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The group, and its instances, which are to keep to its policy."""
        if level is LockLevel.INSTANCE:
            group = find_group(snapshot, order["group_name"])
            names = frozenset(item.name for item in _instances_of(snapshot, group) if item.name is not None)
            return LockWish(names, LockMode.SHARED) if names else None
        return super().lock(order, level, snapshot)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[NodeGroup]:
        """The parameters must be right."""
        yield from ()
        group = find_group(snapshot, order["group_name"])
        ndparams = enforce_types(order["ndparams"] or {}, ND_TYPES, DEFAULT_VALUE)
        return evolve(
            group,
            alloc_policy=order["alloc_policy"] or group.alloc_policy,
            ndparams=override(group.ndparams, ndparams),
            diskparams=_merge_diskparams(group.diskparams, order["diskparams"]),
            ipolicy=merge_ipolicy(group.ipolicy, order["ipolicy"] or {}),
        )

    def hooks(self, order: Order, plan: NodeGroup, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master."""
        del plan
        return _master_hooks("group-modify", order, snapshot, {"NEW_ALLOC_POLICY": str(order["alloc_policy"])})

    def execute(self, order: Order, plan: NodeGroup) -> Effects[object]:
        """Write it; the result names what changed of nodes' and disks' parameters."""
        yield ChangeConfig(lambda snapshot, now: update(snapshot, plan, now))
        changed = [["ndparams", str(dict(plan.ndparams))]] if order["ndparams"] else []
        disks = {name: dict(params) for name, params in plan.diskparams.items()}
        return changed + ([["diskparams", str(disks)]] if order["diskparams"] else [])


def _instances_of(snapshot: ClusterSnapshot, group: NodeGroup) -> Iterable[Instance]:
    for node in snapshot.nodes_by_group.get(group.uuid, ()):
        yield from snapshot.instances_by_primary.get(node.uuid, ())


@frozen
class Assignment:
    """Nodes that move, by UUID, and the UUID of the group that they move to."""

    nodes: tuple[str, ...]
    group: str


class GroupAssignNodes(LogicalUnit[Assignment]):
    """Moves nodes to a group."""

    op_id = "OP_GROUP_ASSIGN_NODES"

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """Nodes by full name and UUID; an empty list means all of them."""
        find_group(snapshot, order["group_name"])
        names = order["nodes"] or [node.name for node in snapshot.nodes.ordered]
        nodes = [find_node(snapshot, name) for name in names]
        return order.with_parameters(nodes=[node.name for node in nodes], node_uuids=[node.uuid for node in nodes])

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The nodes, the groups that they leave, and the one that they join."""
        uuids: list[str] = order["node_uuids"]
        match level:
            case LockLevel.GROUP:
                left = (snapshot.nodes[uuid].group for uuid in uuids)
                return _exclusive(find_group(snapshot, order["group_name"]).uuid, *left)
            case LockLevel.NODE:
                return _exclusive(*uuids)
            case _:
                return None

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Assignment]:
        """No mirrored instance may get its two nodes in two groups, unless that is forced."""
        group = find_group(snapshot, order["group_name"])
        uuids: list[str] = order["node_uuids"]
        moving = tuple(uuid for uuid in uuids if snapshot.nodes[uuid].group != group.uuid)
        split = _list_split(snapshot, dict.fromkeys(moving, group.uuid))
        if split:
            names = ", ".join(split)
            if not order["force"]:
                text = f"The following instances get split by this change and --force was not given: {names}"
                raise OpExecError(text)
            yield warning(f"This operation will split the following instances: {names}")
        return Assignment(moving, group.uuid)

    def execute(self, order: Order, plan: Assignment) -> Effects[object]:
        """Write it."""
        del order
        yield ChangeConfig(partial(_move, plan))
        return None


def _move(plan: Assignment, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    return assign_to_groups(snapshot, dict.fromkeys(plan.nodes, plan.group), now)


def _list_split(snapshot: ClusterSnapshot, moves: Mapping[str, str]) -> list[str]:
    """Names of instances whose nodes are in one group now and would not be after the *moves* (node → group)."""
    split = []
    for node in moves:
        for instance in {*snapshot.instances_by_primary.get(node, ()), *snapshot.instances_by_secondary.get(node, ())}:
            nodes = {instance.primary_node, *(snapshot.secondary_nodes_of(instance) or ())}
            before = {snapshot.nodes[uuid].group for uuid in nodes if uuid in snapshot.nodes}
            after = {moves.get(uuid, snapshot.nodes[uuid].group) for uuid in nodes if uuid in snapshot.nodes}
            if len(before) == 1 and len(after) > 1 and instance.name is not None:
                split.append(instance.name)
    return sorted(set(split))
