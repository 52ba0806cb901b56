"""What becomes of a machine when one of its disks is made, found, grown or removed.

A file takes place in its directory's file system, a logical volume in its volume group; a DRBD device is nothing
without its two volumes, and is there only while it is active. Disks of :data:`SHARED_KINDS` are always there.
"""

from collections.abc import Mapping
from errno import EEXIST, ENOENT
from os import strerror
from posixpath import dirname
from typing import Any, Final, TypeAlias

import attrs

from ganeti_lite.simulator.noded.devices import SHARED_KINDS, BlockDevice
from ganeti_lite.simulator.noded.machine import SimulatedNode

from ._objects import check_disk, describe_disk

Disk: TypeAlias = Mapping[str, Any]
"""A disk object of a request."""

_LOCAL_MINOR: Final = "local-minor"


class DeviceError(Exception):
    """Something cannot be done with a disk; the message is the real daemon's."""


def device_path(disk: Disk) -> str:
    """Where the node has the disk.

    :raises ValueError: the object has an unknown key.
    :raises KeyError: it lacks one; a DRBD disk must say which minor it has on this node.
    """
    check_disk(disk)
    kind, place = disk["dev_type"], disk["logical_id"]
    if kind == "drbd":
        return f"/dev/drbd{disk['dynamic_params'][_LOCAL_MINOR]}"
    if kind in ("file", "sharedfile", "gluster", "blockdev"):
        return str(place[1])
    return f"/dev/{place[0]}/{place[1]}"


def find_device(machine: SimulatedNode, disk: Disk) -> BlockDevice | None:
    """The device of a disk as the node has it; None if it is not there; raises as :func:`device_path` does."""
    path = device_path(disk)
    if disk["dev_type"] in SHARED_KINDS:
        return machine.devices.get(path) or BlockDevice(disk["dev_type"], path, disk["size"])
    found = machine.devices.get(path)
    return None if found is None or (found.kind == "drbd" and not found.is_active) else found


def demand_device(machine: SimulatedNode, disk: Disk, text: str = "Can't find device {}") -> BlockDevice:
    """Likewise, but it must be there.

    :param text: of the error; the disk's description takes the place of the brackets.
    :raises DeviceError: it is not.
    """
    found = find_device(machine, disk)
    if found is None:
        raise DeviceError(text.format(describe_disk(disk)))
    return found


def create_device(machine: SimulatedNode, disk: Disk) -> SimulatedNode:
    """With a new device for the disk, not active yet.

    :raises DeviceError: there is no room or no place for it, or it is there already.
    :raises ValueError: the parameters of a volume are missing.
    """
    path = device_path(disk)
    kind, size = disk["dev_type"], disk["size"]
    match kind:
        case "file":
            _check_new_file(machine, path)
            device = BlockDevice(kind, path, size)
        case "plain":
            _check_parameters(disk)
            device = BlockDevice(kind, path, size, disk["logical_id"][0], _next_minor(machine))
            _check_new_volume(machine, device)
        case "drbd":
            for child in disk["children"]:
                demand_device(machine, child, "Can't find backing device {}")
            device = BlockDevice(kind, path, size, minor=disk["dynamic_params"][_LOCAL_MINOR])
        case _:
            return machine
    return _take_room(put_device(machine, device), device, device.size)


def remove_device(machine: SimulatedNode, disk: Disk) -> SimulatedNode:
    """Without the disk's device and its children's, as far as they are there."""
    device = machine.devices.get(device_path(disk))
    if device is not None:
        rest = {path: each for path, each in machine.devices.items() if path != device.path}
        machine = _take_room(attrs.evolve(machine, devices=rest), device, -device.size)
    for child in disk.get("children") or ():
        machine = remove_device(machine, child)
    return machine


def grow_device(machine: SimulatedNode, device: BlockDevice, amount: int) -> SimulatedNode:
    """With more room for a device.

    :param amount: MiB more.
    :raises DeviceError: there is not so much.
    """
    if device.kind == "plain":
        _check_room(machine, device.group, amount)
    return _take_room(put_device(machine, attrs.evolve(device, size=device.size + amount)), device, amount)


def put_device(machine: SimulatedNode, device: BlockDevice) -> SimulatedNode:
    """With that device in place of any other of its path."""
    return attrs.evolve(machine, devices={**machine.devices, device.path: device})


def _check_parameters(disk: Disk) -> None:
    if "stripes" not in disk["params"]:
        raise ValueError("Block device is missing disk parameters: {'stripes'}")


def _check_new_file(machine: SimulatedNode, path: str) -> None:
    if path in machine.devices:
        raise DeviceError(f"{path}: can't create: {FileExistsError(EEXIST, strerror(EEXIST), path)}")
    if not machine.has_directory(dirname(path)):
        raise DeviceError(f"{path}: can't create: {FileNotFoundError(ENOENT, strerror(ENOENT), path)}")


def _check_new_volume(machine: SimulatedNode, device: BlockDevice) -> None:
    _check_room(machine, device.group, device.size)
    if device.path in machine.devices:
        name = device.path.rpartition("/")[2]
        raise DeviceError(
            "LV create failed (exited with exit code 5): "
            f'Logical Volume "{name}" already exists in volume group "{device.group}"'
        )


def _check_room(machine: SimulatedNode, name: str, wanted: int) -> None:
    group = machine.volume_group(name)
    if group is None:
        raise DeviceError(f"Can't compute PV info for vg {name}")
    if group.free < wanted:
        raise DeviceError(f"Not enough free space: required {wanted}, available {group.free}")


def _take_room(machine: SimulatedNode, device: BlockDevice, amount: int) -> SimulatedNode:
    if device.kind == "plain":
        return machine.with_volumes_taken(device.group, amount)
    return machine.with_file_storage_taken(device.path, amount) if device.kind == "file" else machine


def _next_minor(machine: SimulatedNode) -> int:
    taken = {device.minor for device in machine.devices.values() if device.kind == "plain"}
    return next(minor for minor in range(len(taken) + 1) if minor not in taken)
