"""Calls about the disks of instances.

Source: reference of Ganeti's node RPC, 3.7. What it says nothing of, such as the texts for wiping, follows the rest.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from ganeti_lite.simulator._objects import JsonObject, without_absent
from ganeti_lite.simulator.noded.devices import BlockDevice
from ganeti_lite.simulator.noded.machine import RUN_DIR, SimulatedNode

from ._device_state import (
    DeviceError,
    Disk,
    create_device,
    demand_device,
    device_path,
    find_device,
    grow_device,
    put_device,
    remove_device,
)
from ._objects import check_instance, describe_disk
from ._outcome import CallError, Calls, Done

_MIB: Final = 1 << 20
_STATUS_OK: Final = 1


def _create(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    """On the primary node, and for DRBD on both, the new device is active at once."""
    disk, _size, _owner, on_primary, info, _exclusive = arguments
    try:
        made = create_device(machine, disk)
    except DeviceError as error:
        raise CallError(f"Can't create block device: {error}") from error
    device = made.devices.get(device_path(disk))
    if device is not None:
        is_used = on_primary or _is_mirrored(disk)
        made = put_device(made, attrs.evolve(device, is_active=is_used, is_open=is_used, info=info))
    return Done(made, disk["logical_id"])


def _assemble(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    """``[device path, link, URI]``; nothing is done on a secondary node where the disk is not mirrored."""
    disk, instance, on_primary, index = arguments
    check_instance(instance)
    if not on_primary and not _is_mirrored(disk):
        return Done(machine, [True, True])
    try:
        machine = _activate(machine, disk, bool(on_primary))
    except DeviceError as error:
        raise CallError(f"Error while assembling disk: {error}") from error
    link = machine.files.local(f"{RUN_DIR}/instance-disks/{instance['name']}:{index}") if on_primary else None
    return Done(machine, [device_path(disk), link, None])


def _activate(machine: SimulatedNode, disk: Disk, is_open: bool) -> SimulatedNode:
    for child in disk.get("children") or ():
        machine = _activate(machine, child, True)
    path = device_path(disk)
    device = machine.devices.get(path) or find_device(machine, disk)
    if device is None:
        raise DeviceError(f"{path}: No such file" if disk["dev_type"] == "file" else f"Can't activate lv {path}: ")
    return put_device(machine, attrs.evolve(device, is_active=True, is_open=is_open))


def _shutdown(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    (disk,) = arguments
    return Done(_deactivate(machine, disk))


def _deactivate(machine: SimulatedNode, disk: Disk) -> SimulatedNode:
    device = machine.devices.get(device_path(disk))
    if device is not None:
        machine = put_device(machine, attrs.evolve(device, is_active=False, is_open=False))
    for child in disk.get("children") or ():
        machine = _deactivate(machine, child)
    return machine


def _remove(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    (disk,) = arguments
    return Done(remove_device(machine, disk))


def _find(machine: SimulatedNode, arguments: Sequence[Any]) -> JsonObject | None:
    (disk,) = arguments
    device = find_device(machine, disk)
    return None if device is None else _status(device)


def _status(device: BlockDevice) -> JsonObject:
    return without_absent(
        {
            "dev_path": device.path,
            "major": device.major,
            "minor": device.minor,
            "is_degraded": False,
            "ldisk_status": _STATUS_OK,
        }
    )


def _get_mirror_status(machine: SimulatedNode, arguments: Sequence[Any]) -> list[JsonObject]:
    (disks,) = arguments
    return [_status(_demand(machine, disk)) for disk in disks]


def _get_mirror_status_of_each(machine: SimulatedNode, arguments: Sequence[Any]) -> list[list[object]]:
    (disks,) = arguments
    found = [(disk, find_device(machine, disk)) for disk in disks]
    return [
        [False, f"Can't find device {describe_disk(disk)}"] if device is None else [True, _status(device)]
        for disk, device in found
    ]


def _get_dimensions(machine: SimulatedNode, arguments: Sequence[Any]) -> list[list[int | None] | None]:
    """Bytes and spindles."""
    (disks,) = arguments
    found = [find_device(machine, disk) for disk in disks]
    return [None if device is None else [device.size * _MIB, None] for device in found]


def _grow(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    """What bears the data grows when that is asked for, what lies on top of it otherwise."""
    disk, amount, is_dry_run, is_backing_store, _exclusive = arguments
    device = _demand(machine, disk, "Cannot find block device {}")
    is_own_turn = is_backing_store is (disk["dev_type"] != "drbd")
    parts = [device] if is_own_turn else []
    if disk["dev_type"] == "drbd" and is_backing_store:
        parts = [demand_device(machine, disk["children"][0])]
    grown = machine
    for part in parts:
        try:
            grown = grow_device(grown, part, amount)
        except DeviceError as error:
            raise CallError(f"Failed to grow block device: {error}") from error
    return Done(machine if is_dry_run else grown)


def _close(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    _owner, disks = arguments
    return Done(_with_all(machine, disks, lambda device: attrs.evolve(device, is_open=False)))


def _open(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    _owner, disks, _exclusive = arguments
    return Done(_with_all(machine, disks, lambda device: attrs.evolve(device, is_open=True)))


def _with_all(
    machine: SimulatedNode, disks: Sequence[Disk], transition: Callable[[BlockDevice], BlockDevice]
) -> SimulatedNode:
    """With each of the disks changed; all must be there."""
    devices = [_demand(machine, disk) for disk in disks]
    for device in devices:
        machine = put_device(machine, transition(device))
    return machine


def _set_info(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    disk, text = arguments
    device = _demand(machine, disk, "Cannot find block device {}")
    return Done(put_device(machine, attrs.evolve(device, info=text)))


def _rename(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    """Gives each the place that its new logical id names; those that are not there fail the call, after the others."""
    (pairs,) = arguments
    failures: list[str] = []
    for disk, new_id in pairs:
        device = find_device(machine, disk)
        if device is None:
            failures.append(f"Can't find device {describe_disk(disk)} in rename")
            continue
        rest = {path: each for path, each in machine.devices.items() if path != device.path}
        moved = attrs.evolve(
            device, path=device_path({**disk, "logical_id": new_id}), group=new_id[0] if device.group else ""
        )
        machine = put_device(attrs.evolve(machine, devices=rest), moved)
    if failures:
        return Done(machine, "; ".join(failures), is_success=False)
    return Done(machine)


def _wipe(machine: SimulatedNode, arguments: Sequence[Any]) -> None:
    disk, offset, size = arguments
    device = find_device(machine, disk)
    if device is None:
        raise CallError(f"Cannot wipe device {disk.get('iv_name')}: device not found")
    if offset < 0:
        raise CallError("Negative offset")
    if size < 0:
        raise CallError("Negative size")
    if offset > device.size:
        raise CallError("Wipe offset is bigger than device size")
    if offset + size > device.size:
        raise CallError("Wipe offset and size are bigger than device size")


def _pause_resume_sync(machine: SimulatedNode, arguments: Sequence[Any]) -> list[list[object]]:
    disks, _is_paused = arguments
    return [
        [True, None]
        if find_device(machine, disk)
        else [False, f"Cannot change sync for device {disk.get('iv_name')}: device not found"]
        for disk in disks
    ]


def _demand(machine: SimulatedNode, disk: Disk, text: str = "Can't find device {}") -> BlockDevice:
    try:
        return demand_device(machine, disk, text)
    except DeviceError as error:
        raise CallError(str(error)) from error


def _is_mirrored(disk: Disk) -> bool:
    """Whether a disk is assembled on the secondary node, too."""
    return bool(disk["dev_type"] == "drbd")


DEVICE_CALLS: Final[Calls] = {
    "blockdev_create": _create,
    "blockdev_assemble": _assemble,
    "blockdev_shutdown": _shutdown,
    "blockdev_remove": _remove,
    "blockdev_find": _find,
    "blockdev_getmirrorstatus": _get_mirror_status,
    "blockdev_getmirrorstatus_multi": _get_mirror_status_of_each,
    "blockdev_getdimensions": _get_dimensions,
    "blockdev_grow": _grow,
    "blockdev_close": _close,
    "blockdev_open": _open,
    "blockdev_setinfo": _set_info,
    "blockdev_rename": _rename,
    "blockdev_wipe": _wipe,
    "blockdev_pause_resume_sync": _pause_resume_sync,
}
