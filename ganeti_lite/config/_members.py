"""Values of :mod:`ganeti_lite.snapshot` → members of JSON objects, as Ganeti's daemons write them to config.data.

One table gives the members of each class in the order of the file. What has no value is left out; so are keys that
this project has no name for, since Ganeti's own readers refuse an object with a key they do not know.
"""

from collections.abc import Mapping
from typing import Any, Final

from ganeti_lite.snapshot import (
    Cluster,
    ClusterSnapshot,
    Disk,
    FilterRule,
    Instance,
    Network,
    Nic,
    Node,
    NodeGroup,
)

_TIMES: Final = ("ctime", "mtime")
_IDENTITY: Final = ("uuid", "serial_no")

_MEMBERS: Final[Mapping[type, tuple[str, ...]]] = {
    ClusterSnapshot: (
        *("version", "cluster", "nodes", "nodegroups", "instances", "networks", "disks", "filters"),
        *(*_TIMES, "serial_no"),
    ),
    Cluster: (
        *("rsahostkeypub", "dsahostkeypub", "highest_used_port", "tcpudp_port_pool", "mac_prefix"),
        *("volume_group_name", "reserved_lvs", "drbd_usermode_helper"),
        *("master_node", "master_ip", "master_netdev", "master_netmask", "use_external_mip_script", "cluster_name"),
        *("file_storage_dir", "shared_file_storage_dir", "gluster_storage_dir"),
        *("enabled_hypervisors", "hvparams", "os_hvp", "beparams", "osparams", "osparams_private_cluster"),
        *("nicparams", "ndparams", "diskparams", "candidate_pool_size"),
        *("modify_etc_hosts", "modify_ssh_setup", "maintain_node_health"),
        *("uid_pool", "default_iallocator", "default_iallocator_params", "hidden_os", "blacklisted_os"),
        *("primary_ip_family", "prealloc_wipe_disks", "ipolicy", "hv_state_static", "disk_state_static"),
        *("enabled_disk_templates", "candidate_certs", "max_running_jobs", "max_tracked_jobs", "install_image"),
        *("instance_communication_network", "zeroing_image", "compression_tools", "enabled_user_shutdown"),
        *("data_collectors", "ssh_key_type", "ssh_key_bits", *_TIMES, *_IDENTITY, "tags"),
    ),
    Node: (
        *("name", "primary_ip", "secondary_ip", "master_candidate", "offline", "drained", "group"),
        *("master_capable", "vm_capable", "ndparams", "powered", "hv_state_static", "disk_state_static"),
        *(*_TIMES, *_IDENTITY, "tags"),
    ),
    NodeGroup: (
        *("name", "members", "ndparams", "alloc_policy", "ipolicy", "diskparams", "networks"),
        *("hv_state_static", "disk_state_static", *_TIMES, *_IDENTITY, "tags"),
    ),
    Instance: (
        *("forthcoming", "name", "primary_node", "os", "hypervisor", "hvparams", "beparams"),
        *("osparams", "osparams_private", "admin_state", "admin_state_source", "nics", "disks", "disks_active"),
        *("network_port", *_TIMES, *_IDENTITY, "tags"),
    ),
    Nic: ("mac", "ip", "nicparams", "network", "name", "uuid"),
    Disk: (
        *("forthcoming", "logical_id", "dev_type", "children", "nodes", "iv_name", "size", "mode", "name"),
        *("spindles", "params", *_IDENTITY, *_TIMES),
    ),
    Network: (
        *("name", "mac_prefix", "network", "network6", "gateway", "gateway6", "reservations", "ext_reservations"),
        *("uuid", *_TIMES, "serial_no", "tags"),
    ),
    FilterRule: ("watermark", "priority", "predicates", "action", "reason_trail", "uuid"),
}

_LEFT_OUT_IF_EMPTY: Final[Mapping[type, frozenset[str]]] = {
    Node: frozenset({"hv_state_static", "disk_state_static"}),
    NodeGroup: frozenset({"hv_state_static", "disk_state_static"}),
    Instance: frozenset({"forthcoming"}),
    Disk: frozenset({"forthcoming"}),
}

_LEFT_OUT_OF_PLANNED_DISKS: Final = frozenset({"logical_id", "size", "params"})
"""Members that a forthcoming disk without a place need not have; one with a place is written in full."""


def list_members(item: object) -> dict[str, Any] | None:
    """The members of *item*, one level deep, in the order of the file; None if it is no object of the configuration.

    Their values are as the snapshot has them: objects, tuples and read-only mappings, whose members are theirs.
    """
    names = _MEMBERS.get(type(item))
    if names is None:
        return None
    members = {name: value for name in names if (value := getattr(item, name)) is not None}
    for name in _list_optional(item):
        if not members.get(name):
            members.pop(name, None)
    return members


def _list_optional(item: object) -> frozenset[str]:
    """The members that are left out if they are empty, zero or false."""
    names = _LEFT_OUT_IF_EMPTY.get(type(item), frozenset())
    is_bare = isinstance(item, Disk) and item.forthcoming and not item.logical_id
    return names | _LEFT_OUT_OF_PLANNED_DISKS if is_bare else names
