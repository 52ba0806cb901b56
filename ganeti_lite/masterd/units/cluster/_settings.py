"""The cluster's plain settings after a change: numbers, words, flags, pools of user IDs, data collectors."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from ganeti_lite.config import freeze
from ganeti_lite.errors import OpExecError, OpPrereqError
from ganeti_lite.masterd.units._answers import URGENT
from ganeti_lite.masterd.units._effects import CallNodes, Effects
from ganeti_lite.masterd.units._hv_syntax import is_image
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import Cluster, ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcSuccess

_PLAIN: Final = [
    "candidate_pool_size",
    "max_running_jobs",
    "max_tracked_jobs",
    "maintain_node_health",
    "modify_etc_hosts",
    "prealloc_wipe_disks",
    "default_iallocator",
    "default_iallocator_params",
    "reserved_lvs",
    "use_external_mip_script",
    "enabled_user_shutdown",
    "zeroing_image",
]
"""What is set to the value that is given."""

_UNLESS_EMPTY: Final = ("mac_prefix", "master_netdev", "master_netmask", "install_image")
"""What is set, too, but cannot be unset."""

_TOOL: Final = re.compile(r"[-_a-zA-Z0-9]+", re.ASCII)
_HIGHEST_UID: Final = 4294967295
_ADDRESS_BITS: Final = {2: 32, 10: 128}
"""By family of addresses."""

_ALLOCATORS: Final = ("/usr/local/lib/ganeti/iallocators", "/usr/lib/ganeti/iallocators")


def check_arguments(order: Order, cluster: Cluster) -> None:
    """Raise OpPrereqError if an argument cannot be meant, whatever the cluster is like."""
    for name in ("uid_pool", "add_uids", "remove_uids"):
        _check_uids(order[name] or ())
    netmask = order["master_netmask"]
    if netmask is not None and not 0 < netmask <= _ADDRESS_BITS.get(cluster.primary_ip_family, 0):
        raise OpPrereqError(f"CIDR netmask ({netmask}) not valid")
    for name, word in (("install_image", "Install"), ("zeroing_image", "Zeroing")):
        if order[name] is not None and not is_image(order[name]):
            raise OpPrereqError(f"{word} image must be an absolute path or a URL", None)
    if order["compression_tools"]:
        _check_tools(order["compression_tools"])


def _check_uids(ranges: Iterable[tuple[int, int]]) -> None:
    for lower, higher in ranges:
        if lower > higher:
            text = f"Lower user-id range boundary value ({lower}) is larger than higher boundary value ({higher})"
            raise OpPrereqError(text)
        if lower < 0:
            text = f"Lower user-id range boundary value ({lower}) is smaller than UIDPOOL_UID_MIN (0)."
            raise OpPrereqError(text)
        if higher > _HIGHEST_UID:
            text = f"Higher user-id boundary value ({higher}) is larger than UIDPOOL_UID_MAX ({_HIGHEST_UID})."
            raise OpPrereqError(text)


def _check_tools(tools: list[str]) -> None:
    if wrong := [tool for tool in tools if not _TOOL.fullmatch(tool)]:
        text = f"The tools '{', '.join(wrong)}' contain illegal characters: only alphanumeric values, dashes,"
        raise OpPrereqError(f"{text} and underscores are allowed")
    if "gzip" not in tools:
        text = "For compatibility reasons, the gzip utility must be present among the compression tools"
        raise OpPrereqError(text)
    if "none" in tools:
        text = "none is a reserved value used for no compression, and cannot be used as the name of a tool"
        raise OpPrereqError(text)


def check_allocator(order: Order, snapshot: ClusterSnapshot) -> Effects[None]:
    """Fail unless the master has the script that is to place instances.

    :raises OpPrereqError: it has not.
    """
    name = order["default_iallocator"]
    if not name:
        return
    master = snapshot.cluster.master_node
    for folder in _ALLOCATORS if "/" not in name else ():
        results = yield CallNodes("get_file_info", {master: [f"{folder}/{name}"]}, URGENT)
        match results[master]:
            case RpcSuccess([True, _]):
                return
            case _:
                continue
    raise OpPrereqError(f"Invalid default iallocator script '{name}' specified")


def merge_settings(order: Order, cluster: Cluster) -> dict[str, Any]:
    """The attributes of the cluster that change.

    :raises OpPrereqError: user IDs that are to go are not in the pool.
    :raises OpExecError: there is no such data collector.
    """
    changed: dict[str, Any] = {name: freeze(order[name]) for name in _PLAIN if order[name] is not None}
    changed.update({name: order[name] for name in _UNLESS_EMPTY if order[name]})
    if order["add_uids"] is not None or order["remove_uids"] is not None or order["uid_pool"] is not None:
        changed["uid_pool"] = _merge_uids(order, cluster.uid_pool)
    if order["enabled_data_collectors"] is not None or order["data_collector_interval"]:
        changed["data_collectors"] = _merge_collectors(order, cluster)
    return changed


def _merge_uids(order: Order, own: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    added = [pair for pair in dict.fromkeys(_pairs(order["add_uids"])) if pair not in own]
    pool = list(own) if order["add_uids"] is None else sorted([*own, *added])
    for pair in _pairs(order["remove_uids"]):
        if pair not in pool:
            text = f"User-id range to be removed is not found in the current user-id pool: {list(pair)}"
            raise OpPrereqError(text)
        pool.remove(pair)
    return tuple(pool if order["uid_pool"] is None else _pairs(order["uid_pool"]))


def _pairs(ranges: Iterable[Iterable[int]] | None) -> list[tuple[int, int]]:
    return [(lower, higher) for lower, higher in ranges or ()]


def _merge_collectors(order: Order, cluster: Cluster) -> Mapping[str, Any]:
    merged = {name: dict(settings) for name, settings in cluster.data_collectors.items()}
    for parameter, member in (("enabled_data_collectors", "active"), ("data_collector_interval", "interval")):
        for name, value in (order[parameter] or {}).items():
            if name not in merged:
                raise OpExecError(f"'{name}'")
            merged[name][member] = value
    return MappingProxyType({name: MappingProxyType(settings) for name, settings in merged.items()})
