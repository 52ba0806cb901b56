"""The machines behind the nodes of a configuration, made up from it and a seed.

They are the same for the same configuration and seed. What a configuration fixes they keep to: each machine has room
for its guests, and its volume group and directories for the disks that are there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from ganeti_lite.simulator._draws import Draws
from ganeti_lite.simulator._objects import JsonObject

from ._disks import NodeDisks, find_disks
from ._guests import settle_guests
from ._systems import break_one, draw_exports, find_bridges, find_providers, find_systems
from .machine import FileStorage, Guest, Hardware, OperatingSystem, PhysicalVolume, SimulatedNode, VolumeGroup

_MODELS: Final = ((65_536, 16, 1), (131_072, 32, 2), (262_144, 64, 2), (524_288, 128, 2), (1_048_576, 192, 2))
"""Machines that are sold: MiB, logical CPUs, sockets."""

_KERNEL_SHARE: Final = 0.016
"""Of the memory that is built in the kernel keeps so much for itself."""

_DISK_SIZE: Final = 1_907_348
"""MiB of a disk of 2 TB."""

_LVM_TEMPLATES: Final = frozenset({"plain", "drbd"})
_Usage = Mapping[tuple[str, str], int]
"""MiB by node and by ``lvm`` or ``file``."""


@attrs.frozen
class _Circumstances:
    """What the machines of a cluster are made up from.

    :ivar guests: by node.
    :ivar instances: names of all instances.
    :ivar neglected: the node that has been forgotten in an upgrade; None in a cluster of one.
    """

    config: JsonObject
    seed: int
    guests: Mapping[str, tuple[Guest, ...]]
    usage: _Usage
    instances: Sequence[str]
    systems: tuple[OperatingSystem, ...]
    neglected: str | None
    bridges: frozenset[str]
    disks: Mapping[str, NodeDisks]


def simulate_nodes(config: JsonObject, seed: int = 1) -> tuple[SimulatedNode, ...]:
    """A machine for each node of a configuration, in the order of the file.

    :param config: as config.data holds it.
    """
    circumstances = _Circumstances(
        config,
        seed,
        guests=settle_guests(config, seed),
        usage=_disk_usage(config),
        instances=sorted(each["name"] for each in config["instances"].values() if "name" in each),
        systems=find_systems(config),
        neglected=Draws(seed, "neglected").choice(sorted(config["nodes"])) if len(config["nodes"]) > 1 else None,
        bridges=find_bridges(config),
        disks=find_disks(config),
    )
    return tuple(_simulate(circumstances, uuid) for uuid in config["nodes"])


def _simulate(given: _Circumstances, uuid: str) -> SimulatedNode:
    nodes, cluster = given.config["nodes"], given.config["cluster"]
    disks = given.disks.get(uuid, NodeDisks({}, frozenset()))
    draws, guests = Draws(given.seed, f"node/{uuid}"), given.guests.get(uuid, ())
    return SimulatedNode(
        name=nodes[uuid]["name"],
        address=nodes[uuid]["primary_ip"],
        boot_id=draws.uuid(),
        hardware=_draw_hardware(draws, guests),
        guests=guests,
        volume_groups=_volume_groups(cluster, given.usage.get((uuid, "lvm"), 0)),
        file_storages=_file_storages(draws, cluster, given.usage.get((uuid, "file"), 0)),
        systems=break_one(given.systems) if uuid == given.neglected else given.systems,
        external_storages=find_providers(),
        exports=draw_exports(draws, given.instances),
        master_name=nodes[cluster["master_node"]]["name"],
        bridges=given.bridges,
        certificate_digest=cluster.get("candidate_certs", {}).get(uuid) or _draw_digest(draws),
        devices=disks.devices,
        directories=disks.directories,
    )


def _draw_digest(draws: Draws) -> str:
    """Of a certificate that is not on record."""
    return bytes.fromhex(draws.hex_digits(40)).hex(":").upper()


def _disk_usage(config: JsonObject) -> _Usage:
    """What the disks of the configuration use on each node; the two volumes of a DRBD disk count on both."""
    used: Counter[tuple[str, str]] = Counter()
    for disk in config["disks"].values():
        kind = "lvm" if disk["dev_type"] in _LVM_TEMPLATES else disk["dev_type"]
        size = sum(child["size"] for child in disk.get("children", ())) or disk["size"]
        for node in disk.get("nodes", ()):
            used[node, kind] += size
    return used


def _draw_hardware(draws: Draws, guests: tuple[Guest, ...]) -> Hardware:
    """Of the models that have room for the guests one of the two smallest."""
    own = draws.randint(900, 2600)
    needed = (own + sum(guest.memory for guest in guests)) * 1.1
    memory, cpus, sockets = draws.choice([model for model in _MODELS if model[0] >= needed][:2] or _MODELS[-1:])
    return Hardware(int(memory * (1 - _KERNEL_SHARE)), own, cpus, cpus, sockets, sockets)


def _volume_groups(cluster: JsonObject, used: int) -> tuple[VolumeGroup, ...]:
    """The cluster's volume group, of as many disks as it takes and one more."""
    name = cluster.get("volume_group_name")
    if not name:
        return ()
    volumes = []
    for index in range(used // _DISK_SIZE + 2):
        taken = min(used, _DISK_SIZE)
        volumes.append(PhysicalVolume(f"/dev/nvme{index}n1p3", _DISK_SIZE, taken))
        used -= taken
    return (VolumeGroup(name, tuple(volumes)),)


def _file_storages(draws: Draws, cluster: JsonObject, used: int) -> tuple[FileStorage, ...]:
    """The cluster's directory for disk images, on a file system that has other things, too."""
    path = cluster.get("file_storage_dir")
    if not path or "file" not in cluster["enabled_disk_templates"]:
        return ()
    others = draws.randint(2_000, 60_000)
    size = (used + others) // _DISK_SIZE * _DISK_SIZE + _DISK_SIZE
    return (FileStorage(path, size, used, size - used - others),)
