"""OP_INSTANCE_STARTUP, _SHUTDOWN, _REBOOT, _ACTIVATE_DISKS, _DEACTIVATE_DISKS: instances and their disks up and down.

Source: what Ganeti 3.0 does.
"""

from collections.abc import Mapping
from typing import Any, Final

from attrs import frozen

from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.changes import (
    DISKS_ACTIVE,
    DISKS_INACTIVE,
    DOWN,
    UP,
    USER_DOWN,
    InstanceMark,
    mark_instance,
)
from ganeti_lite.masterd.wire_objects import disk_object, instance_object
from ganeti_lite.snapshot import ClusterSnapshot, Disk, Instance, Node, fill_beparams, fill_hvparams
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult

from ._effects import CallNodes, ChangeConfig, Effects, HookPlan, Tell, info, warning
from ._instances import (
    InstanceUnit,
    check_bridges,
    check_memory,
    check_node_online,
    check_state,
    find_running,
    list_disks,
    list_nodes,
    plan_hooks,
    primary_of,
    the_instance,
)
from ._parameters import BE_TYPES, enforce_types
from ._unit import Order

_REBOOT_TIMEOUT: Final = 900.0
"""Seconds that a node has for a soft or hard reboot."""

_SHUTDOWN_GRACE: Final = 60.0
"""Seconds that a node has besides those that the guest has for shutting down."""


@frozen
class Power:
    """An instance whose power is switched.

    :ivar is_reachable: whether its primary node is to be asked for anything; else only the mark is changed.
    :ivar is_running: whether it runs now, as far as that matters.
    """

    instance: Instance
    primary: Node
    snapshot: ClusterSnapshot
    is_reachable: bool = True
    is_running: bool = False


def mark(instance: Instance, as_what: InstanceMark) -> ChangeConfig:
    """Write what an instance is meant to be; nothing, if it is that already."""
    return ChangeConfig(lambda snapshot, now: mark_instance(snapshot, instance.uuid, as_what, now))


def assemble_disks(
    instance: Instance, snapshot: ClusterSnapshot, *, ignores_secondaries: bool = False
) -> Effects[list[list[Any]]]:
    """Bring up an instance's disks on its nodes; ``[node name, disk name, [device path, link, URI]]`` of each.

    On the primary node they are brought up as a secondary one's first, as Ganeti does for the sake of DRBD.

    :raises OpExecError: a disk does not come up.
    """
    primary = primary_of(instance, snapshot)
    disks = list_disks(instance, snapshot)
    failed = False
    for index, disk in enumerate(disks):
        for uuid in list_nodes(instance, snapshot):
            arguments = _describe_assembly(snapshot, instance, disk, uuid, index, is_primary=False)
            results = yield CallNodes("blockdev_assemble", {uuid: arguments})
            if isinstance(results[uuid], RpcFailure):
                is_secondary = uuid != primary.uuid
                yield _tell_assembly(disk.iv_name, snapshot.nodes[uuid].name, results[uuid], is_primary=False)
                failed = failed or not (is_secondary and ignores_secondaries)
    devices = []
    for index, disk in enumerate(disks):
        arguments = _describe_assembly(snapshot, instance, disk, primary.uuid, index, is_primary=True)
        results = yield CallNodes("blockdev_assemble", {primary.uuid: arguments})
        result = results[primary.uuid]
        if isinstance(result, RpcFailure):
            yield _tell_assembly(disk.iv_name, primary.name, result, is_primary=True)
            failed = True
        else:
            devices.append([primary.name, disk.iv_name, result.payload])
    if failed:
        yield from shut_disks_down(instance, snapshot)
        raise OpExecError("Disk consistency error")
    return devices


def _describe_assembly(
    snapshot: ClusterSnapshot, instance: Instance, disk: Disk, node: str, index: int, *, is_primary: bool
) -> list[Any]:
    """The arguments by which a node brings up a disk."""
    shown = instance_object(snapshot, instance, node)
    return [disk_object(snapshot, disk, instance, node), shown, is_primary, index]


def _tell_assembly(disk: str, node: str, result: RpcFailure, *, is_primary: bool) -> Tell:
    place = f"is_primary={is_primary}, pass={2 if is_primary else 1}"
    return warning(f"Could not prepare block device {disk} on node {node} ({place}): {result.reason}")


def shut_disks_down(instance: Instance, snapshot: ClusterSnapshot) -> Effects[bool]:
    """Take down an instance's disks on all of its nodes; whether all went down where they could."""
    primary = primary_of(instance, snapshot)
    all_down = True
    for disk in list_disks(instance, snapshot):
        for uuid in list_nodes(instance, snapshot):
            results = yield CallNodes("blockdev_shutdown", {uuid: [disk_object(snapshot, disk, instance, uuid)]})
            result, node = results[uuid], snapshot.nodes[uuid]
            if isinstance(result, RpcFailure):
                yield warning(f"Could not shutdown block device {disk.iv_name} on node {node.name}: {result.reason}")
                all_down = all_down and (node.offline and uuid != primary.uuid)
    return all_down


