"""What ``gnt-cluster info`` and ``gnt-cluster version`` tell, from the answer to ``QueryClusterInfo``.

Source of names and order: what Ganeti 3.0's command prints.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ganeti_lite.commands.ordering import natural_key
from ganeti_lite.commands.report import Section
from ganeti_lite.commands.timestamps import format_timestamp

OS_SEARCH_PATH: Final = (
    "/srv/ganeti/os",
    "/usr/local/lib/ganeti/os",
    "/usr/lib/ganeti/os",
    "/usr/share/ganeti/os",
)
"""Where Debian's Ganeti looks for operating system definitions. It is built in, so no daemon tells it."""

EXTSTORAGE_SEARCH_PATH: Final = tuple(path.removesuffix("os") + "extstorage" for path in OS_SEARCH_PATH)
"""The same for providers of external storage."""

ClusterInfo = Mapping[str, Any]
"""The result of ``QueryClusterInfo``."""


class Line(NamedTuple):
    """An entry of a report.

    :ivar key: the value's place in the cluster info.
    :ivar to_entry: what is shown of it.
    """

    name: str
    key: str
    to_entry: Callable[[Any], object] = lambda value: value


def join(values: Sequence[object]) -> str:
    """The elements of a list."""
    return ", ".join(map(str, values))


def join_or_none(values: Sequence[str]) -> str:
    """The elements of a list; ``(none)`` if there are none."""
    return join(values) or "(none)"


def sort_tags(tags: Sequence[str]) -> str:
    """Tags in the order that people expect: digits count as numbers."""
    return join_or_none(sorted(tags, key=natural_key))


def format_uid_pool(ranges: Sequence[tuple[int, int]]) -> str:
    """Ranges of user ids."""
    return join([low if low == high else f"{low}-{high}" for low, high in ranges])


def format_architecture(architecture: tuple[str, str]) -> str:
    """Word size and machine."""
    bits, machine = architecture
    return f"{bits} ({machine})"


def describe_policy(policy: Mapping[str, Any]) -> Section:
    """The limits of instances."""
    bounds = [
        Section((("min/" + str(index), bound["min"]), ("max/" + str(index), bound["max"])))
        for index, bound in enumerate(policy["minmax"])
    ]
    return Section(
        (
            ("bounds specs", bounds),
            ("std", policy["std"]),
            ("allowed disk templates", join(policy["disk-templates"])),
            ("vcpu-ratio", policy["vcpu-ratio"]),
            ("spindle-ratio", policy["spindle-ratio"]),
        )
    )


_HEAD: Final = (
    Line("Cluster name", "name"),
    Line("Cluster UUID", "uuid"),
    Line("Creation time", "ctime", format_timestamp),
    Line("Modification time", "mtime", format_timestamp),
    Line("Master node", "master"),
    Line("Architecture (this node)", "architecture", format_architecture),
    Line("Tags", "tags", sort_tags),
    Line("Default hypervisor", "default_hypervisor"),
    Line("Enabled hypervisors", "enabled_hypervisors", join),
)

_OPERATING_SYSTEMS: Final = (
    Line("OS-specific hypervisor parameters", "os_hvp"),
    Line("OS parameters", "osparams"),
    Line("Hidden OSes", "hidden_os", join),
    Line("Blacklisted OSes", "blacklisted_os", join),
)

_PARAMETERS: Final = (
    Line("candidate pool size", "candidate_pool_size"),
    Line("maximal number of jobs running simultaneously", "max_running_jobs"),
    Line("maximal number of jobs simultaneously tracked by the scheduler", "max_tracked_jobs"),
    Line("mac prefix", "mac_prefix"),
    Line("master netdev", "master_netdev"),
    Line("master netmask", "master_netmask"),
    Line("use external master IP address setup script", "use_external_mip_script"),
    Line("lvm volume group", "volume_group_name"),
    Line("lvm reserved volumes", "reserved_lvs", join_or_none),
    Line("drbd usermode helper", "drbd_usermode_helper"),
    Line("file storage path", "file_storage_dir"),
    Line("shared file storage path", "shared_file_storage_dir"),
    Line("gluster storage path", "gluster_storage_dir"),
    Line("maintenance of node health", "maintain_node_health"),
    Line("uid pool", "uid_pool", format_uid_pool),
    Line("default instance allocator", "default_iallocator"),
    Line("default instance allocator parameters", "default_iallocator_params"),
    Line("primary ip version", "primary_ip_version"),
    Line("preallocation wipe disks", "prealloc_wipe_disks"),
)

_MORE_PARAMETERS: Final = (
    Line("enabled disk templates", "enabled_disk_templates", join),
    Line("install image", "install_image"),
    Line("instance communication network", "instance_communication_network"),
    Line("zeroing image", "zeroing_image"),
    Line("compression tools", "compression_tools"),
    Line("enabled user shutdown", "enabled_user_shutdown"),
    Line("modify ssh setup", "modify_ssh_setup"),
    Line("ssh_key_type", "ssh_key_type"),
    Line("ssh_key_bits", "ssh_key_bits"),
)

_DEFAULTS: Final = (
    Line("Default node parameters", "ndparams"),
    Line("Default instance parameters", "beparams"),
    Line("Default nic parameters", "nicparams"),
    Line("Default disk parameters", "diskparams"),
    Line("Instance policy - limits for instances", "ipolicy", describe_policy),
)

_VERSIONS: Final = (
    Line("Software version", "software_version"),
    Line("Internode protocol", "protocol_version"),
    Line("Configuration format", "config_version"),
    Line("OS api version", "os_api_version"),
    Line("Export interface", "export_version"),
    Line("VCS version", "vcs_version"),
)


def describe_cluster(info: ClusterInfo) -> Section:
    """Everything about a cluster as a whole."""
    return Section(
        (
            *_read(info, _HEAD),
            ("Hypervisor parameters", _describe_hypervisors(info)),
            *_read(info, _OPERATING_SYSTEMS),
            ("Cluster parameters", _describe_parameters(info)),
            *_read(info, _DEFAULTS),
            ("Data collectors", _describe_collectors(info)),
        )
    )


def keep_versions(infos: Sequence[ClusterInfo]) -> list[ClusterInfo]:
    """Only what :func:`describe_versions` tells."""
    return [{line.key: info[line.key] for line in _VERSIONS if line.key in info} for info in infos]


def describe_versions(info: ClusterInfo) -> Section:
    """The versions of a cluster's parts."""
    return Section(_read(info, _VERSIONS))


def _read(info: ClusterInfo, lines: Sequence[Line]) -> tuple[tuple[str, object], ...]:
    return tuple((line.name, line.to_entry(info[line.key])) for line in lines)


def _describe_hypervisors(info: ClusterInfo) -> Mapping[str, object]:
    enabled = frozenset(info["enabled_hypervisors"])
    return {name: parameters for name, parameters in info["hvparams"].items() if name in enabled}


def _describe_parameters(info: ClusterInfo) -> Section:
    search_paths = (
        ("OS search path", join(OS_SEARCH_PATH)),
        ("ExtStorage Providers search path", join(EXTSTORAGE_SEARCH_PATH)),
    )
    return Section((*_read(info, _PARAMETERS), *search_paths, *_read(info, _MORE_PARAMETERS)))


def _describe_collectors(info: ClusterInfo) -> Mapping[str, object]:
    intervals = info["data_collector_interval"]
    return {
        name: {"active": is_active, "interval": f"{intervals[name] / 1e6:.3f}s"}
        for name, is_active in info["enabled_data_collectors"].items()
    }
