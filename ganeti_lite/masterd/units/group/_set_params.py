"""OP_GROUP_SET_PARAMS."""

from typing import Final

from attrs import evolve

from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.changes import update
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.lookup import find_group
from ganeti_lite.masterd.units._diskparams import check_access, check_access_modes, merge_diskparams
from ganeti_lite.masterd.units._effects import ChangeConfig, Effects, HookPlan, warning
from ganeti_lite.masterd.units._groups import check_instances, held_group, share_instances
from ganeti_lite.masterd.units._ipolicy import check_enabled_templates, merge_ipolicy
from ganeti_lite.masterd.units._ipolicy_violations import list_new_violators
from ganeti_lite.masterd.units._parameters import ND_TYPES, enforce_types, freeze_params, override
from ganeti_lite.masterd.units._states import merge_disk_state, merge_hv_state
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import ClusterSnapshot, Instance, NodeGroup, fill_ipolicy

from ._one_group import OneGroup, master_hooks

_CHANGEABLE: Final = ("alloc_policy", "ndparams", "diskparams", "hv_state", "disk_state", "ipolicy")


class GroupSetParams(OneGroup[NodeGroup]):
    """Changes a group's parameters; the plan is the group as it will be."""

    op_id = "OP_GROUP_SET_PARAMS"

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """There must be something to change."""
        if all(order[name] is None for name in _CHANGEABLE):
            raise OpPrereqError("Please pass at least one modification")
        return super().expand(order, snapshot)

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The group, and its instances, which are to keep to its policy."""
        if level is LockLevel.INSTANCE:
            return share_instances(find_group(snapshot, order["group_name"]), snapshot)
        return super().lock(order, level, snapshot)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[NodeGroup]:
        """The parameters must be right; instances that the new policy does not let through are only told."""
        group = held_group(order, snapshot)
        instances = check_instances(order, group, snapshot)
        check_access_modes(order["diskparams"] or {})
        changed = evolve(
            group,
            alloc_policy=order["alloc_policy"] or group.alloc_policy,
            ndparams=freeze_params(override(group.ndparams, order["ndparams"] or {}), ND_TYPES),
            diskparams=merge_diskparams(group.diskparams, order["diskparams"]),
            hv_state_static=merge_hv_state(group.hv_state_static, order["hv_state"]),
            disk_state_static=merge_disk_state(group.disk_state_static, order["disk_state"]),
        )
        if order["diskparams"]:
            check_access(changed.diskparams, instances, snapshot)
        if order["ipolicy"]:
            changed = evolve(changed, ipolicy=merge_ipolicy(group.ipolicy, order["ipolicy"]))
            yield from _judge_policy(group, changed, instances, snapshot)
        return changed

    def hooks(self, order: Order, plan: NodeGroup, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master."""
        del plan
        return master_hooks("group-modify", order, snapshot, {"NEW_ALLOC_POLICY": str(order["alloc_policy"])})

    def execute(self, order: Order, plan: NodeGroup) -> Effects[object]:
        """Write it; the result names what changed of nodes' and disks' parameters."""
        yield ChangeConfig(lambda snapshot, now: update(snapshot, plan, now))
        disks = {name: dict(params) for name, params in plan.diskparams.items()}
        shown = {"ndparams": enforce_types(plan.ndparams, ND_TYPES), "diskparams": disks}
        return [[name, str(value)] for name, value in shown.items() if order[name]]


def _judge_policy(
    before: NodeGroup, after: NodeGroup, instances: tuple[Instance, ...], snapshot: ClusterSnapshot
) -> Effects[None]:
    old, new = fill_ipolicy(snapshot.cluster, before), fill_ipolicy(snapshot.cluster, after)
    check_enabled_templates(new, snapshot.cluster.enabled_disk_templates)
    if names := list_new_violators(old, new, instances, snapshot):
        yield warning(f"After the ipolicy change the following instances violate them: {', '.join(names)}")
