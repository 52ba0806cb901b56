"""Disks of instances added, attached, detached and removed: each its own change, with its own steps.

Whatever is done to an instance's disks steps the instance; the disks that stand behind get their new ``iv_name``
without being stepped themselves.
"""

from collections.abc import Iterator

from attrs import evolve

from ganeti_lite.errors import ConfigurationError, GenericError, ReservationError
from ganeti_lite.snapshot import ClusterSnapshot, Disk, Instance

from ._objects import check_new, stepped
from ._steps import STEPS, step_cluster
from ._tables import drop, find, put


def add_disk(
    snapshot: ClusterSnapshot, instance: str, disk: Disk, now: float, index: int | None = None
) -> ClusterSnapshot:
    """The new *disk* added and attached to the instance of that UUID, before its disk *index*, or as its last.

    Besides the instance, the serial number of the file is stepped: in Ganeti 3.0, adding a disk moves it by two.

    :raises ConfigurationError: there is no such instance, or the disk's UUID is in use.
    :raises GenericError: there is no such index.
    """
    check_new(snapshot, disk)
    added = put(snapshot, _made(disk, now))
    return attach_disk(evolve(added, serial_no=added.serial_no + 1), instance, disk.uuid, now, index)


def attach_disk(
    snapshot: ClusterSnapshot, instance: str, disk: str, now: float, index: int | None = None
) -> ClusterSnapshot:
    """The disk of that UUID attached to the instance, before its disk *index*, or as its last.

    :raises ConfigurationError: there is no such instance or disk.
    :raises ReservationError: the disk belongs to an instance already.
    :raises GenericError: there is no such index.
    """
    find(snapshot, Disk, disk)
    before = find(snapshot, Instance, instance)
    count = len(before.disks)
    place = count if index is None else index
    if place < 0:
        raise GenericError("Not accepting negative indices")
    if place > count:
        raise GenericError(f"Got disk index {place}, but there are only {count}")
    for owner in snapshot.instances_by_disk.get(disk, ()):
        raise ReservationError(f"Disk {disk} already attached to instance {owner.name}")
    return _with_disks(snapshot, before, (*before.disks[:place], disk, *before.disks[place:]), now)


def detach_disk(snapshot: ClusterSnapshot, instance: str, disk: str, now: float) -> ClusterSnapshot:
    """The disk of that UUID detached from the instance; the same snapshot if it is not attached to it.

    :raises ConfigurationError: there is no such instance.
    """
    before = find(snapshot, Instance, instance)
    if disk not in before.disks:
        return snapshot
    return _with_disks(snapshot, before, tuple(uuid for uuid in before.disks if uuid != disk), now)


def remove_disk(snapshot: ClusterSnapshot, instance: str, disk: str, now: float) -> ClusterSnapshot:
    """The disk of that UUID detached from the instance and removed.

    :raises ConfigurationError: there is no such instance, or the disk belongs to another one.
    """
    detached = detach_disk(snapshot, instance, disk, now)
    if disk not in detached.disks:
        return detached
    if disk in detached.instances_by_disk:
        raise ConfigurationError(f"Cannot remove disk {disk}. Disk is attached to an instance")
    return step_cluster(drop(detached, Disk, disk), STEPS[Disk].remove, now)


def _made(disk: Disk, now: float) -> Disk:
    """The disk and those below it, made now."""
    children = tuple(_made(child, now) for child in disk.children)
    return evolve(disk, children=children, serial_no=1, ctime=now, mtime=now)


def _with_disks(snapshot: ClusterSnapshot, instance: Instance, disks: tuple[str, ...], now: float) -> ClusterSnapshot:
    after = stepped(evolve(instance, disks=disks), now)
    return put(snapshot, after, *_renumbered(snapshot, disks))


def _renumbered(snapshot: ClusterSnapshot, disks: tuple[str, ...]) -> Iterator[Disk]:
    """Those of *disks* that are called by another index than theirs, called by theirs."""
    for index, uuid in enumerate(disks):
        disk, name = snapshot.disks.get(uuid), f"disk/{index}"
        if disk is not None and disk.iv_name != name:
            yield evolve(disk, iv_name=name)
