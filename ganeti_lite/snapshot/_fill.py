"""Fill rules: how default parameters and an object's own ones make the parameters in force.

One step of filling is a copy of the defaults overwritten by the more specific level; nothing is merged deeper,
except where a rule says so. Typed families come out in their declared order, free ones sorted by name.
Source: what Ganeti 3.0's query daemon answers.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from ._cluster_values import Cluster
from ._values import (
    BE_PARAMETERS,
    EMPTY,
    IPOLICY_PARAMETERS,
    ISPEC_PARAMETERS,
    ND_PARAMETERS,
    NIC_PARAMETERS,
    Instance,
    Json,
    Node,
    NodeGroup,
    Params,
)

GLOBAL_HV_PARAMETERS: Final = frozenset({"migration_bandwidth", "migration_mode", "migration_port", "xen_cmd"})
"""Hypervisor parameters that make sense for the whole cluster only; an instance's ``hvparams`` leaves them out."""


def fill_typed(names: Iterable[str], *levels: Params) -> Params:
    """The parameters *names* in this order, each from the last of *levels* that has it; others are dropped."""
    merged = {name: value for level in levels for name, value in level.items()}
    return MappingProxyType({name: merged[name] for name in names if name in merged})


def fill_free(*levels: Params) -> Params:
    """All parameters of *levels*, later ones winning, sorted by name."""
    if not any(levels[1:]):
        return levels[0]
    merged = {name: value for level in levels for name, value in level.items()}
    return MappingProxyType(dict(sorted(merged.items())))


def fill_beparams(cluster: Cluster, own: Params) -> Params | None:
    """An instance's backend parameters; None if the cluster has no ``default`` ones."""
    default = cluster.beparams.get("default")
    return None if default is None else fill_typed(BE_PARAMETERS, default, own)


def fill_nicparams(cluster: Cluster, own: Params) -> Params | None:
    """A NIC's parameters; None if the cluster has no ``default`` ones. The group's connection is no level."""
    default = cluster.nicparams.get("default")
    return None if default is None else fill_typed(NIC_PARAMETERS, default, own)


def default_hvparams(cluster: Cluster, hypervisor: str, os: str | None) -> Params:
    """What an instance of this hypervisor and OS (full name, variant included) gets before its own parameters."""
    base = cluster.hvparams.get(hypervisor, EMPTY)
    per_os = cluster.os_hvp.get(os, {}).get(hypervisor, EMPTY) if os is not None else EMPTY
    return fill_free(base, per_os)


def without_globals(hvparams: Params) -> Params:
    """*hvparams* less :data:`GLOBAL_HV_PARAMETERS`."""
    if GLOBAL_HV_PARAMETERS.isdisjoint(hvparams):
        return hvparams
    return MappingProxyType({name: value for name, value in hvparams.items() if name not in GLOBAL_HV_PARAMETERS})


def fill_hvparams(cluster: Cluster, instance: Instance) -> Params:
    """An instance's hypervisor parameters, globals included; empty for an instance without hypervisor."""
    if instance.hypervisor is None:
        return EMPTY
    return fill_free(default_hvparams(cluster, instance.hypervisor, instance.os), instance.hvparams)


def fill_osparams(cluster: Cluster, instance: Instance) -> Params:
    """An instance's public OS parameters: the base OS's (name up to the first ``+``), then its own."""
    if instance.os is None:
        return instance.osparams
    return fill_free(cluster.osparams.get(instance.os.partition("+")[0], EMPTY), instance.osparams)


def fill_ndparams(cluster: Cluster, group: NodeGroup, node: Node | None = None) -> Params:
    """The node parameters of *group*, or of *node* in it."""
    own = EMPTY if node is None else node.ndparams
    return fill_typed(ND_PARAMETERS, cluster.ndparams, group.ndparams, own)


def fill_ipolicy(cluster: Cluster, group: NodeGroup) -> Params:
    """The instance policy of *group*: ``std`` key by key, everything else replaced as a whole."""
    filled: dict[str, Json] = dict(fill_typed(IPOLICY_PARAMETERS, cluster.ipolicy, group.ipolicy))
    ours, theirs = group.ipolicy.get("std"), cluster.ipolicy.get("std")
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        filled["std"] = fill_typed(ISPEC_PARAMETERS, theirs, ours)
    return MappingProxyType(filled)


def fill_diskparams(cluster: Cluster, group: NodeGroup) -> Mapping[str, Params]:
    """Disk parameters of *group* by template; an entry of the group replaces the cluster's for that template."""
    merged = {**cluster.diskparams, **group.diskparams}
    return MappingProxyType(dict(sorted(merged.items())))
