"""Disks of an instance that is there: added, changed, removed; files only, but names and modes of any.

Source: what Ganeti 3.0 does. Other kinds of disks, and attaching and detaching, are refused.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from attrs import evolve, frozen

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpExecError, OpPrereqError, TypeEnforcementError
from ganeti_lite.masterd.changes import add_disk, remove_disk, update
from ganeti_lite.masterd.resources import RandomBytes
from ganeti_lite.masterd.units._effects import CallNodes, ChangeConfig, Effects, warning
from ganeti_lite.masterd.units._instance_env import DISKLESS, disk_template, list_disks
from ganeti_lite.masterd.units._instances import NOT_RUNNING, check_stopped, has_exclusive_storage, list_nodes
from ganeti_lite.masterd.units._parameters import NEW_DISK_TYPES, enforce_types
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.masterd.wire_objects import disk_object
from ganeti_lite.snapshot import ClusterSnapshot, Disk, Instance
from ganeti_lite.wire.noderpc import RpcFailure

from ._disk_power import TIMEOUT
from ._modifications import Modification, find_item, find_place, is_name
from ._names import check_device_names, read_name
from ._new_disks import (
    FILE_TEMPLATES,
    MAX_DISKS,
    NewDisk,
    check_free_members,
    check_spindles,
    check_wiping,
    create_devices,
    create_directory,
    find_directory,
    lay_out_disks,
    read_disk,
)
from ._remove_disks import remove_devices
from ._sync import wait_for_sync

_CHANGEABLE: Final = frozenset({"mode", "name"})
_DRIVER: Final = "loop"


@frozen
class DiskChanges:
    """What is to be done to an instance's disks.

    :ivar changes: with indices that are right one after the other.
    :ivar sizes: MiB of all disks afterwards; ``kinds`` their templates.
    """

    changes: tuple[Modification, ...]
    sizes: tuple[int, ...]
    kinds: tuple[str, ...]


def enforce_disk_change(change: Modification) -> Modification:
    """The change with parameters of the right types: of a new disk, those that an ordered one may have.

    :raises TypeEnforcementError, OpPrereqError: it has others.
    """
    check_free_members(change.parameters, "OP_INSTANCE_SET_PARAMS")
    if change.what != "add":
        return change
    return evolve(change, parameters=enforce_types(change.parameters, NEW_DISK_TYPES))


def check_disk_changes(
    order: Order, instance: Instance, changes: tuple[Modification, ...], snapshot: ClusterSnapshot
) -> Effects[DiskChanges]:
    """What is to be done to the disks.

    :raises OpPrereqError, OpExecError: it cannot be done.
    """
    template = disk_template(instance, snapshot)
    is_exclusive = has_exclusive_storage(list_nodes(instance, snapshot), snapshot)
    disks: list[Any] = list(list_disks(instance, snapshot))
    done = []
    for change in changes:
        if is_name(change.which):
            _find(change, disks)
        if change.what == "add":
            _check_new(order, change.parameters, template, instance, is_exclusive=is_exclusive)
        else:
            yield from _check_change(change, instance, snapshot)
        index = _find(change, disks)
        _apply(change, index, disks, template)
        done.append(evolve(change, which=index))
    check_device_names("disk", [{"name": disk.name, "uuid": getattr(disk, "uuid", "")} for disk in disks])
    if len(disks) > MAX_DISKS:
        text = f"Instance has too many disks ({MAX_DISKS}), cannot add more"
        raise OpPrereqError(text, ErrorCode.WRONG_STATE)
    check_wiping(snapshot.cluster, [disk for disk in disks if isinstance(disk, NewDisk)])
    for disk in disks:
        if isinstance(disk, NewDisk):
            find_directory(snapshot.cluster, disk.template, str(instance.name), order["file_storage_dir"])
    kinds = tuple(disk.template if isinstance(disk, NewDisk) else str(disk.dev_type) for disk in disks)
    return DiskChanges(tuple(done), tuple(disk.size for disk in disks), kinds)


def _check_change(change: Modification, instance: Instance, snapshot: ClusterSnapshot) -> Effects[None]:
    """Whether a disk that is there can be changed so."""
    match change.what:
        case "modify":
            if "size" in change.parameters:
                raise OpPrereqError("Disk size change not possible, use grow-disk")
            if wrong := sorted(change.parameters.keys() - _CHANGEABLE):
                raise TypeEnforcementError(f"Unknown parameter '{wrong[0]}'")
        case "remove":
            task = "can't remove volume from a running instance without using hotplug"
            yield from check_stopped(instance, snapshot, task, *NOT_RUNNING)
        case other:
            raise OpPrereqError(f"To {other} disks is not supported by this master daemon")


def _check_new(
    order: Order, given: Mapping[str, Any], template: str, instance: Instance, *, is_exclusive: bool
) -> None:
    """Whether a disk can be added."""
    kind = _find_template(given, template)
    if kind == DISKLESS:
        raise OpPrereqError("Must specify disk type on diskless instance")
    if kind not in FILE_TEMPLATES:
        raise OpPrereqError(f"Adding disks of template '{kind}' is not supported by this master daemon")
    if given.get("size") is None:
        raise OpPrereqError("Required disk parameter 'size' missing")
    check_spindles(given.get("spindles"), is_exclusive=is_exclusive)
    if not order["wait_for_sync"] and not instance.disks_active:
        text = "Can't add a disk to an instance with deactivated disks and --no-wait-for-sync given"
        raise OpPrereqError(text)


def _find_template(given: Mapping[str, Any], template: str) -> str:
    """What a new disk of an instance with disks of that *template* is to be."""
    return str(given.get("dev_type", template))


def _find(change: Modification, disks: Sequence[Any]) -> int:
    """The index that is meant."""
    try:
        if change.what == "add":
            return find_place("disk", change.which, len(disks))
        return find_item("disk", change.which, disks)
    except OpPrereqError as error:
        raise OpPrereqError(f"Lookup of disk '{change.which}' failed", None) from error


def _apply(change: Modification, index: int, disks: list[Any], template: str) -> None:
    """Have *disks* be as after the change."""
    match change.what:
        case "add":
            disks.insert(index, read_disk(change.parameters, _find_template(change.parameters, template)))
        case "remove":
            del disks[index]
        case _:
            if "name" in change.parameters:
                disks[index] = evolve(disks[index], name=read_name(change.parameters["name"]))


def apply_disk_changes(
    order: Order, uuid: str, plan: DiskChanges, snapshot: ClusterSnapshot, random: RandomBytes
) -> Effects[list[list[Any]]]:
    """Do it, one after the other; what has changed, for the result."""
    described: list[list[Any]] = []
    for change in plan.changes:
        instance, index = snapshot.instances[uuid], int(change.which)
        match change.what:
            case "add":
                snapshot = yield from _add(order, instance, index, change, snapshot, random)
                disk = snapshot.disks[snapshot.instances[uuid].disks[index]]
                described.append([f"disk/{index}", f"add:size={disk.size},mode={disk.mode}"])
            case "remove":
                disk = snapshot.disks[instance.disks[index]]
                yield from remove_devices(instance, [disk], snapshot)
                snapshot = yield ChangeConfig(partial(_drop, uuid, disk.uuid))
                described.append([f"disk/{index}", "remove"])
            case _:
                disk = _change(snapshot.disks[instance.disks[index]], change)
                snapshot = yield ChangeConfig(partial(_update, disk))
                said = [(name, getattr(disk, name)) for name in ("mode", "name") if name in change.parameters]
                described += [[f"disk.{name}/{index}", value] for name, value in said]
    return described


def _change(disk: Disk, change: Modification) -> Disk:
    given = change.parameters
    named = evolve(disk, name=read_name(given["name"])) if "name" in given else disk
    return evolve(named, mode=given["mode"]) if "mode" in given else named


def _update(disk: Disk, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    return update(snapshot, disk, now)


def _drop(instance: str, disk: str, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    return remove_disk(snapshot, instance, disk, now)


def _insert(instance: str, disk: Disk, index: int, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    return add_disk(snapshot, instance, disk, now, index)


def _add(
    order: Order,
    instance: Instance,
    index: int,
    change: Modification,
    snapshot: ClusterSnapshot,
    random: RandomBytes,
) -> Effects[ClusterSnapshot]:
    """The configuration after a new disk has been made, and is taken down again if the others are."""
    kind = _find_template(change.parameters, disk_template(instance, snapshot))
    ordered = read_disk(change.parameters, kind)
    directory = find_directory(snapshot.cluster, kind, str(instance.name), order["file_storage_dir"])
    primary = snapshot.nodes[str(instance.primary_node)]
    driver = order["file_driver"] or _DRIVER
    disks = yield from lay_out_disks([ordered], index, str(directory), driver, primary.uuid, random)
    yield from create_directory(disks, instance, snapshot)
    yield from create_devices(disks, instance, snapshot)
    snapshot = yield ChangeConfig(partial(_insert, instance.uuid, disks[0], index))
    instance = snapshot.instances[instance.uuid]
    in_sync = yield from wait_for_sync(instance, snapshot, once=not order["wait_for_sync"])
    if not in_sync:
        raise OpExecError(f"Failed to sync disks of {instance.name}")
    if not instance.disks_active:
        shown = disk_object(snapshot, disks[0], instance, primary.uuid)
        results = yield CallNodes("blockdev_shutdown", {primary.uuid: [shown]}, TIMEOUT)
        result = results[primary.uuid]
        if isinstance(result, RpcFailure):
            place = f"disk/{index} on node {primary.name}"
            yield warning(f"Could not shutdown block device {place}: {result.reason}")
    return snapshot
