"""What stands behind disks, removed from the nodes: devices, ports, directories.

Source: what Ganeti 3.0 does. A directory goes with the last of an instance's files in it.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from os.path import dirname
from typing import Final

from ganeti_lite.masterd.changes import give_back_port
from ganeti_lite.masterd.units._effects import OFFLINE_REASON, CallNodes, ChangeConfig, Effects, warning
from ganeti_lite.masterd.units._instance_env import list_disks
from ganeti_lite.masterd.units._instances import primary_of
from ganeti_lite.masterd.wire_objects import disk_object
from ganeti_lite.snapshot import ClusterSnapshot, Disk, Instance
from ganeti_lite.wire.noderpc import RpcFailure

from ._disk_power import TIMEOUT, list_disk_nodes

_IN_DIRECTORIES: Final = frozenset({"file", "sharedfile"})
"""Templates whose disks are files in a directory of their instance."""

_DIRECTORY_TIMEOUT: Final = 300.0


def remove_devices(
    instance: Instance, disks: Sequence[Disk], snapshot: ClusterSnapshot, *, ignores_failures: bool = False
) -> Effects[bool]:
    """Have the nodes remove *disks* of an instance; whether they are gone from every node that is there."""
    all_gone = True
    for disk in disks:
        for uuid in list_disk_nodes(disk, instance):
            arguments = [disk_object(snapshot, disk, instance, uuid)]
            results = yield CallNodes("blockdev_remove", {uuid: arguments}, TIMEOUT)
            result = results[uuid]
            if isinstance(result, RpcFailure):
                place = f"disk {_find_index(disk, instance)} on node {snapshot.nodes[uuid].name}"
                yield warning(f"Could not remove {place}, continuing anyway: {result.reason}")
                is_offline_secondary = uuid != instance.primary_node and result.reason == OFFLINE_REASON
                all_gone = all_gone and is_offline_secondary
    if all_gone or ignores_failures:
        for port in (disk.logical_id[2] for disk in disks if disk.dev_type == "drbd"):
            yield ChangeConfig(partial(_give_back, int(str(port))))
    are_gone = yield from remove_directories(instance, disks, snapshot)
    return all_gone and are_gone


def remove_directories(instance: Instance, disks: Sequence[Disk], snapshot: ClusterSnapshot) -> Effects[bool]:
    """Have the primary node remove the directories that none but the *disks* were in; whether they are gone."""
    primary = primary_of(instance, snapshot)
    kept = [disk for disk in list_disks(instance, snapshot) if disk not in disks]
    all_gone = True
    for path in _list_directories(disks):
        if path in _list_directories(kept):
            continue
        results = yield CallNodes("file_storage_dir_remove", {primary.uuid: [path]}, _DIRECTORY_TIMEOUT)
        result = results[primary.uuid]
        if isinstance(result, RpcFailure):
            yield warning(f"Could not remove directory '{path}' on node {primary.name}: {result.reason}")
            all_gone = False
    return all_gone


def _find_index(disk: Disk, instance: Instance) -> int | None:
    return instance.disks.index(disk.uuid) if disk.uuid in instance.disks else None


def _give_back(port: int, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    del now
    return give_back_port(snapshot, port)


def _list_directories(disks: Iterable[Disk]) -> list[str]:
    """The directories that file disks are in, each once."""
    paths = [str(disk.logical_id[1]) for disk in disks if disk.dev_type in _IN_DIRECTORIES]
    return list(dict.fromkeys(map(dirname, paths)))
