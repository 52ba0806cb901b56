"""A new instance made: its disks on its node, itself in the configuration, its OS on its disks; then it is started.

Source: what Ganeti 3.0 does, in its order. What fails once the instance is in the configuration leaves it there.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from attrs import evolve, frozen

from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.changes import add_disk, add_instance, remove_disk, remove_instance, take_port, update
from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.resources import RandomBytes, next_port
from ganeti_lite.masterd.units._effects import (
    CallNodes,
    ChangeConfig,
    Effects,
    ReleaseLocks,
    Reserve,
    Tell,
    warning,
)
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.masterd.wire_objects import instance_object
from ganeti_lite.snapshot import ClusterSnapshot, Disk, Instance, Node
from ganeti_lite.wire.noderpc import RpcFailure

from ._metadata import publish_metadata
from ._new_disks import FILE_TEMPLATES, NewDisk, create_devices, create_directory, lay_out_disks
from ._remove_disks import remove_devices
from ._sync import wait_for_sync

_NEED_PORT: Final = frozenset({"kvm", "xen-hvm"})
"""Hypervisors whose instances have a TCP port for their consoles."""

_INSTALL_TIMEOUT: Final = 86400.0
_TIMEOUT: Final = 900.0


@frozen
class NewInstance:
    """An instance that is to be made.

    :ivar instance: as it will be, but for its disks and port.
    :ivar template: of its disks; ``directory`` that of its files, None if it will have none.
    """

    instance: Instance
    primary: Node
    template: str
    disks: tuple[NewDisk, ...]
    directory: str | None
    snapshot: ClusterSnapshot

    @property
    def has_disks(self) -> bool:
        """Whether it will have any; those that are ordered for an instance without disks do not count."""
        return bool(self.disks) and self.template in FILE_TEMPLATES


def make_instance(order: Order, plan: NewInstance, random: RandomBytes) -> Effects[None]:
    """Make it, and start it if it is to run.

    :raises OpExecError: something fails.
    """
    instance = yield from _take_port(plan.instance)
    disks: tuple[Disk, ...] = ()
    if plan.has_disks:
        directory, driver = str(plan.directory), str(order["file_driver"])
        disks = yield from lay_out_disks(plan.disks, 0, directory, driver, plan.primary.uuid, random)
    yield Tell("* creating instance disks...")
    yield from _create_disks(disks, instance, plan.snapshot)
    yield Tell(f"adding instance {instance.name} to cluster config")
    snapshot: ClusterSnapshot = yield ChangeConfig(partial(_add, instance))
    yield Tell("adding disks to cluster config")
    for disk in disks:
        snapshot = yield ChangeConfig(partial(_add_disk, instance.uuid, disk))
    instance = snapshot.instances[instance.uuid]
    yield ReleaseLocks(LockLevel.NODE)
    for _ in range(2):  # with an image to be written in between, which is not supported
        yield from _await_disks(order, instance, snapshot)
    yield ReleaseLocks(LockLevel.NODE_RES)
    if disks and not order["no_install"]:
        yield from _install(order, instance, plan.primary, snapshot)
    yield from publish_metadata(instance, private=order["osparams_private"], secret=order["osparams_secret"])
    if order["start"]:
        yield from _start(order, instance)


def _take_port(instance: Instance) -> Effects[Instance]:
    if instance.hypervisor not in _NEED_PORT:
        return instance
    ((_, text),) = yield Reserve(next_port)
    port = int(text)
    yield ChangeConfig(lambda snapshot, _: take_port(snapshot, port))
    return evolve(instance, network_port=port)


def _create_disks(disks: Sequence[Disk], instance: Instance, snapshot: ClusterSnapshot) -> Effects[None]:
    if not disks:
        return
    try:
        yield from create_directory(disks, instance, snapshot)
        yield from create_devices(disks, instance, snapshot)
    except OpExecError:
        yield warning("Device creation failed")
        raise


def _add(instance: Instance, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    return add_instance(snapshot, instance, now)


def _add_disk(instance: str, disk: Disk, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    return add_disk(snapshot, instance, disk, now)


def _await_disks(order: Order, instance: Instance, snapshot: ClusterSnapshot) -> Effects[None]:
    """Fail unless the disks are sound; then nothing of the instance is left."""
    if not order["wait_for_sync"]:
        return
    is_sound = yield from wait_for_sync(instance, snapshot)
    if is_sound:
        return
    yield from remove_devices(instance, snapshot.disks_of(instance) or (), snapshot)
    for uuid in instance.disks:
        yield ChangeConfig(partial(_drop_disk, instance.uuid, uuid))
    yield ChangeConfig(lambda newest, now: remove_instance(newest, instance.uuid, now))
    raise OpExecError("There are some degraded disks for this instance")


def _drop_disk(instance: str, disk: str, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    return remove_disk(snapshot, instance, disk, now)


def _install(order: Order, instance: Instance, primary: Node, snapshot: ClusterSnapshot) -> Effects[None]:
    yield Tell("* running the instance OS create scripts...")
    shown = instance_object(snapshot, instance, primary.uuid, osparams=order["osparams_secret"] or {})
    arguments = [shown, False, order.debug_level]
    results = yield CallNodes("instance_os_add", {primary.uuid: arguments}, _INSTALL_TIMEOUT)
    result = results[primary.uuid]
    if isinstance(result, RpcFailure):
        place = f"instance {instance.name} on node {primary.name}"
        raise OpExecError(f"Could not add os for {place}: {result.reason}")


def _start(order: Order, instance: Instance) -> Effects[None]:
    started = evolve(instance, admin_state="up", disks_active=True)
    snapshot = yield ChangeConfig(lambda newest, now: update(newest, started, now))
    yield Tell("* starting instance...")
    uuid = str(instance.primary_node)
    shown = instance_object(snapshot, snapshot.instances[instance.uuid], uuid)
    results = yield CallNodes("instance_start", {uuid: [shown, False, list(order.reason)]}, _TIMEOUT)
    result = results[uuid]
    if isinstance(result, RpcFailure):
        raise OpExecError(f"Could not start instance: {result.reason}")
