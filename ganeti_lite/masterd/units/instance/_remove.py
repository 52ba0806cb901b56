"""OP_INSTANCE_REMOVE: an instance stopped, its disks removed, and all trace of it taken out of the configuration.

Source: what Ganeti 3.0 does: each disk is a change of its own.
"""

from functools import partial

from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.changes import remove_disk, remove_instance
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.units._effects import ChangeConfig, Effects, HookPlan, Tell
from ganeti_lite.masterd.units._instance_env import list_disks
from ganeti_lite.masterd.units._instances import (
    InstanceUnit,
    list_nodes,
    plan_hooks,
    primary_of,
    the_instance,
    wish_for_nodes,
)
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure

from ._guest_power import Power, stop_guest
from ._remove_disks import remove_devices


class InstanceRemove(InstanceUnit[Power]):
    """Removes an instance, running or not."""

    op_id = "OP_INSTANCE_REMOVE"
    takes_forthcoming = True

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The instance, its nodes and what they have."""
        wish = super().lock(order, level, snapshot)
        return wish or wish_for_nodes(order, level, snapshot, LockLevel.NODE, LockLevel.NODE_RES)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Power]:
        """It must be there; whether it runs does not matter."""
        yield from ()
        instance = the_instance(order, snapshot)
        return Power(instance, primary_of(instance, snapshot), snapshot)

    def hooks(self, order: Order, plan: Power, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master before, on it and the instance's nodes behind; the instance is described as it was."""
        del snapshot
        before = plan.snapshot
        env = {"SHUTDOWN_TIMEOUT": str(order["shutdown_timeout"])}
        master = (before.cluster.master_node,)
        nodes = (*list_nodes(plan.instance, before), *master)
        return plan_hooks("instance-remove", plan.instance, before, env, pre=master, post=nodes)

    def execute(self, order: Order, plan: Power) -> Effects[object]:
        """Stop it, remove its disks, remove it; one that is only planned has nothing to be stopped."""
        ignores_failures: bool = order["ignore_failures"]
        if not plan.instance.forthcoming:
            yield from self._stop(order, plan, ignores_failures=ignores_failures)
        disks = list_disks(plan.instance, plan.snapshot)
        all_gone = yield from remove_devices(plan.instance, disks, plan.snapshot, ignores_failures=ignores_failures)
        if not all_gone:
            if not ignores_failures:
                raise OpExecError("Can't remove instance's disks")
            yield Tell("Warning: can't remove instance's disks")
        for uuid in plan.instance.disks:
            yield ChangeConfig(partial(_drop_disk, plan.instance.uuid, uuid))
        yield ChangeConfig(lambda snapshot, now: remove_instance(snapshot, plan.instance.uuid, now))
        return None

    def _stop(self, order: Order, plan: Power, *, ignores_failures: bool) -> Effects[None]:
        result = yield from stop_guest(order, plan.instance, plan.snapshot, order["shutdown_timeout"])
        if isinstance(result, RpcFailure):
            name, node = plan.instance.name, plan.primary.name
            if not ignores_failures:
                raise OpExecError(f"Could not shutdown instance {name} on node {node}: {result.reason}")
            yield Tell(f"Warning: can't shutdown instance: {result.reason}")


def _drop_disk(instance: str, disk: str, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    return remove_disk(snapshot, instance, disk, now)
