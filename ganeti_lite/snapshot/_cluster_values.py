"""The cluster object: what holds for the cluster as a whole.

The rules of :mod:`._values` apply. Defaults are those that Ganeti gives to keys that a file lacks.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from ._values import EMPTY, NO_PARAMS, Json, Params

HYPERVISORS: Final = ("kvm", "xen-pvm", "chroot", "xen-hvm", "lxc", "fake")
"""Every hypervisor, in the order in which maps keyed by hypervisor are answered."""


@frozen
class Cluster:
    """The cluster-wide settings and default parameters; ``master_node`` is a node's UUID."""

    uuid: str
    serial_no: int
    cluster_name: str
    master_node: str
    master_ip: str
    enabled_hypervisors: tuple[str, ...]
    mac_prefix: str
    hvparams: Mapping[str, Params]
    beparams: Mapping[str, Params]
    nicparams: Mapping[str, Params]
    ndparams: Params
    ipolicy: Params
    diskparams: Mapping[str, Params]
    rsahostkeypub: str = ""
    dsahostkeypub: str | None = None
    highest_used_port: int = 10999
    tcpudp_port_pool: tuple[int, ...] = ()
    reserved_lvs: tuple[str, ...] = ()
    volume_group_name: str | None = None
    drbd_usermode_helper: str | None = None
    master_netdev: str = ""
    master_netmask: int = 32
    use_external_mip_script: bool = False
    file_storage_dir: str = ""
    shared_file_storage_dir: str = ""
    gluster_storage_dir: str = ""
    os_hvp: Mapping[str, Mapping[str, Params]] = MappingProxyType({})
    osparams: Mapping[str, Params] = NO_PARAMS
    osparams_private_cluster: Mapping[str, Params] = NO_PARAMS
    candidate_pool_size: int = 10
    modify_etc_hosts: bool = True
    modify_ssh_setup: bool = True
    maintain_node_health: bool = False
    uid_pool: tuple[tuple[int, int], ...] = ()
    default_iallocator: str = ""
    default_iallocator_params: Params = EMPTY
    hidden_os: tuple[str, ...] = ()
    blacklisted_os: tuple[str, ...] = ()
    primary_ip_family: int = 2
    prealloc_wipe_disks: bool = False
    hv_state_static: Mapping[str, Json] = EMPTY
    disk_state_static: Mapping[str, Json] = EMPTY
    enabled_disk_templates: tuple[str, ...] = ()
    candidate_certs: Params = EMPTY
    max_running_jobs: int = 20
    max_tracked_jobs: int = 25
    install_image: str = ""
    instance_communication_network: str = ""
    zeroing_image: str = ""
    compression_tools: tuple[str, ...] = ("gzip", "gzip-fast", "gzip-slow")
    enabled_user_shutdown: bool = False
    data_collectors: Mapping[str, Params] = NO_PARAMS
    ssh_key_type: str = "rsa"
    ssh_key_bits: int = 2048
    ctime: float = 0
    mtime: float = 0
    tags: tuple[str, ...] = ()
    unknown: Params = EMPTY