def start_guest(
    order: Order,
    power: Power,
    *,
    hvparams: Mapping[str, Any] | None = None,
    beparams: Mapping[str, Any] | None = None,
    is_paused: bool = False,
) -> Effects[None]:
    """Have the primary node run an instance whose disks are up.

    :raises OpExecError: it does not; the disks are down again.
    """
    uuid = power.primary.uuid
    shown = instance_object(power.snapshot, power.instance, uuid, hvparams=hvparams or {}, beparams=beparams or {})
    results = yield CallNodes("instance_start", {uuid: [shown, is_paused, list(order.reason)]})
    result = results[uuid]
    if isinstance(result, RpcFailure):
        yield from shut_disks_down(power.instance, power.snapshot)
        raise OpExecError(f"Could not start instance: {result.reason}")


def stop_guest(order: Order, power: Power, timeout: float) -> Effects[RpcResult]:
    """Have the primary node shut an instance down, for which the guest has *timeout* seconds; what the node says."""
    uuid = power.primary.uuid
    shown = instance_object(power.snapshot, power.instance, uuid)
    arguments = [shown, timeout, list(order.reason)]
    results = yield CallNodes("instance_shutdown", {uuid: arguments}, timeout + _SHUTDOWN_GRACE)
    result: RpcResult = results[uuid]
    return result


