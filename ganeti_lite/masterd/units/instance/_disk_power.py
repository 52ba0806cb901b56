"""Disks of instances brought up and taken down, with the mark that says which it is.

Source: what Ganeti 3.0 does. The mark is written before the nodes are asked.
"""

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.changes import DISKS_ACTIVE, DISKS_INACTIVE, InstanceMark, mark_instance
from ganeti_lite.masterd.units._effects import (
    OFFLINE_REASON,
    CallNodes,
    ChangeConfig,
    Effects,
    Tell,
    hint,
    warning,
)
from ganeti_lite.masterd.units._instance_env import list_disks
from ganeti_lite.masterd.units._instances import primary_of
from ganeti_lite.masterd.wire_objects import disk_object, instance_object
from ganeti_lite.snapshot import ClusterSnapshot, Disk, Instance, drbd_nodes
from ganeti_lite.wire.noderpc import RpcFailure

TIMEOUT = 900.0
"""Seconds that a node has for anything about a disk."""


def mark(instance: Instance, as_what: InstanceMark) -> ChangeConfig:
    """Write what an instance is meant to be; nothing, if it is that already."""
    return ChangeConfig(lambda snapshot, now: mark_instance(snapshot, instance.uuid, as_what, now))


@frozen
class Assembly:
    """What has come of bringing up an instance's disks.

    :ivar instance: as it is now, in *snapshot*.
    :ivar devices: ``[node name, disk name, path]`` of each disk on the primary node; the path is null if it failed.
    :ivar is_complete: whether all are up that have to be.
    """

    instance: Instance
    snapshot: ClusterSnapshot
    devices: list[list[Any]]
    is_complete: bool


def list_disk_nodes(disk: Disk, instance: Instance) -> tuple[str, ...]:
    """UUIDs of the nodes that a disk is brought up on, the primary first."""
    return tuple(dict.fromkeys([str(instance.primary_node), *drbd_nodes(disk)]))


def assemble_disks(
    instance: Instance, *, ignores_secondaries: bool = False, ignores_size: bool = False
) -> Effects[Assembly]:
    """Bring up an instance's disks on its nodes.

    On the primary node they are brought up as a secondary one's first, as Ganeti does for the sake of DRBD.
    """
    snapshot: ClusterSnapshot = yield mark(instance, DISKS_ACTIVE)
    instance = snapshot.instances[instance.uuid]
    primary = primary_of(instance, snapshot)
    disks = list_disks(instance, snapshot)
    failed = False
    for index, disk in enumerate(disks):
        for uuid in list_disk_nodes(disk, instance):
            arguments = _assembly(snapshot, instance, disk, uuid, index, False, ignores_size)
            results = yield CallNodes("blockdev_assemble", {uuid: arguments}, TIMEOUT)
            result = results[uuid]
            if isinstance(result, RpcFailure):
                yield _tell(disk.iv_name, snapshot.nodes[uuid].name, result, "is_primary=False, pass=1")
                is_offline_secondary = uuid != primary.uuid and result.reason == OFFLINE_REASON
                failed = failed or not (ignores_secondaries or is_offline_secondary)
    devices = []
    for index, disk in enumerate(disks):
        arguments = _assembly(snapshot, instance, disk, primary.uuid, index, True, ignores_size)
        results = yield CallNodes("blockdev_assemble", {primary.uuid: arguments}, TIMEOUT)
        result = results[primary.uuid]
        path = None
        if isinstance(result, RpcFailure):
            yield _tell(disk.iv_name, primary.name, result, "is_primary=True, pass=2")
            failed = True
        else:
            path = result.payload[0]
        devices.append([primary.name, disk.iv_name, path])
    if failed:
        yield mark(instance, DISKS_INACTIVE)
    return Assembly(instance, snapshot, devices, not failed)


def _assembly(
    snapshot: ClusterSnapshot,
    instance: Instance,
    disk: Disk,
    node: str,
    index: int,
    is_primary: bool,
    ignores_size: bool,
) -> list[Any]:
    """The arguments by which a node brings up a disk."""
    shown = disk_object(snapshot, disk, instance, node)
    if ignores_size:
        shown = _without_size(shown)
    return [shown, instance_object(snapshot, instance, node), is_primary, index]


def _without_size(disk: dict[str, Any]) -> dict[str, Any]:
    """The disk of unknown size, which nodes do not compare with what they find."""
    return {**disk, "size": 0, "children": [_without_size(child) for child in disk["children"]]}


def _tell(disk: str, node: str, result: RpcFailure, place: str) -> Tell:
    return warning(f"Could not prepare block device {disk} on node {node} ({place}): {result.reason}")


def start_disks(instance: Instance, *, force: bool | None = None) -> Effects[Assembly]:
    """Bring up an instance's disks, all of them.

    :param force: whether those of secondary nodes may be missing; None if nobody can say.
    :raises OpExecError: one does not come up; they are down again.
    """
    assembly = yield from assemble_disks(instance, ignores_secondaries=bool(force))
    if not assembly.is_complete:
        yield from shut_disks_down(instance, assembly.snapshot)
        if force is False:
            text = "If the message above refers to a secondary node, you can retry the operation using '--force'"
            yield hint(text)
        raise OpExecError("Disk consistency error")
    return assembly


def shut_disks_down(instance: Instance, snapshot: ClusterSnapshot) -> Effects[bool]:
    """Take down an instance's disks on all of its nodes; whether all went down where they could."""
    yield mark(instance, DISKS_INACTIVE)
    all_down = True
    for disk, uuid in _list_devices(instance, snapshot):
        arguments = [disk_object(snapshot, disk, instance, uuid)]
        results = yield CallNodes("blockdev_shutdown", {uuid: arguments}, TIMEOUT)
        result, name = results[uuid], snapshot.nodes[uuid].name
        if isinstance(result, RpcFailure):
            yield warning(f"Could not shutdown block device {disk.iv_name} on node {name}: {result.reason}")
            all_down = all_down and uuid != instance.primary_node and result.reason == OFFLINE_REASON
    return all_down


def _list_devices(instance: Instance, snapshot: ClusterSnapshot) -> Iterator[tuple[Disk, str]]:
    """Each disk with each of its nodes."""
    for disk in list_disks(instance, snapshot):
        for uuid in list_disk_nodes(disk, instance):
            yield disk, uuid
