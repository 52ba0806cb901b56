"""OP_GROUP_ADD."""

from ganeti_lite.masterd.changes import add
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.units._communication import connect_communication
from ganeti_lite.masterd.units._diskparams import check_access_modes, merge_diskparams
from ganeti_lite.masterd.units._effects import ChangeConfig, Effects, HookPlan
from ganeti_lite.masterd.units._groups import check_name, exclusive
from ganeti_lite.masterd.units._ipolicy import check_enabled_templates, make_ipolicy
from ganeti_lite.masterd.units._parameters import ND_TYPES, freeze_params
from ganeti_lite.masterd.units._states import merge_disk_state, merge_hv_state
from ganeti_lite.masterd.units._unit import FollowUp, LogicalUnit, Order
from ganeti_lite.snapshot import EMPTY, NO_PARAMS, ClusterSnapshot, NodeGroup, fill_ipolicy

from ._one_group import master_hooks


class GroupAdd(LogicalUnit[NodeGroup]):
    """Makes a node group without nodes; if instances have a network to talk by, a further job connects it."""

    op_id = "OP_GROUP_ADD"

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The new group, which nobody else knows yet."""
        del snapshot
        return exclusive(order.new_uuid) if level is LockLevel.GROUP else None

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[NodeGroup]:
        """The name must be new, the parameters right."""
        yield from ()
        name = order["group_name"]
        check_name(snapshot.nodegroups, name, f"Desired group name '{name}' already exists as a node group")
        group = NodeGroup(
            uuid=order.new_uuid,
            name=name,
            alloc_policy=order["alloc_policy"] or "preferred",
            ndparams=freeze_params(order["ndparams"], ND_TYPES),
            hv_state_static=merge_hv_state(EMPTY, order["hv_state"]),
            disk_state_static=merge_disk_state(EMPTY, order["disk_state"]),
            diskparams=merge_diskparams(NO_PARAMS, order["diskparams"]),
            ipolicy=make_ipolicy(order["ipolicy"] or {}),
        )
        check_access_modes(group.diskparams)
        if order["ipolicy"]:
            check_enabled_templates(fill_ipolicy(snapshot.cluster, group), snapshot.cluster.enabled_disk_templates)
        return group

    def hooks(self, order: Order, plan: NodeGroup, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master."""
        del plan
        return master_hooks("group-add", order, snapshot)

    def execute(self, order: Order, plan: NodeGroup) -> Effects[object]:
        """Write it."""
        snapshot: ClusterSnapshot = yield ChangeConfig(lambda snapshot, now: add(snapshot, plan, now))
        network = snapshot.cluster.instance_communication_network
        if any(item.name == network for item in snapshot.networks.values()):
            return FollowUp([[connect_communication(plan.uuid, network)]])
        return None
