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


def _merge(own: Params, changes: Mapping[str, Any], types: Mapping[str, Convert]) -> Params:
    merged = {}
    for name, values in changes.items():
        after = override(_level(own, name), values)
        merged[name] = MappingProxyType(enforce_types(after, types))
    return MappingProxyType({**own, **merged})


def _level(levels: Params, name: str) -> Params:
    return cast(Params, levels.get(name, EMPTY))
