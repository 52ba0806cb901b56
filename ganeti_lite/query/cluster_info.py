"""The answer of ``QueryClusterInfo``: the cluster's settings as one object.

Members and their order are those of Ganeti 3.0's query daemon; private OS parameters, keys and certificates are none
of them.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final

from ganeti_lite.constants import (
    CONFIG_VERSION,
    EXPORT_VERSION,
    OS_API_VERSION,
    PROTOCOL_VERSION,
    SOFTWARE_VERSION,
    ErrorCode,
)
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.snapshot import Cluster, ClusterSnapshot

from .cells import encode_json
from .times import round_time

_IP_VERSIONS: Final = {2: 4, 10: 6}
"""Address families as stored (AF_INET, AF_INET6) to IP versions."""

Rule = Callable[[Cluster], object]


def _stored(names: str) -> dict[str, Rule]:
    """Members that are the cluster's attributes of the same names."""
    return {name: attrgetter(name) for name in names.split()}


_MEMBERS: Final[Mapping[str, Rule]] = {
    "name": lambda cluster: cluster.cluster_name,
    "default_hypervisor": lambda cluster: next(iter(cluster.enabled_hypervisors), None),
    **_stored(
        "enabled_hypervisors hvparams os_hvp beparams osparams ipolicy nicparams ndparams diskparams"
        " candidate_pool_size max_running_jobs max_tracked_jobs mac_prefix master_netdev master_netmask"
        " use_external_mip_script volume_group_name drbd_usermode_helper file_storage_dir shared_file_storage_dir"
        " gluster_storage_dir maintain_node_health"
    ),
    "ctime": lambda cluster: round_time(cluster.ctime),
    "mtime": lambda cluster: round_time(cluster.mtime),
    **_stored("uuid tags uid_pool default_iallocator default_iallocator_params reserved_lvs"),
    "primary_ip_version": lambda cluster: _IP_VERSIONS.get(cluster.primary_ip_family),
    **_stored(
        "prealloc_wipe_disks hidden_os blacklisted_os enabled_disk_templates install_image"
        " instance_communication_network zeroing_image compression_tools enabled_user_shutdown"
    ),
    "enabled_data_collectors": lambda cluster: _collectors(cluster, "active"),
    "data_collector_interval": lambda cluster: _collectors(cluster, "interval"),
    **_stored("modify_ssh_setup ssh_key_type ssh_key_bits"),
}


def describe_cluster(snapshot: ClusterSnapshot, architecture: tuple[str, str], build: str) -> bytes:
    """The answer as JSON.

    :param architecture: of the answering machine, such as ``("64bits", "x86_64")``.
    :param build: name and version of the answering program.
    :raises OpPrereqError: the cluster's master node does not exist.
    """
    cluster = snapshot.cluster
    master = snapshot.master
    if master is None:
        raise OpPrereqError(f"Node name {cluster.master_node} not found", ErrorCode.UNKNOWN_ENTITY)
    info: dict[str, Any] = {
        "software_version": SOFTWARE_VERSION,
        "protocol_version": PROTOCOL_VERSION,
        "config_version": CONFIG_VERSION,
        "os_api_version": OS_API_VERSION,
        "export_version": EXPORT_VERSION,
        "vcs_version": build,
        "architecture": architecture,
        "name": cluster.cluster_name,
        "master": master.name,
    }
    for name, rule in _MEMBERS.items():
        info[name] = rule(cluster)
    return encode_json(info)


def _collectors(cluster: Cluster, member: str) -> dict[str, object]:
    return {name: settings.get(member) for name, settings in cluster.data_collectors.items()}
