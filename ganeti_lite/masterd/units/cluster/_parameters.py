"""The cluster's default parameters after a change: backend, nodes, NICs, disks, policy, states."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from attrs import evolve

from ganeti_lite.errors import ConfigurationError, OpPrereqError
from ganeti_lite.masterd.units._diskparams import check_access, check_cluster_access, merge_diskparams
from ganeti_lite.masterd.units._effects import Effects, warning
from ganeti_lite.masterd.units._groups import list_instances
from ganeti_lite.masterd.units._ipolicy import check_enabled_templates, merge_ipolicy
from ganeti_lite.masterd.units._ipolicy_violations import list_new_violators
from ganeti_lite.masterd.units._nicparams import find_nic_problem
from ganeti_lite.masterd.units._parameters import BE_TYPES, ND_TYPES, NIC_TYPES, enforce_types, freeze_params
from ganeti_lite.masterd.units._states import (
    DISK_STATE_DEFAULTS,
    HV_STATE_DEFAULTS,
    merge_disk_state,
    merge_hv_state,
)
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import EMPTY, Cluster, ClusterSnapshot, Params, fill_ipolicy, nice_key

from ._storage import Templates


def merge_parameters(order: Order, templates: Templates, snapshot: ClusterSnapshot) -> Effects[dict[str, Any]]:
    """The attributes of the cluster that change.

    :raises OpPrereqError, TypeEnforcementError, ConfigurationError: a parameter or value cannot be.
    """
    cluster = snapshot.cluster
    changed: dict[str, Any] = {}
    if order["beparams"]:
        given = enforce_types(_split_memory(order["beparams"]), BE_TYPES)
        changed["beparams"] = _with_default(cluster.beparams, given)
    if order["ndparams"]:
        changed["ndparams"] = _merged(cluster.ndparams, freeze_params(order["ndparams"], ND_TYPES))
    changed.update(_merge_states(order, cluster))
    if order["ipolicy"]:
        changed["ipolicy"] = yield from _merge_policy(order, templates, snapshot)
    else:
        check_enabled_templates(cluster.ipolicy, templates.after)
    if order["nicparams"]:
        given = enforce_types(order["nicparams"], NIC_TYPES)
        changed["nicparams"] = _with_default(cluster.nicparams, given)
        _check_nics(changed["nicparams"]["default"], snapshot)
    if order["diskparams"]:
        changed["diskparams"] = merge_diskparams(cluster.diskparams, order["diskparams"])
        if "drbd" in order["diskparams"]:
            yield from _warn_of_drbd()
        check_cluster_access(changed["diskparams"])
        check_access(changed["diskparams"], snapshot.instances.ordered, snapshot)
    return changed


def _merge_states(order: Order, cluster: Cluster) -> Iterator[tuple[str, Params]]:
    if order["hv_state"]:
        yield "hv_state_static", merge_hv_state(cluster.hv_state_static, order["hv_state"], HV_STATE_DEFAULTS)
    if order["disk_state"]:
        after = merge_disk_state(cluster.disk_state_static, order["disk_state"], DISK_STATE_DEFAULTS)
        yield "disk_state_static", after


def _warn_of_drbd() -> Effects[None]:
    yield warning("Changing DRBD parameters only affects devices created in the future, not existing ones")
    yield warning("You need to shutdown and start (not reboot!) existing instances to adopt the changes")
    text = "Alternatively you can swap the secondary node by running `gnt-instance replace-disks --new-secondary"
    yield warning(f"{text} $instance`")


def _merged(own: Params, given: Mapping[str, Any]) -> Params:
    return MappingProxyType({**own, **given})


def _with_default(own: Mapping[str, Params], given: Mapping[str, Any]) -> Mapping[str, Params]:
    return MappingProxyType({**own, "default": _merged(own.get("default", EMPTY), given)})


def _split_memory(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Memory of one size is both the least and the most."""
    others = {name: value for name, value in given.items() if name != "memory"}
    return {**others, "minmem": given["memory"], "maxmem": given["memory"]} if "memory" in given else others


def _merge_policy(order: Order, templates: Templates, snapshot: ClusterSnapshot) -> Effects[Params]:
    """The new policy; instances that it does not let through any more are told."""
    cluster = snapshot.cluster
    policy = merge_ipolicy(cluster.ipolicy, order["ipolicy"], is_group=False)
    check_enabled_templates(policy, templates.after)
    after: Cluster = evolve(cluster, ipolicy=policy)
    names: set[str] = set()
    for group in snapshot.nodegroups.values():
        old, new = fill_ipolicy(cluster, group), fill_ipolicy(after, group)
        names.update(list_new_violators(old, new, list_instances(group, snapshot), snapshot))
    if names:
        listed = ", ".join(sorted(names, key=nice_key))
        yield warning(f"After the ipolicy change the following instances violate them: {listed}")
    return policy


def _check_nics(default: Params, snapshot: ClusterSnapshot) -> None:
    """Raise an error unless all NICs can do with the new defaults."""
    if (problem := find_nic_problem(default)) is not None:
        raise ConfigurationError(problem)
    if errors := list(_list_wrong_nics(default, snapshot)):
        raise OpPrereqError("\n".join(["Cannot apply the change, errors:", *errors]))


def _list_wrong_nics(default: Params, snapshot: ClusterSnapshot) -> Iterator[str]:
    for instance in snapshot.instances.ordered:
        for index, nic in enumerate(instance.nics):
            filled = _merged(default, nic.nicparams)
            place = f"Instance {instance.name}, nic/{index}: "
            if (problem := find_nic_problem(filled)) is not None:
                yield place + problem
            if filled.get("mode") == "routed" and not nic.ip:
                yield place + "routed NIC with no ip address"
