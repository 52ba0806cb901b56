"""OP_INSTANCE_REINSTALL: an OS put onto the disks of an instance again, or another one.

Source: what Ganeti 3.0 does; but it keeps an instance's parameters that are not mentioned, which are lost there. An
image is not put onto disks.
"""

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve, frozen

from ganeti_lite.errors import OpExecError, OpPrereqError
from ganeti_lite.masterd.changes import update
from ganeti_lite.masterd.units._effects import CallNodes, ChangeConfig, Effects, HookPlan, Tell, info
from ganeti_lite.masterd.units._instances import (
    InstanceUnit,
    check_node_online,
    check_stopped,
    list_nodes,
    plan_hooks,
    primary_of,
    the_instance,
)
from ganeti_lite.masterd.units._parameters import override
from ganeti_lite.masterd.units._systems import check_texts, fill_system, validate_system
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.masterd.wire_objects import instance_object
from ganeti_lite.snapshot import ClusterSnapshot, Instance, Node
from ganeti_lite.wire.noderpc import RpcFailure

from ._disk_power import shut_disks_down, start_disks
from ._metadata import publish_metadata

_TIMEOUT: Final = 86400.0


@frozen
class Reinstallation:
    """An instance as it will be, and all parameters that its OS's scripts are given."""

    instance: Instance
    params: Mapping[str, Any]
    snapshot: ClusterSnapshot


class InstanceReinstall(InstanceUnit[Reinstallation]):
    """Installs an instance that does not run."""

    op_id = "OP_INSTANCE_REINSTALL"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Reinstallation]:
        """It must have disks, and its node the OS."""
        instance = the_instance(order, snapshot)
        primary = primary_of(instance, snapshot)
        _check_place(instance, primary)
        yield from check_stopped(instance, snapshot, "cannot reinstall", "down")
        check_texts(order["osparams"], order["osparams_private"])
        after = evolve(
            instance,
            os=order["os_type"] or instance.os,
            osparams=override(instance.osparams, order["osparams"] or {}),
            osparams_private=override(instance.osparams_private, order["osparams_private"] or {}),
        )
        if after.osparams.get("os-image"):
            raise OpPrereqError("Reinstalling instances: OS images are not supported by this master daemon")
        secrets = order["osparams_secret"]
        params = fill_system(snapshot.cluster, after.os, after.osparams, after.osparams_private, secrets)
        force = order["force_variant"]
        yield from validate_system(list_nodes(instance, snapshot), after.os, params, snapshot, force=force)
        return Reinstallation(after, params, snapshot)

    def hooks(self, order: Order, plan: Reinstallation, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master and the instance's nodes."""
        del order
        return plan_hooks("instance-reinstall", snapshot.instances[plan.instance.uuid], snapshot, {})

    def execute(self, order: Order, plan: Reinstallation) -> Effects[object]:
        """Write what changes, bring up the disks, run the scripts; the disks are down again, however that ends.

        Another OS is a change of its own.
        """
        after = plan.instance
        if order["os_type"] is not None:
            yield Tell(f"Changing OS scripts to '{order['os_type']}'...")
            renamed = evolve(plan.snapshot.instances[after.uuid], os=after.os)
            changed = yield ChangeConfig(lambda newest, now: update(newest, renamed, now))
            after = evolve(after, serial_no=changed.instances[after.uuid].serial_no)
        if not after.os:
            text = "No OS scripts or OS image specified or found in the instance's configuration, nothing to install"
            yield info(text)
            return None
        snapshot = yield ChangeConfig(lambda newest, now: update(newest, after, now))
        assembly = yield from start_disks(snapshot.instances[after.uuid])
        try:
            yield from _install(order, plan, assembly.instance, assembly.snapshot)
        except OpExecError:
            yield from shut_disks_down(assembly.instance, assembly.snapshot)
            raise
        yield from shut_disks_down(assembly.instance, assembly.snapshot)
        return None


def _check_place(instance: Instance, primary: Node) -> None:
    try:
        check_node_online(primary)
    except OpPrereqError as error:
        text = f"Instance primary node offline, cannot reinstall: {primary.name}"
        raise OpPrereqError(text, error.code) from error
    if not instance.disks:
        raise OpPrereqError(f"Instance '{instance.name}' has no disks")


def _install(order: Order, plan: Reinstallation, instance: Instance, snapshot: ClusterSnapshot) -> Effects[None]:
    yield info("Running instance OS create scripts...")
    primary = primary_of(instance, snapshot)
    shown = instance_object(snapshot, instance, primary.uuid, osparams=dict(plan.params))
    results = yield CallNodes("instance_os_add", {primary.uuid: [shown, True, order.debug_level]}, _TIMEOUT)
    result = results[primary.uuid]
    if isinstance(result, RpcFailure):
        place = f"instance '{instance.name}' on node '{primary.name}'"
        raise OpExecError(f"Could not install OS for {place}: {result.reason}")
    secrets = order["osparams_secret"]
    yield from publish_metadata(instance, public=plan.params, private=instance.osparams_private, secret=secrets)
