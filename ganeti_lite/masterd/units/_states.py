"""What administrators say of nodes' hypervisors and storage: ``hv_state`` and ``disk_state`` of cluster, groups, nodes.

Source: what Ganeti 3.0 takes. The value ``default`` takes an entry away.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from ganeti_lite.errors import OpPrereqError
from ganeti_lite.snapshot import EMPTY, HYPERVISORS, Params

from ._parameters import DISK_STATE_TYPES, HV_STATE_TYPES, Convert, enforce_types, override

_STORAGES: Final = frozenset({"plain"})
"""Kinds of storage that have a state."""


_HV_STATE: Final[Params] = {"mem_total": 0, "mem_hv": 0, "mem_node": 0, "cpu_total": 1, "cpu_node": 1}
_DISK_STATE: Final[Params] = {"disk_total": 0, "disk_reserved": 0, "disk_overhead": 0}
"""What the cluster has where nobody has said otherwise."""


def merge_hv_state(own: Params, changes: Mapping[str, Any] | None) -> Params:
    """The states of hypervisors after *changes*, by hypervisor.

    :raises OpPrereqError, TypeEnforcementError: these are none.
    """
    changes = changes or {}
    if wrong := sorted(changes.keys() - set(HYPERVISORS)):
        raise OpPrereqError(f"Invalid hypervisor(s) in hypervisor state: {', '.join(wrong)}")
    return _merge(own, changes, HV_STATE_TYPES)


def merge_disk_state(own: Params, changes: Mapping[str, Any] | None) -> Params:
    """The states of storage after *changes*, by kind of storage and name.

    :raises OpPrereqError, TypeEnforcementError: these are none.
    """
    changes = changes or {}
    if wrong := sorted(changes.keys() - _STORAGES):
        raise OpPrereqError(f"Invalid storage type(s) in disk state: {', '.join(wrong)}")
    merged = {kind: _merge(_level(own, kind), states, DISK_STATE_TYPES) for kind, states in changes.items()}
    return MappingProxyType({**own, **merged})


def complete_hv_state(states: Params) -> Params:
    """The cluster's, which have all entries, those that nobody has set included."""
    filled = {name: MappingProxyType({**_HV_STATE, **_level(states, name)}) for name in states}
    return MappingProxyType(filled)


def complete_disk_state(states: Params) -> Params:
    """The cluster's, which have all entries, those that nobody has set included."""
    filled = {
        kind: MappingProxyType({name: MappingProxyType({**_DISK_STATE, **_level(by_name, name)}) for name in by_name})
        for kind, by_name in ((kind, _level(states, kind)) for kind in states)
    }
    return MappingProxyType(filled)


def _merge(own: Params, changes: Mapping[str, Any], types: Mapping[str, Convert]) -> Params:
    merged = {}
    for name, values in changes.items():
        after = override(_level(own, name), values)
        merged[name] = MappingProxyType(enforce_types(after, types))
    return MappingProxyType({**own, **merged})


def _level(levels: Params, name: str) -> Params:
    return cast(Params, levels.get(name, EMPTY))
