"""OP_INSTANCE_STARTUP."""

from typing import Any

from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.changes import UP
from ganeti_lite.masterd.units._effects import Effects, HookPlan, info, warning
from ganeti_lite.masterd.units._hvparams import ask_hvparams
from ganeti_lite.masterd.units._hypervisors import read_hvparams
from ganeti_lite.masterd.units._instances import (
    ENVIRONMENT_FAULT,
    ONLINE,
    InstanceUnit,
    check_bridges,
    check_memory,
    check_node_online,
    check_state,
    find_running,
    is_user_down,
    list_nodes,
    plan_hooks,
    primary_of,
    the_instance,
)
from ganeti_lite.masterd.units._parameters import BE_TYPES, enforce_types, upgrade_beparams
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import EMPTY, ClusterSnapshot, Instance, Json, Node, fill_beparams, fill_hvparams
from ganeti_lite.wire.noderpc import RpcFailure

from ._disk_power import mark, shut_disks_down, start_disks
from ._guest_power import Power, start_guest, stop_guest


class InstanceStartup(InstanceUnit[Power]):
    """Starts an instance, and marks it as one that is to run."""

    op_id = "OP_INSTANCE_STARTUP"

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """Its own parameters must be right."""
        beparams = enforce_types(upgrade_beparams(order["beparams"]), BE_TYPES)
        return super().expand(order.with_parameters(beparams=beparams), snapshot)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Power]:
        """Its node must be there, and have bridges and memory for it, unless it runs already."""
        instance = the_instance(order, snapshot)
        primary = primary_of(instance, snapshot)
        if order["hvparams"]:
            filled = {**fill_hvparams(snapshot.cluster, instance), **_read_hvparams(order, instance, snapshot)}
            yield from ask_hvparams(instance.hypervisor or "", filled, list_nodes(instance, snapshot), snapshot)
        check_state(instance, *ONLINE)
        if primary.offline and order["ignore_offline_nodes"]:
            yield warning("Ignoring offline primary node")
            if order["hvparams"] or order["beparams"]:
                yield warning("Overridden parameters are ignored")
            return Power(instance, primary, snapshot, is_reachable=False)
        check_node_online(primary)
        yield from check_bridges(instance.nics, primary, snapshot)
        told = yield from find_running(instance, snapshot, f"Error checking node {primary.name}", ENVIRONMENT_FAULT)
        if not told:
            yield from _check_memory(order, instance, primary, snapshot)
        return Power(instance, primary, snapshot, is_user_down=is_user_down(instance, told, snapshot))

    def hooks(self, order: Order, plan: Power, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master and the instance's nodes."""
        instance = snapshot.instances.get(plan.instance.uuid, plan.instance)
        return plan_hooks("instance-start", instance, snapshot, {"FORCE": str(order["force"])})

    def execute(self, order: Order, plan: Power) -> Effects[object]:
        """Mark it, bring up its disks, start it."""
        instance, snapshot = plan.instance, plan.snapshot
        if not order["no_remember"]:
            snapshot = yield mark(instance, UP)
            instance = snapshot.instances[instance.uuid]
        if not plan.is_reachable:
            yield info("Primary node offline, marked instance as started")
            return None
        failure = f"instance '{instance.name}'"
        if plan.is_user_down:
            result = yield from stop_guest(order, instance, snapshot, order["shutdown_timeout"])
            if isinstance(result, RpcFailure):
                raise OpExecError(f"Could not shutdown {failure}: {result.reason}")
            yield from shut_disks_down(instance, snapshot)
        assembly = yield from start_disks(instance, force=order["force"])
        yield from start_guest(
            order,
            assembly.instance,
            assembly.snapshot,
            f"Could not start {failure}",
            hvparams=_read_hvparams(order, instance, snapshot),
            beparams=order["beparams"],
            is_paused=order["startup_paused"],
        )
        return None


def _read_hvparams(order: Order, instance: Instance, snapshot: ClusterSnapshot) -> dict[str, Json]:
    """Those of this start alone."""
    if not order["hvparams"]:
        return {}
    return read_hvparams(instance.hypervisor or "", order["hvparams"], fill_hvparams(snapshot.cluster, instance))


def _check_memory(order: Order, instance: Instance, primary: Node, snapshot: ClusterSnapshot) -> Effects[None]:
    """Fail unless the node has the least memory that the instance can do with."""
    cluster, hypervisor = snapshot.cluster, instance.hypervisor or ""
    beparams: dict[str, Any] = {**(fill_beparams(cluster, instance.beparams) or {}), **order["beparams"]}
    hvparams = cluster.hvparams.get(hypervisor, EMPTY)
    reason = f"starting instance {instance.name}"
    yield from check_memory(primary, reason, int(beparams["minmem"]), hypervisor, hvparams)
