"""The machine behind a simulated node daemon, as a frozen value: what it has, and what runs on it.

A transition returns the machine as it is afterwards. Memory and storage are in MiB.
"""

from collections.abc import Mapping
from typing import Final, Self

import attrs

from .devices import BlockDevice
from .file_tree import FileTree
from .hooks import HookRun, HookScript

DATA_DIR: Final = "/var/lib/ganeti"
"""Where Ganeti keeps its files, without the root of a virtual cluster's node."""

QUEUE_DIR: Final = f"{DATA_DIR}/queue"
RUN_DIR: Final = "/var/run/ganeti"


@attrs.frozen
class Guest:
    """An instance that a node's hypervisor knows, whatever the configuration says.

    :ivar memory: MiB that it has at present.
    :ivar time: CPU seconds that it has used.
    :ivar is_shut_down: its user has shut it down, and the hypervisor still lists it.
    :ivar shutdown_seconds: that it takes to stop when it is asked to.
    """

    name: str
    hypervisor: str
    memory: int
    vcpus: int
    time: float = 0.0
    is_shut_down: bool = False
    shutdown_seconds: float = 0.0


@attrs.frozen
class PhysicalVolume:
    """A block device of a volume group."""

    device: str
    size: int
    used: int = 0

    @property
    def free(self) -> int:
        return self.size - self.used


@attrs.frozen
class VolumeGroup:
    """A volume group of LVM; a spindle is a physical volume."""

    name: str
    volumes: tuple[PhysicalVolume, ...]

    @property
    def size(self) -> int:
        return sum(volume.size for volume in self.volumes)

    @property
    def free(self) -> int:
        return sum(volume.free for volume in self.volumes)

    @property
    def free_spindles(self) -> int:
        """Physical volumes of which nothing is used."""
        return sum(not volume.used for volume in self.volumes)

    def take(self, amount: int) -> Self:
        """With so much more in use, on the first volumes that have room; less if it is below 0, from the last ones."""
        volumes = list(self.volumes)
        order = range(len(volumes)) if amount > 0 else reversed(range(len(volumes)))
        for index in order:
            volume = volumes[index]
            part = max(-volume.used, min(amount, volume.free))
            volumes[index] = attrs.evolve(volume, used=volume.used + part)
            amount -= part
        return attrs.evolve(self, volumes=tuple(volumes))


@attrs.frozen
class FileStorage:
    """A directory for disk images.

    :ivar size: of its file system.
    :ivar used: by what is in the directory.
    :ivar free: in its file system.
    """

    path: str
    size: int
    used: int
    free: int


@attrs.frozen
class OperatingSystem:
    """An OS definition.

    :ivar fault: what is wrong with it; empty if it is valid.
    :ivar parameters: name and help text of each.
    """

    name: str
    path: str
    fault: str = ""
    variants: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    api_versions: tuple[int, ...] = (20,)
    is_trusted: bool = True


@attrs.frozen
class ExternalStorage:
    """A provider of external storage; its members are as those of an OS definition."""

    name: str
    path: str
    fault: str = ""
    parameters: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class Hardware:
    """What a machine is made of.

    :ivar memory_total: MiB, as the hypervisor counts them.
    :ivar memory_node: MiB that the node itself uses.
    :ivar cpu_node: logical CPUs that the node itself sees.
    """

    memory_total: int
    memory_node: int
    cpu_total: int
    cpu_node: int
    cpu_nodes: int = 1
    cpu_sockets: int = 1