class InstanceStartup(InstanceUnit[Power]):
    """Starts an instance, and marks it as one that is to run."""

    op_id = "OP_INSTANCE_STARTUP"

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """Its own parameters must be right."""
        enforce_types(order["beparams"], BE_TYPES)
        return super().expand(order, snapshot)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Power]:
        """Its node must be there, and have bridges and memory for it, unless it runs already."""
        instance = the_instance(order, snapshot)
        primary = primary_of(instance, snapshot)
        check_state(instance, "up", "down")
        if primary.offline and order["ignore_offline_nodes"]:
            yield warning("Ignoring offline primary node")
            if order["hvparams"] or order["beparams"]:
                yield warning("Overridden parameters are ignored")
            return Power(instance, primary, snapshot, is_reachable=False)
        check_node_online(primary)
        yield from check_bridges(instance, primary, snapshot)
        told = yield from find_running(instance, primary, snapshot)
        if not told:
            beparams = {**(fill_beparams(snapshot.cluster, instance.beparams) or {}), **order["beparams"]}
            reason = f"starting instance {instance.name}"
            hypervisor, hvparams = instance.hypervisor or "", fill_hvparams(snapshot.cluster, instance)
            yield from check_memory(primary, snapshot, reason, int(beparams["minmem"]), hypervisor, hvparams)
        return Power(instance, primary, snapshot, is_running=bool(told))

    def hooks(self, order: Order, plan: Power, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master and the instance's nodes."""
        instance = snapshot.instances.get(plan.instance.uuid, plan.instance)
        return plan_hooks("instance-start", instance, snapshot, {"FORCE": str(order["force"])})

    def execute(self, order: Order, plan: Power) -> Effects[object]:
        """Mark it, bring up its disks, start it."""
        snapshot = plan.snapshot
        if not order["no_remember"]:
            snapshot = yield mark(plan.instance, UP)
        if not plan.is_reachable:
            yield info("Primary node offline, marked instance as started")
            return None
        instance = snapshot.instances[plan.instance.uuid]
        yield from assemble_disks(instance, snapshot)
        started = Power(instance, plan.primary, snapshot)
        yield from start_guest(
            order,
            started,
            hvparams=order["hvparams"],
            beparams=order["beparams"],
            is_paused=order["startup_paused"],
        )
        return None


class InstanceShutdown(InstanceUnit[Power]):
    """Stops an instance, and marks it as one that is not to run."""

    op_id = "OP_INSTANCE_SHUTDOWN"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Power]:
        """Its node must be there."""
        instance = the_instance(order, snapshot)
        primary = primary_of(instance, snapshot)
        if order["force"]:
            yield warning("Ignoring offline instance check")
        else:
            check_state(instance, "up", "down")
        if primary.offline and order["ignore_offline_nodes"]:
            yield warning("Ignoring offline primary node")
            return Power(instance, primary, snapshot, is_reachable=False)
        check_node_online(primary)
        return Power(instance, primary, snapshot)

    def hooks(self, order: Order, plan: Power, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master and the instance's nodes."""
        instance = snapshot.instances.get(plan.instance.uuid, plan.instance)
        return plan_hooks("instance-stop", instance, snapshot, {"TIMEOUT": str(order["timeout"])})

    def execute(self, order: Order, plan: Power) -> Effects[object]:
        """Mark it, stop it, take down its disks."""
        if not order["no_remember"] and plan.instance.admin_state != "offline":
            source = order["admin_state_source"]
            yield mark(plan.instance, USER_DOWN if source == "user" else DOWN)
        if not plan.is_reachable:
            yield info("Primary node offline, marked instance as stopped")
            return None
        result = yield from stop_guest(order, plan, order["timeout"])
        if isinstance(result, RpcFailure):
            raise OpExecError(f"Could not shutdown instance '{plan.instance.name}': {result.reason}")
        yield from shut_disks_down(plan.instance, plan.snapshot)
        yield mark(plan.instance, DISKS_INACTIVE)
        return None


class InstanceReboot(InstanceUnit[Power]):
    """Restarts an instance, and starts one that does not run."""

    op_id = "OP_INSTANCE_REBOOT"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Power]:
        """Its node must be there, and say whether it runs."""
        instance = the_instance(order, snapshot)
        primary = primary_of(instance, snapshot)
        check_state(instance, "up", "down")
        check_node_online(primary)
        yield from check_bridges(instance, primary, snapshot)
        return Power(instance, primary, snapshot)

    def hooks(self, order: Order, plan: Power, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master and the instance's nodes."""
        instance = snapshot.instances.get(plan.instance.uuid, plan.instance)
        names = ("ignore_secondaries", "reboot_type", "shutdown_timeout")
        env = {name.upper(): str(order[name]) for name in names}
        return plan_hooks("instance-reboot", instance, snapshot, env)

    def execute(self, order: Order, plan: Power) -> Effects[object]:
        """Have the node do it, or else stop and start it."""
        told = yield from find_running(plan.instance, plan.primary, plan.snapshot)
        if told and order["reboot_type"] in ("soft", "hard"):
            yield from self._reboot(order, plan)
        else:
            if told:
                yield from self._stop(order, plan)
            else:
                yield info(f"Instance {plan.instance.name} was already stopped, starting now")
            yield from assemble_disks(plan.instance, plan.snapshot, ignores_secondaries=order["ignore_secondaries"])
            yield from start_guest(order, plan)
        yield mark(plan.instance, UP)
        return None

    def _reboot(self, order: Order, plan: Power) -> Effects[None]:
        shown = instance_object(plan.snapshot, plan.instance, plan.primary.uuid)
        arguments = [shown, order["reboot_type"], order["shutdown_timeout"], list(order.reason)]
        results = yield CallNodes("instance_reboot", {plan.primary.uuid: arguments}, _REBOOT_TIMEOUT)
        result = results[plan.primary.uuid]
        if isinstance(result, RpcFailure):
            raise OpExecError(f"Could not reboot instance: {result.reason}")

    def _stop(self, order: Order, plan: Power) -> Effects[None]:
        result = yield from stop_guest(order, plan, order["shutdown_timeout"])
        if isinstance(result, RpcFailure):
            raise OpExecError(f"Could not shutdown instance for full reboot: {result.reason}")
        yield from shut_disks_down(plan.instance, plan.snapshot)
        yield mark(plan.instance, DISKS_INACTIVE)
        yield mark(plan.instance, DISKS_ACTIVE)


class InstanceActivateDisks(InstanceUnit[Power]):
    """Brings up the disks of an instance."""

    op_id = "OP_INSTANCE_ACTIVATE_DISKS"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Power]:
        """Its node must be there."""
        yield from ()
        instance = the_instance(order, snapshot)
        primary = primary_of(instance, snapshot)
        check_node_online(primary)
        return Power(instance, primary, snapshot)

    def execute(self, order: Order, plan: Power) -> Effects[object]:
        """Bring them up; the result says as what."""
        del order
        devices = yield from assemble_disks(plan.instance, plan.snapshot)
        yield mark(plan.instance, DISKS_ACTIVE)
        return devices


class InstanceDeactivateDisks(InstanceUnit[Power]):
    """Takes down the disks of an instance that does not run."""

    op_id = "OP_INSTANCE_DEACTIVATE_DISKS"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Power]:
        """It must not run, unless that is forced."""
        instance = the_instance(order, snapshot)
        primary = primary_of(instance, snapshot)
        told: Mapping[str, Any] = {}
        if not order["force"]:
            check_node_online(primary)
            told = yield from find_running(instance, primary, snapshot)
        if told:
            raise OpExecError(f"Instance {instance.name} is running, can't shutdown block devices")
        return Power(instance, primary, snapshot)

    def execute(self, order: Order, plan: Power) -> Effects[object]:
        """Take them down."""
        del order
        all_down = yield from shut_disks_down(plan.instance, plan.snapshot)
        if not all_down:
            raise OpExecError("Failed to shutdown disks of the instance")
        yield mark(plan.instance, DISKS_INACTIVE)
        return None
