"""The cluster object of any 2.x with what it lacks: Ganeti 3.0 fills it in when it loads such a file."""

from collections.abc import Mapping
from functools import partial
from operator import or_
from typing import Any, Final

from ganeti_lite.default_parameters import (
    BEPARAMS,
    DATA_COLLECTION_INTERVAL,
    DATA_COLLECTORS,
    DISK_TEMPLATES,
    DISKPARAMS,
    HVPARAMS,
    LARGEST_ISPEC,
    NDPARAMS,
    NICPARAMS,
    SMALLEST_ISPEC,
    SPINDLE_RATIO,
    VCPU_RATIO,
)

from ._tree import Object, changed, filled, items_of, members_of, without

_IPV6: Final = 10
_DRBD_HELPER: Final = "/bin/true"
_SECTIONS: Final = ("hvparams", "ndparams", "beparams", "nicparams", "diskparams", "ipolicy", "data_collectors")
_COLLECTOR: Final[Mapping[str, Any]] = {"active": True, "interval": DATA_COLLECTION_INTERVAL}
_STANDARD: Final[Mapping[str, Any]] = {
    "std": dict(SMALLEST_ISPEC),
    "spindle-ratio": SPINDLE_RATIO,
    "vcpu-ratio": VCPU_RATIO,
    "disk-templates": list(DISK_TEMPLATES),
}


def complete_cluster(config: Object) -> Object:
    """*config* with all parameters, policies and disk templates of the cluster; what it has stays as it is."""
    config = changed(config, "cluster", _replace_old_keys)
    config = changed(config, "cluster", filled({name: {} for name in _SECTIONS}))
    config = changed(config, "cluster", _complete_network)
    config = changed(config, "cluster/ndparams", filled(NDPARAMS))
    config = changed(config, "cluster/data_collectors", filled({name: dict(_COLLECTOR) for name in DATA_COLLECTORS}))
    config = _complete_groups(config, "hvparams", HVPARAMS)
    config = _complete_groups(config, "diskparams", DISKPARAMS)
    config = changed(config, "cluster/beparams/*", split_memory)
    config = _complete_groups(config, "beparams", {"default": BEPARAMS})
    config = _complete_groups(config, "nicparams", {"default": NICPARAMS})
    return _complete_disk_templates(_complete_policy(config))


def split_memory(beparams: Object) -> Object:
    """``memory``, as very old clusters still have it, is both limits."""
    if "memory" not in beparams:
        return beparams
    rest = {key: value for key, value in beparams.items() if key != "memory"}
    return {**rest, "maxmem": beparams["memory"], "minmem": beparams["memory"]}


def _replace_old_keys(cluster: Object) -> Object:
    """The default bridge and hypervisor of clusters of 2.0, as parameter and as the first of the enabled ones."""
    bridge, first = cluster.get("default_bridge"), cluster.get("default_hypervisor")
    rest = without({"default_bridge", "default_hypervisor"})(cluster)
    if bridge is not None and not cluster.get("nicparams"):
        rest["nicparams"] = {"default": {"link": bridge}}
    if first is not None:
        others = items_of(rest.get("enabled_hypervisors"))
        rest["enabled_hypervisors"] = [first, *(each for each in others if each != first)]
    return rest


def _complete_network(cluster: Object) -> Object:
    return filled({"master_netmask": 128 if cluster.get("primary_ip_family") == _IPV6 else 32})(cluster)


def _complete_groups(config: Object, section: str, defaults: Mapping[str, Mapping[str, Any]]) -> Object:
    """A section of the cluster with all groups of parameters, and all parameters in each; a null stays one."""
    config = changed(config, f"cluster/{section}", filled({name: {} for name in defaults}))
    for name, group in defaults.items():
        config = changed(config, f"cluster/{section}/{name}", partial(or_, dict(group)))
    return config


def _complete_policy(config: Object) -> Object:
    """The policy with all its parts; limits that leave out a part get Ganeti's own for that."""
    limits = {"min": dict(SMALLEST_ISPEC), "max": dict(LARGEST_ISPEC)}
    config = changed(config, "cluster/ipolicy", filled({**_STANDARD, "minmax": [limits]}))
    config = changed(config, "cluster/ipolicy/std", filled(SMALLEST_ISPEC))
    config = _fill_limits(config, "cluster", limits)
    whole = members_of(members_of(config.get("cluster")).get("ipolicy"))
    return _fill_limits(config, "nodegroups/*", next(iter(items_of(whole.get("minmax"))), None))


def _fill_limits(config: Object, place: str, defaults: Any) -> Object:
    """*config* with all parts in each limit of the policies at *place*."""
    for side in ("min", "max"):
        default = members_of(members_of(defaults).get(side))
        config = changed(config, f"{place}/ipolicy/minmax/*/{side}", filled(default))
    return config


def _complete_disk_templates(config: Object) -> Object:
    """The enabled templates: those in use, and both of LVM's if there is a volume group; no policy allows others."""
    cluster = members_of(config.get("cluster"))
    enabled = cluster.get("enabled_disk_templates") or _find_templates(config, cluster)
    if not isinstance(enabled, list):
        return config
    completion: Object = {"drbd_usermode_helper": _DRBD_HELPER} if "drbd" in enabled else {}
    config = changed(config, "cluster", lambda own: filled(completion)({**own, "enabled_disk_templates": enabled}))
    for place in ("cluster/ipolicy", "nodegroups/*/ipolicy"):
        config = changed(config, place, lambda ipolicy: _allow_only(enabled, ipolicy))
    return config


def _find_templates(config: Object, cluster: Object) -> list[str]:
    disks, instances = members_of(config.get("disks")).values(), members_of(config.get("instances")).values()
    used = [members_of(disk).get("dev_type") for disk in disks]
    if any(not items_of(members_of(instance).get("disks")) for instance in instances):
        used.append("diskless")
    if cluster.get("volume_group_name"):
        used += ["drbd", "plain"]
    return [name for name in DISK_TEMPLATES if name in used]


def _allow_only(enabled: list[Any], ipolicy: Object) -> Object:
    allowed = ipolicy.get("disk-templates")
    if not isinstance(allowed, list):
        return ipolicy
    return {**ipolicy, "disk-templates": [name for name in allowed if name in enabled]}
