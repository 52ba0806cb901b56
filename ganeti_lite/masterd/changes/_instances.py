"""Instances added, removed, renamed, and marked as what they are meant to be."""

from os.path import basename, dirname, join
from typing import Final, Literal

from attrs import evolve, frozen

from ganeti_lite.errors import ConfigurationError
from ganeti_lite.snapshot import AdminState, ClusterSnapshot, Disk, Instance

from ._addresses import commit_addresses, give_back_port, list_addresses
from ._objects import check_new, stepped
from ._steps import RENAME_OF_INSTANCE, STEPS, step_cluster
from ._tables import drop, find, put

_FILE_TEMPLATES: Final = frozenset({"file", "sharedfile"})
"""Disks whose paths have the instance's name in them."""


@frozen
class InstanceMark:
    """What an instance is meant to be; None for what stays as it is."""

    admin_state: AdminState | None = None
    disks_active: bool | None = None
    source: Literal["admin", "user"] | None = None
    """Who wished it."""


UP: Final = InstanceMark("up", disks_active=True, source="admin")
DOWN: Final = InstanceMark("down", source="admin")
"""Its disks may still be active."""
USER_DOWN: Final = InstanceMark("down", source="user")
OFFLINE: Final = InstanceMark("offline", disks_active=False, source="admin")
DISKS_ACTIVE: Final = InstanceMark(disks_active=True)
DISKS_INACTIVE: Final = InstanceMark(disks_active=False)


def mark_instance(snapshot: ClusterSnapshot, uuid: str, mark: InstanceMark, now: float) -> ClusterSnapshot:
    """The snapshot with the instance of that UUID marked; the same one if it is what *mark* says.

    :raises ConfigurationError: there is no such instance.
    """
    before = find(snapshot, Instance, uuid)
    after = evolve(
        before,
        admin_state=mark.admin_state or before.admin_state,
        disks_active=before.disks_active if mark.disks_active is None else mark.disks_active,
        admin_state_source=mark.source or before.admin_state_source,
    )
    return snapshot if after == before else put(snapshot, stepped(after, now))


def add_instance(snapshot: ClusterSnapshot, instance: Instance, now: float) -> ClusterSnapshot:
    """*instance* added, with the addresses that its NICs have of networks; its disks follow, each by its own change.

    :raises ConfigurationError: its UUID or a MAC address of its is in use.
    """
    check_new(snapshot, instance)
    if taken := sorted({nic.mac for nic in instance.nics} & snapshot.macs.keys()):
        addresses = ", ".join(taken)
        raise ConfigurationError(f"Cannot add instance {instance.name}; MAC addresses {addresses} already in use")
    new = put(snapshot, evolve(instance, serial_no=1, ctime=now, mtime=now))
    return step_cluster(commit_addresses(new, taken=list_addresses(instance)), STEPS[Instance].add, now)


def remove_instance(snapshot: ClusterSnapshot, uuid: str, now: float) -> ClusterSnapshot:
    """The snapshot without that instance; its addresses and its port are free again. Its disks are not removed.

    :raises ConfigurationError: there is no such instance.
    """
    instance = find(snapshot, Instance, uuid)
    after = commit_addresses(drop(snapshot, Instance, uuid), released=list_addresses(instance))
    if instance.network_port is not None:
        after = give_back_port(after, instance.network_port)
    return step_cluster(after, STEPS[Instance].remove, now)


def rename_instance(snapshot: ClusterSnapshot, uuid: str, name: str, now: float) -> ClusterSnapshot:
    """The snapshot with that instance called *name*, and its file disks in the directory of that name.

    Neither its serial number nor those of its disks are stepped; the cluster's is.

    :raises ConfigurationError: there is no such instance.
    """
    instance = find(snapshot, Instance, uuid)
    disks = [_moved(disk, name) for disk in snapshot.disks_of(instance) or () if disk.dev_type in _FILE_TEMPLATES]
    renamed = put(snapshot, evolve(instance, name=name), *disks)
    return step_cluster(renamed, RENAME_OF_INSTANCE, now)


def _moved(disk: Disk, name: str) -> Disk:
    driver, path = disk.logical_id
    return evolve(disk, logical_id=(driver, join(dirname(dirname(str(path))), name, basename(str(path)))))