@attrs.frozen
class SimulatedNode:
    """One machine.

    :ivar name: the node's full name.
    :ivar address: where its daemon listens.
    :ivar boot_id: another after each boot.
    :ivar exports: names of exported instances; None if there is no directory for them.
    :ivar master_name: whom this node takes for the master node.
    :ivar other_addresses: that the node has beside its own, such as the master's.
    :ivar bridges: that interfaces can be attached to.
    :ivar files: Ganeti's own.
    :ivar certificate_digest: of its client certificate, as ``8D:02:88:…``.
    :ivar clock_skew: seconds that its clock is ahead.
    :ivar allocators: that it has, by name.
    :ivar devices: disks of instances, by path.
    :ivar directories: for disks that are files; the places of ``file_storages`` are there anyway.
    :ivar installations: by instance, the OS that was last installed on it here.
    :ivar hooks: scripts that hooks run.
    :ivar hook_runs: the latest calls to run hooks.
    """

    name: str
    address: str
    boot_id: str
    hardware: Hardware
    guests: tuple[Guest, ...] = ()
    volume_groups: tuple[VolumeGroup, ...] = ()
    file_storages: tuple[FileStorage, ...] = ()
    systems: tuple[OperatingSystem, ...] = ()
    external_storages: tuple[ExternalStorage, ...] = ()
    exports: tuple[str, ...] | None = None
    master_name: str = ""
    other_addresses: frozenset[str] = frozenset()
    bridges: frozenset[str] = frozenset()
    files: FileTree = attrs.field(factory=FileTree)
    certificate_digest: str = ""
    clock_skew: float = 0.0
    allocators: frozenset[str] = frozenset({"hail"})
    devices: Mapping[str, BlockDevice] = attrs.field(factory=dict)
    directories: frozenset[str] = frozenset()
    installations: Mapping[str, str] = attrs.field(factory=dict)
    hooks: tuple[HookScript, ...] = ()
    hook_runs: tuple[HookRun, ...] = ()

    @property
    def memory_free(self) -> int:
        """MiB that neither the node nor a running guest uses; never below 0."""
        used = sum(guest.memory for guest in self.guests if not guest.is_shut_down)
        return max(0, self.hardware.memory_total - self.hardware.memory_node - used)

    def volume_group(self, name: str) -> VolumeGroup | None:
        """The volume group of that name, if there is one."""
        return next((group for group in self.volume_groups if group.name == name), None)

    def file_storage(self, path: str) -> FileStorage | None:
        """The directory of that path, if there is one."""
        return next((storage for storage in self.file_storages if storage.path == path), None)

    def has_directory(self, path: str) -> bool:
        """Whether there is such a directory for disks that are files."""
        return path in self.directories or self.file_storage(path) is not None

    def has_content(self, path: str) -> bool:
        """Whether anything is in a directory."""
        return any(each.startswith(f"{path}/") for each in (*self.directories, *self.devices))

    def with_volumes_taken(self, name: str, amount: int) -> Self:
        """With so many MiB more, or less, in use in a volume group."""
        groups = (group.take(amount) if group.name == name else group for group in self.volume_groups)
        return attrs.evolve(self, volume_groups=tuple(groups))

    def with_file_storage_taken(self, path: str, amount: int) -> Self:
        """With so many MiB more, or less, in use where that file lies; elsewhere nothing is counted."""
        storages = (
            attrs.evolve(each, used=each.used + amount, free=each.free - amount)
            if path.startswith(f"{each.path}/")
            else each
            for each in self.file_storages
        )
        return attrs.evolve(self, file_storages=tuple(storages))

    def install(self, instance: str, system: str) -> Self:
        """With that OS on the instance's disks."""
        return attrs.evolve(self, installations={**self.installations, instance: system})

    def start(self, guest: Guest) -> Self:
        """With one more guest, or another one in place of that of the same name."""
        return attrs.evolve(self, guests=(*self._guests_but(guest.name), guest))

    def stop(self, name: str) -> Self:
        """Without that guest, if there is one."""
        return attrs.evolve(self, guests=self._guests_but(name))

    def shut_down(self, name: str) -> Self:
        """As after that guest's user has shut it down from inside."""
        guests = (attrs.evolve(each, is_shut_down=True) if each.name == name else each for each in self.guests)
        return attrs.evolve(self, guests=tuple(guests))

    def reboot(self, boot_id: str) -> Self:
        """As after a boot: nothing runs."""
        return attrs.evolve(self, boot_id=boot_id, guests=())

    def _guests_but(self, name: str) -> tuple[Guest, ...]:
        return tuple(guest for guest in self.guests if guest.name != name)
