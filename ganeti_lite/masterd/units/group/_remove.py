"""OP_GROUP_REMOVE, OP_GROUP_RENAME."""

from attrs import evolve

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.changes import remove, update
from ganeti_lite.masterd.units._effects import ChangeConfig, Effects, HookPlan
from ganeti_lite.masterd.units._groups import check_name, held_group
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import ClusterSnapshot, NodeGroup

from ._one_group import OneGroup, master_hooks


class GroupRemove(OneGroup[NodeGroup]):
    """Removes a group that has no nodes and is not the only one."""

    op_id = "OP_GROUP_REMOVE"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[NodeGroup]:
        """It must be empty, and another one must be left."""
        yield from ()
        group = held_group(order, snapshot)
        if members := sorted(node.uuid for node in snapshot.nodes_by_group.get(group.uuid, ())):
            raise _refuse(order, f"not empty, has the following nodes: {', '.join(members)}")
        if len(snapshot.nodegroups) == 1:
            raise _refuse(order, "is the only group, cannot be removed")
        return group

    def hooks(self, order: Order, plan: NodeGroup, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master."""
        del plan
        return master_hooks("group-remove", order, snapshot)

    def execute(self, order: Order, plan: NodeGroup) -> Effects[object]:
        """Write it."""
        del order
        yield ChangeConfig(lambda snapshot, now: remove(snapshot, plan, now))
        return None


def _refuse(order: Order, why: str) -> OpPrereqError:
    return OpPrereqError(f"Group '{order['group_name']}' {why}", ErrorCode.WRONG_STATE)


class GroupRename(OneGroup[NodeGroup]):
    """Gives a group another name; the plan is the group as it will be."""

    op_id = "OP_GROUP_RENAME"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[NodeGroup]:
        """The name must be new: its own is not, either."""
        yield from ()
        name = order["new_name"]
        check_name(snapshot.nodegroups, name, f"Desired new name '{name}' clashes with existing node group")
        return evolve(held_group(order, snapshot), name=name)

    def hooks(self, order: Order, plan: NodeGroup, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master and the nodes of the group."""
        members = (node.uuid for node in snapshot.nodes_by_group.get(plan.uuid, ()))
        nodes = tuple(dict.fromkeys([snapshot.cluster.master_node, *members]))
        env = {"OLD_NAME": order["group_name"], "NEW_NAME": order["new_name"]}
        return HookPlan("group-rename", "GROUP", env, nodes, nodes)

    def execute(self, order: Order, plan: NodeGroup) -> Effects[object]:
        """Write it; the result is the new name."""
        yield ChangeConfig(lambda snapshot, now: update(snapshot, plan, now))
        return order["new_name"]
