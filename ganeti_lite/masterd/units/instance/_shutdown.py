"""OP_INSTANCE_SHUTDOWN."""

from ganeti_lite.errors import OpExecError, OpPrereqError
from ganeti_lite.masterd.changes import DOWN, USER_DOWN
from ganeti_lite.masterd.units._effects import Effects, HookPlan, info, warning
from ganeti_lite.masterd.units._instances import (
    ONLINE,
    InstanceUnit,
    check_node_online,
    check_state,
    find_running,
    is_user_down,
    plan_hooks,
    primary_of,
    the_instance,
)
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure

from ._disk_power import mark, shut_disks_down
from ._guest_power import Power, stop_guest


class InstanceShutdown(InstanceUnit[Power]):
    """Stops an instance, and marks it as one that is not to run."""

    op_id = "OP_INSTANCE_SHUTDOWN"

    def prepare(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Order]:
        """Who wished it is the administrator, if nothing is said; it matters only where it is remembered."""
        del snapshot
        if order["no_remember"] and order["admin_state_source"] is not None:
            text = "Parameter 'admin_state_source' has no effect if used with parameter 'no_remember'"
            yield warning(text)
        return order.with_parameters(admin_state_source=order["admin_state_source"] or "admin")

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Power]:
        """Its node must be there; if its user is to have done it, its user must have done it."""
        instance = the_instance(order, snapshot)
        primary = primary_of(instance, snapshot)
        if order["force"]:
            yield warning("Ignoring offline instance check")
        else:
            check_state(instance, *ONLINE)
        is_reachable = not (primary.offline and order["ignore_offline_nodes"])
        if is_reachable:
            check_node_online(primary)
        else:
            yield warning("Ignoring offline primary node")
        if order["admin_state_source"] == "user":
            told = yield from find_running(instance, snapshot, f"Error checking instance '{instance.name}'")
            if not is_user_down(instance, told, snapshot):
                raise OpPrereqError(f"Instance '{instance.name}' was not shutdown by the user", None)
        return Power(instance, primary, snapshot, is_reachable=is_reachable)

    def hooks(self, order: Order, plan: Power, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master and the instance's nodes."""
        instance = snapshot.instances.get(plan.instance.uuid, plan.instance)
        return plan_hooks("instance-stop", instance, snapshot, {"TIMEOUT": str(order["timeout"])})

    def execute(self, order: Order, plan: Power) -> Effects[object]:
        """Mark it, stop it, take down its disks; one that is offline stays that."""
        instance, snapshot = plan.instance, plan.snapshot
        if not order["no_remember"] and instance.admin_state != "offline":
            snapshot = yield mark(instance, DOWN)
            if order["admin_state_source"] == "user":
                snapshot = yield mark(instance, USER_DOWN)
            instance = snapshot.instances[instance.uuid]
        if not plan.is_reachable:
            yield info("Primary node offline, marked instance as stopped")
            return None
        result = yield from stop_guest(order, instance, snapshot, order["timeout"])
        if isinstance(result, RpcFailure):
            raise OpExecError(f"Could not shutdown instance '{instance.name}': {result.reason}")
        yield from shut_disks_down(instance, snapshot)
        return None
