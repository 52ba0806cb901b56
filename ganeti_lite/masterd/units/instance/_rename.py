"""OP_INSTANCE_RENAME: another name for an instance, and another directory for its files.

Source: what Ganeti 3.0 does, in its order.
"""

from os.path import dirname
from typing import Final

from attrs import evolve

from ganeti_lite.errors import OpExecError, OpPrereqError
from ganeti_lite.masterd.changes import rename_instance
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.units._effects import CallNodes, ChangeConfig, Effects, HookPlan, warning
from ganeti_lite.masterd.units._instance_env import list_disks
from ganeti_lite.masterd.units._instances import (
    NOT_RUNNING,
    InstanceUnit,
    check_node_online,
    check_stopped,
    list_nodes,
    plan_hooks,
    primary_of,
    the_instance,
)
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.masterd.wire_objects import disk_object, instance_object
from ganeti_lite.snapshot import ClusterSnapshot, Instance
from ganeti_lite.wire.noderpc import RpcFailure

from ._disk_power import TIMEOUT, shut_disks_down, start_disks
from ._guest_power import Power
from ._names import check_address_unused, check_ascii, check_name_unused, normalize_name, resolve_sanely
from ._new_disks import FILE_TEMPLATES

_SCRIPT_TIMEOUT: Final = 3600.0
_DIRECTORY_TIMEOUT: Final = 300.0


class InstanceRename(InstanceUnit[Power]):
    """Renames an instance that does not run; the result is its new name."""

    op_id = "OP_INSTANCE_RENAME"
    takes_forthcoming = True

    def prepare(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Order]:
        """The new name must be one, and nobody may have its address."""
        if order["ip_check"] and not order["name_check"]:
            raise OpPrereqError("IP address check requires a name check")
        super().expand(order, snapshot)
        if not order["name_check"]:
            check_ascii(order["new_name"])
            return order
        host = yield from resolve_sanely(normalize_name(order["new_name"]))
        if order["ip_check"]:
            yield from check_address_unused(host.ip, host.name)
        return order.with_parameters(new_name=host.name)

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """The instance must be there, the new name must be free."""
        expanded = super().expand(order, snapshot)
        if order["new_name"] != expanded["instance_name"]:
            check_name_unused(order["new_name"], snapshot)
        return expanded

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The instance by both names."""
        del snapshot
        if level is not LockLevel.INSTANCE:
            return None
        return LockWish(frozenset({order["instance_name"], order["new_name"]}))

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Power]:
        """It must not run, and its node must be there."""
        instance = the_instance(order, snapshot)
        primary = primary_of(instance, snapshot)
        _check_templates(instance, order["new_name"], snapshot)
        check_node_online(primary)
        yield from check_stopped(instance, snapshot, "cannot rename", *NOT_RUNNING)
        if order["new_name"] != instance.name:
            check_name_unused(order["new_name"], snapshot)
        return Power(instance, primary, snapshot)

    def hooks(self, order: Order, plan: Power, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master and the instance's nodes; it is described by its old name."""
        now = evolve(snapshot.instances.get(plan.instance.uuid, plan.instance), name=plan.instance.name)
        return plan_hooks("instance-rename", now, snapshot, {"INSTANCE_NEW_NAME": order["new_name"]})

    def execute(self, order: Order, plan: Power) -> Effects[object]:
        """Rename it, move its files, tell its disks and its OS."""
        uuid, new_name = plan.instance.uuid, order["new_name"]
        snapshot: ClusterSnapshot = yield ChangeConfig(lambda newest, now: rename_instance(newest, uuid, new_name, now))
        renamed = snapshot.instances[uuid]
        if plan.instance.forthcoming:
            return new_name
        yield from _move_files(plan, renamed, snapshot)
        assembly = yield from start_disks(renamed)
        renamed, snapshot = assembly.instance, assembly.snapshot
        yield from _tell_disks(renamed, snapshot)
        yield from _run_script(order, plan, renamed, snapshot)
        yield from shut_disks_down(renamed, snapshot)
        return new_name


def _check_templates(instance: Instance, new_name: str, snapshot: ClusterSnapshot) -> None:
    """Raise OpPrereqError if files would have to be moved that the cluster does not let instances have."""
    enabled = snapshot.cluster.enabled_disk_templates
    for disk in list_disks(instance, snapshot):
        if disk.dev_type in FILE_TEMPLATES and new_name != instance.name and disk.dev_type not in enabled:
            text = f"Disk template '{disk.dev_type}' is not enabled in cluster. Enabled disk templates are: "
            raise OpPrereqError(text + ",".join(enabled), None)


def _move_files(plan: Power, renamed: Instance, snapshot: ClusterSnapshot) -> Effects[None]:
    before = [disk for disk in list_disks(plan.instance, plan.snapshot) if disk.dev_type in FILE_TEMPLATES]
    if not before or renamed.name == plan.instance.name:
        return
    old = dirname(str(before[0].logical_id[1]))
    new = dirname(str(snapshot.disks[before[0].uuid].logical_id[1]))
    node = plan.primary
    results = yield CallNodes("file_storage_dir_rename", {node.uuid: [old, new]}, _DIRECTORY_TIMEOUT)
    result = results[node.uuid]
    if isinstance(result, RpcFailure):
        text = f"Could not rename on node {node.name} directory '{old}' to '{new}'"
        raise OpExecError(f"{text} (but the instance has been renamed in Ganeti): {result.reason}")


def _tell_disks(renamed: Instance, snapshot: ClusterSnapshot) -> Effects[None]:
    """Write the name onto what stands behind the disks."""
    for index, disk in enumerate(list_disks(renamed, snapshot)):
        for uuid in list_nodes(renamed, snapshot):
            shown = disk_object(snapshot, disk, renamed, uuid)
            arguments = [shown, f"originstname+{renamed.name}"]
            results = yield CallNodes("blockdev_setinfo", {uuid: arguments}, TIMEOUT)
            result = results[uuid]
            if isinstance(result, RpcFailure):
                name = snapshot.nodes[uuid].name
                yield warning(f"Error setting info on node {name} for disk {index}: {result.reason}")


def _run_script(order: Order, plan: Power, renamed: Instance, snapshot: ClusterSnapshot) -> Effects[None]:
    node = plan.primary
    shown = instance_object(snapshot, renamed, node.uuid)
    arguments = [shown, plan.instance.name, order.debug_level]
    results = yield CallNodes("instance_run_rename", {node.uuid: arguments}, _SCRIPT_TIMEOUT)
    result = results[node.uuid]
    if isinstance(result, RpcFailure):
        place = f"instance {renamed.name} on node {node.name}"
        text = f"Could not run OS rename script for {place} (but the instance has been renamed in Ganeti)"
        yield warning(f"{text}: {result.reason}")
