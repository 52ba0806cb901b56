"""The objects of a cluster's configuration, as frozen values.

Rules: every attribute is a scalar, a tuple, a read-only mapping or another value of this module, so that nothing
reachable from a snapshot can be changed. Sizes of memory and disks are MiB, times are seconds since 1970 (whole
numbers as ``int``). ``None`` stands for a key that is absent. Attribute names are the file's keys.
``unknown`` holds the keys that this project has no name for, so that a writer can keep them.
Source of the shapes: config.data of Ganeti 3.0.
"""

from __future__ import annotations  # a disk's children are disks: resolved by cattrs when all is defined

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, Union

from attrs import frozen

Json: TypeAlias = Union[str, int, float, bool, tuple["Json", ...], Mapping[str, "Json"], None]  # noqa: UP007 - "|" cannot join names that do not exist yet
"""A read-only JSON value: arrays are tuples, objects read-only mappings."""

Params: TypeAlias = Mapping[str, Json]
"""One level of parameters: any subset of the names that its family knows."""

AdminState: TypeAlias = Literal["up", "down", "offline"]
AllocPolicy: TypeAlias = Literal["preferred", "last_resort", "unallocable"]
DiskTemplate: TypeAlias = Literal[
    "plain", "drbd", "file", "sharedfile", "gluster", "blockdev", "rbd", "ext", "diskless"
]

EMPTY: Final[Params] = MappingProxyType({})
NO_PARAMS: Final[Mapping[str, Params]] = MappingProxyType({})
"""An empty map of parameter levels."""

BE_PARAMETERS: Final = ("minmem", "maxmem", "vcpus", "auto_balance", "always_failover", "spindle_use")
NIC_PARAMETERS: Final = ("mode", "link", "vlan")
ND_PARAMETERS: Final = (
    "oob_program",
    "spindle_count",
    "exclusive_storage",
    "ovs",
    "ovs_name",
    "ovs_link",
    "ssh_port",
    "cpu_speed",
)
IPOLICY_PARAMETERS: Final = ("minmax", "std", "spindle-ratio", "vcpu-ratio", "disk-templates")
ISPEC_PARAMETERS: Final = ("memory-size", "disk-size", "disk-count", "cpu-count", "nic-count", "spindle-use")


@frozen
class Nic:
    """A network interface of an instance; ``nicparams`` is a subset of :data:`NIC_PARAMETERS`."""

    mac: str
    uuid: str
    ip: str | None = None
    nicparams: Params = EMPTY
    network: str | None = None
    name: str | None = None
    unknown: Params = EMPTY


@frozen
class Disk:
    """A disk; ``logical_id`` depends on ``dev_type`` (DRBD: node A, node B, port, minor A, minor B, secret)."""

    uuid: str
    dev_type: DiskTemplate | None = None
    logical_id: tuple[Json, ...] = ()
    size: int = 0
    children: tuple[Disk, ...] = ()
    nodes: tuple[str, ...] = ()
    iv_name: str = ""
    mode: str = "rw"
    name: str | None = None
    spindles: int | None = None
    params: Params = EMPTY
    forthcoming: bool = False
    serial_no: int = 1
    ctime: float = 0
    mtime: float = 0
    unknown: Params = EMPTY


@frozen
class Instance:
    """A virtual machine. A forthcoming one may lack everything but ``uuid`` and ``serial_no``."""

    uuid: str
    serial_no: int
    name: str | None = None
    primary_node: str | None = None
    os: str | None = None
    hypervisor: str | None = None
    hvparams: Params = EMPTY
    beparams: Params = EMPTY
    osparams: Params = EMPTY
    osparams_private: Params = EMPTY
    admin_state: AdminState | None = None
    admin_state_source: Literal["admin", "user"] | None = None
    nics: tuple[Nic, ...] = ()
    disks: tuple[str, ...] = ()
    disks_active: bool | None = None
    network_port: int | None = None
    forthcoming: bool = False
    ctime: float = 0
    mtime: float = 0
    tags: tuple[str, ...] = ()
    unknown: Params = EMPTY


@frozen
class Node:
    """A physical machine of the cluster; ``group`` is the UUID of its node group."""

    uuid: str
    serial_no: int
    name: str
    primary_ip: str
    secondary_ip: str
    group: str
    master_candidate: bool = False
    offline: bool = False
    drained: bool = False
    master_capable: bool = True
    vm_capable: bool = True
    powered: bool = True
    ndparams: Params = EMPTY
    hv_state_static: Params = EMPTY
    disk_state_static: Params = EMPTY
    ctime: float = 0
    mtime: float = 0
    tags: tuple[str, ...] = ()
    unknown: Params = EMPTY


@frozen
class NodeGroup:
    """A node group; ``networks`` maps a network's UUID to how it is connected here (mode, link, vlan)."""

    uuid: str
    name: str
    serial_no: int = 1
    members: tuple[str, ...] = ()
    ndparams: Params = EMPTY
    alloc_policy: AllocPolicy = "preferred"
    ipolicy: Params = EMPTY
    diskparams: Mapping[str, Params] = NO_PARAMS
    networks: Mapping[str, Params] = NO_PARAMS
    hv_state_static: Params = EMPTY
    disk_state_static: Params = EMPTY
    ctime: float = 0
    mtime: float = 0
    tags: tuple[str, ...] = ()
    unknown: Params = EMPTY


@frozen
class Network:
    """An IPv4 network; reservation strings hold one ``0`` or ``1`` per address, the base address first."""

    uuid: str
    serial_no: int
    name: str
    network: str
    mac_prefix: str | None = None
    network6: str | None = None
    gateway: str | None = None
    gateway6: str | None = None
    reservations: str | None = None
    ext_reservations: str | None = None
    ctime: float = 0
    mtime: float = 0
    tags: tuple[str, ...] = ()
    unknown: Params = EMPTY


@frozen
class FilterRule:
    """A rule for jobs; rules apply in ascending (priority, watermark, uuid), and are listed by UUID."""

    uuid: str
    watermark: int
    priority: int
    predicates: tuple[Json, ...]
    action: Json
    reason_trail: tuple[Json, ...] = ()
    unknown: Params = EMPTY

    @property
    def name(self) -> str:
        """What it is listed by."""
        return self.uuid
