"""The cluster's settings for guests after a change: hypervisors and their parameters, operating systems and theirs."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from attrs import evolve

from ganeti_lite.default_parameters import HVPARAMS
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.units._answers import FAST, require
from ganeti_lite.masterd.units._effects import CallNodes, Effects, Tell, info
from ganeti_lite.masterd.units._hvparams import ask_hvparams, check_hvparams, find_known
from ganeti_lite.masterd.units._parameters import DEFAULT_VALUE, HV_TYPES, enforce_types, expect_params
from ganeti_lite.masterd.units._systems import check_texts, fill_system
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import EMPTY, NO_PARAMS, ClusterSnapshot, Params

Levels: TypeAlias = Mapping[str, Params]
"""Parameters by hypervisor or operating system."""


def merge_guests(order: Order, snapshot: ClusterSnapshot) -> Effects[dict[str, Any]]:
    """The attributes of the cluster that change; the nodes are asked what they say to them.

    :raises TypeEnforcementError, HypervisorError: a parameter or value cannot be.
    :raises OpPrereqError: a list of operating systems cannot be changed so.
    :raises OpExecError: a node says so.
    """
    cluster = snapshot.cluster
    changed: dict[str, Any] = {}
    _check_lists(order)
    hvparams = _merge_hvparams(order, cluster.hvparams)
    named = dict.fromkeys([*(order["hvparams"] or {}), *(order["enabled_hypervisors"] or ())])
    if named:
        changed["hvparams"] = hvparams
    for name in named:
        yield from _check(name, hvparams[name], snapshot)
    if order["enabled_hypervisors"] is not None:
        changed["enabled_hypervisors"] = tuple(order["enabled_hypervisors"])
    if order["os_hvp"]:
        changed["os_hvp"] = yield from _check_os_hvp(_merge_os_hvp(order["os_hvp"], cluster.os_hvp), hvparams, snapshot)
    for attribute in ("osparams", "osparams_private_cluster"):
        if order[attribute] is not None:
            changed[attribute] = _merge_osparams(getattr(cluster, attribute), order[attribute])
    yield from _ask_osparams(order, changed, snapshot)
    return changed


def _check_lists(order: Order) -> None:
    for name in ("hidden_os", "blacklisted_os"):
        for what, _ in order[name] or ():
            if what not in ("add", "remove"):
                raise OpPrereqError(f"Invalid modification '{what}'")


def _check_os_hvp(
    os_hvp: Mapping[str, Levels], hvparams: Levels, snapshot: ClusterSnapshot
) -> Effects[Mapping[str, Levels]]:
    """Ask the nodes about what operating systems have on top of the cluster's parameters, which are *hvparams* then."""
    for levels in os_hvp.values():
        for name, params in levels.items():
            yield from _check(name, MappingProxyType({**hvparams.get(name, EMPTY), **params}), snapshot)
    return os_hvp


def _merge_hvparams(order: Order, own: Levels) -> Levels:
    merged = dict(own)
    for name, params in (order["hvparams"] or {}).items():
        find_known(name)
        merged[name] = MappingProxyType({**merged.get(name, EMPTY), **params})
    for name in order["enabled_hypervisors"] or ():
        merged[name] = MappingProxyType({**HVPARAMS[name], **merged.get(name, EMPTY)})
    typed = {name: MappingProxyType(enforce_types(params, HV_TYPES)) for name, params in merged.items()}
    return MappingProxyType(typed)


def _check(name: str, params: Params, snapshot: ClusterSnapshot) -> Effects[None]:
    check_hvparams(name, params)
    yield from ask_hvparams(name, params, snapshot.nodes, snapshot)


def _merge_os_hvp(given: Mapping[str, Mapping[str, Any]], own: Mapping[str, Levels]) -> Mapping[str, Levels]:
    """By operating system and hypervisor; null takes a hypervisor away, and nothing is kept of an empty one."""
    merged = dict(own)
    for system, levels in given.items():
        after = dict(merged.get(system, NO_PARAMS))
        for name, params in levels.items():
            if params is None:
                after.pop(name, None)
            else:
                after[name] = MappingProxyType(
                    enforce_types({**after.get(name, EMPTY), **expect_params(params)}, HV_TYPES)
                )
        merged[system] = MappingProxyType(after)
    return MappingProxyType({system: levels for system, levels in merged.items() if levels})


def _merge_osparams(own: Levels, given: Mapping[str, Mapping[str, Any]]) -> Levels:
    """By operating system; ``default`` and null take a parameter away, and nothing is kept of an empty one."""
    merged = dict(own)
    for system, params in given.items():
        check_texts({name: value for name, value in params.items() if value is not None})
        after = {**merged.get(system, EMPTY), **params}
        kept = {name: value for name, value in after.items() if value is not None and value != DEFAULT_VALUE}
        merged[system] = MappingProxyType(kept)
    return MappingProxyType({system: params for system, params in merged.items() if params})


def _ask_osparams(order: Order, changed: Mapping[str, Any], snapshot: ClusterSnapshot) -> Effects[None]:
    """Ask the master whether operating systems whose parameters change take them; Ganeti asks about all of them."""
    cluster = snapshot.cluster
    master = snapshot.master
    if master is None or not master.vm_capable:
        return
    levels = {name: changed[name] for name in ("osparams", "osparams_private_cluster") if name in changed}
    after = evolve(cluster, **levels)
    named = dict.fromkeys([*(order["osparams"] or {}), *(order["osparams_private_cluster"] or {})])
    for system in filter({*after.osparams, *after.osparams_private_cluster}.__contains__, named):
        arguments = [False, system, ["parameters"], fill_system(after, system), False]
        results = yield CallNodes("os_validate", {master.uuid: arguments}, FAST)
        if not require(results[master.uuid], f"OS Parameters validation failed on node {master.name}"):
            yield info(f"OS {system} not found on node {master.name}, validation skipped")


def change_list(own: tuple[str, ...], changes: Iterable[tuple[str, str]] | None, kind: str) -> Effects[tuple[str, ...]]:
    """Operating systems after *changes*, each ``add`` or ``remove`` and a name; what is so already is told."""
    names = list(own)
    for action, name in changes or ():
        if action == "add" and name in names:
            yield Tell(f"OS {name} already in {kind} OS list, ignoring")
        elif action == "add":
            names.append(name)
        elif name in names:
            names.remove(name)
        else:
            yield Tell(f"OS {name} not found in {kind} OS list, ignoring")
    return tuple(names)
