"""OP_INSTANCE_REBOOT."""

from typing import Final

from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.changes import UP
from ganeti_lite.masterd.units._effects import CallNodes, Effects, HookPlan, info
from ganeti_lite.masterd.units._instances import (
    ONLINE,
    InstanceUnit,
    check_bridges,
    check_node_online,
    check_state,
    find_running,
    plan_hooks,
    primary_of,
    the_instance,
)
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.masterd.wire_objects import instance_object
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure

from ._disk_power import mark, shut_disks_down, start_disks
from ._guest_power import Power, start_guest, stop_guest

_TIMEOUT: Final = 900.0
"""Seconds that a node has for a soft or hard reboot."""


class InstanceReboot(InstanceUnit[Power]):
    """Restarts an instance, and starts one that does not run."""

    op_id = "OP_INSTANCE_REBOOT"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Power]:
        """Its node must be there, and have its bridges."""
        instance = the_instance(order, snapshot)
        primary = primary_of(instance, snapshot)
        check_state(instance, *ONLINE)
        check_node_online(primary)
        yield from check_bridges(instance.nics, primary, snapshot)
        return Power(instance, primary, snapshot)

    def hooks(self, order: Order, plan: Power, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master and the instance's nodes."""
        instance = snapshot.instances.get(plan.instance.uuid, plan.instance)
        names = ("ignore_secondaries", "reboot_type", "shutdown_timeout")
        return plan_hooks("instance-reboot", instance, snapshot, {name.upper(): str(order[name]) for name in names})

    def execute(self, order: Order, plan: Power) -> Effects[object]:
        """Have the node do it, or else stop and start it."""
        instance, snapshot = plan.instance, plan.snapshot
        told = yield from find_running(
            instance, snapshot, f"Error checking node {plan.primary.name}", error=OpExecError
        )
        if told and order["reboot_type"] in ("soft", "hard"):
            yield from self._reboot(order, plan)
        else:
            if told:
                yield from self._stop(order, plan)
            else:
                yield info(f"Instance {instance.name} was already stopped, starting now")
            assembly = yield from start_disks(instance, force=order["ignore_secondaries"])
            failure = "Could not start instance for full reboot"
            yield from start_guest(order, assembly.instance, assembly.snapshot, failure)
        yield mark(instance, UP)
        return None

    def _reboot(self, order: Order, plan: Power) -> Effects[None]:
        shown = instance_object(plan.snapshot, plan.instance, plan.primary.uuid)
        arguments = [shown, order["reboot_type"], order["shutdown_timeout"], list(order.reason)]
        results = yield CallNodes("instance_reboot", {plan.primary.uuid: arguments}, _TIMEOUT)
        result = results[plan.primary.uuid]
        if isinstance(result, RpcFailure):
            raise OpExecError(f"Could not reboot instance: {result.reason}")

    def _stop(self, order: Order, plan: Power) -> Effects[None]:
        result = yield from stop_guest(order, plan.instance, plan.snapshot, order["shutdown_timeout"])
        if isinstance(result, RpcFailure):
            raise OpExecError(f"Could not shutdown instance for full reboot: {result.reason}")
        yield from shut_disks_down(plan.instance, plan.snapshot)
