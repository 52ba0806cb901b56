"""OP_INSTANCE_REMOVE: an instance stopped, its disks removed, and all trace of it taken out of the configuration.

Source: what Ganeti 3.0 does: each disk is a change of its own.
"""

from os.path import dirname
from typing import Any

from ganeti_lite.constants import LockMode
from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.changes import remove_disk, remove_instance
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.wire_objects import disk_object
from ganeti_lite.snapshot import ClusterSnapshot, Disk, Instance
from ganeti_lite.wire.noderpc import RpcFailure

from ._effects import CallNodes, ChangeConfig, Effects, HookPlan, Tell, warning
from ._instances import InstanceUnit, list_disks, list_nodes, plan_hooks, primary_of, the_instance
from ._unit import Order
from .instance_power import Power, stop_guest

_FILE_TEMPLATES = frozenset({"file", "sharedfile", "gluster"})


def lock_with_nodes(order: Order, level: LockLevel, snapshot: ClusterSnapshot, mode: LockMode) -> LockWish | None:
    """The nodes of an order's instance, where *level* is one of nodes."""
    if level not in (LockLevel.NODE, LockLevel.NODE_RES):
        return None
    return LockWish(frozenset(list_nodes(the_instance(order, snapshot), snapshot)), mode)


class InstanceRemove(InstanceUnit[Power]):
    """Removes an instance, running or not."""

    op_id = "OP_INSTANCE_REMOVE"

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The instance, its nodes and what they have."""
        wish = super().lock(order, level, snapshot)
        return wish or lock_with_nodes(order, level, snapshot, LockMode.EXCLUSIVE)

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
        """Stop it, remove its disks, remove it."""
        ignores_failures: bool = order["ignore_failures"]
        result = yield from stop_guest(order, plan, order["shutdown_timeout"])
        if isinstance(result, RpcFailure):
            name, node = plan.instance.name, plan.primary.name
            text = f"Could not shutdown instance {name} on node {node}: {result.reason}"
            if not ignores_failures:
                raise OpExecError(text)
            yield Tell(f"Warning: can't shutdown instance: {result.reason}")
        all_gone = yield from remove_block_devices(plan.instance, plan.snapshot)
        if not all_gone:
            if not ignores_failures:
                raise OpExecError("Can't remove instance's disks")
            yield Tell("Warning: can't remove instance's disks")
        for uuid in reversed(plan.instance.disks):
            yield ChangeConfig(_without_disk(plan.instance.uuid, uuid))
        yield ChangeConfig(lambda snapshot, now: remove_instance(snapshot, plan.instance.uuid, now))
        return None


def _without_disk(instance: str, disk: str) -> Any:
    return lambda snapshot, now: remove_disk(snapshot, instance, disk, now)


def remove_block_devices(instance: Instance, snapshot: ClusterSnapshot) -> Effects[bool]:
    """Have the nodes remove an instance's disks; whether they are gone from every node that is there."""
    all_gone = True
    disks = list_disks(instance, snapshot)
    for index, disk in enumerate(disks):
        for uuid in list_nodes(instance, snapshot):
            results = yield CallNodes("blockdev_remove", {uuid: [disk_object(snapshot, disk, instance, uuid)]})
            result, node = results[uuid], snapshot.nodes[uuid]
            if isinstance(result, RpcFailure):
                yield warning(f"Could not remove disk {index} on node {node.name}, continuing anyway: {result.reason}")
                all_gone = all_gone and node.offline and uuid != instance.primary_node
    folders = _list_folders(disks)
    for folder in folders:
        primary = primary_of(instance, snapshot)
        results = yield CallNodes("file_storage_dir_remove", {primary.uuid: [folder]})
        result = results[primary.uuid]
        if isinstance(result, RpcFailure):
            text = f"Could not remove directory '{folder}' on node {primary.name}: {result.reason}"
            yield warning(text)
            all_gone = False
    return all_gone


def _list_folders(disks: tuple[Disk, ...]) -> list[str]:
    """The directories that file disks are in."""
    paths = (str(disk.logical_id[1]) for disk in disks if disk.dev_type in _FILE_TEMPLATES and len(disk.logical_id) > 1)
    return list(dict.fromkeys(map(dirname, paths)))
