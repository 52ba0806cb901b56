"""What administrators say of nodes' hypervisors and storage: ``hv_state`` and ``disk_state`` of cluster, groups, nodes.

Source: what Ganeti 3.0 takes. The value ``default`` takes an entry away.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from ganeti_lite.errors import OpPrereqError
from ganeti_lite.snapshot import EMPTY, HYPERVISORS, Params

from ._parameters import DISK_STATE_TYPES, HV_STATE_TYPES, Convert, enforce_types, expect_params, override

_STORAGES: Final = frozenset({"plain"})
"""Kinds of storage that have a state."""


HV_STATE_DEFAULTS: Final[Params] = {"mem_total": 0, "mem_hv": 0, "mem_node": 0, "cpu_total": 1, "cpu_node": 1}
DISK_STATE_DEFAULTS: Final[Params] = {"disk_total": 0, "disk_reserved": 0, "disk_overhead": 0}
"""What the cluster, which has all entries, has where nobody has said otherwise."""


def merge_hv_state(own: Params, changes: Mapping[str, Any] | None, defaults: Params = EMPTY) -> Params:
    """The states of hypervisors after *changes*, by hypervisor.

    :param defaults: what the changed ones have besides.
    :raises OpPrereqError, TypeEnforcementError: these are none.
    """
    changes = changes or {}
    if wrong := sorted(changes.keys() - set(HYPERVISORS)):
        raise OpPrereqError(f"Invalid hypervisor(s) in hypervisor state: {', '.join(wrong)}")
    return _merge(own, changes, HV_STATE_TYPES, defaults)


def merge_disk_state(own: Params, changes: Mapping[str, Any] | None, defaults: Params = EMPTY) -> Params:
    """The states of storage after *changes*, by kind of storage and name.

    :param defaults: what the changed ones have besides.
    :raises OpPrereqError, TypeEnforcementError: these are none.
    """
    changes = changes or {}
    if wrong := sorted(changes.keys() - _STORAGES):
        raise OpPrereqError(f"Invalid storage type(s) in disk state: {', '.join(wrong)}")
    merged = {
        kind: _merge(_level(own, kind), expect_params(states), DISK_STATE_TYPES, defaults)
        for kind, states in changes.items()
    }
    return MappingProxyType({**own, **merged})


def _merge(own: Params, changes: Mapping[str, Any], types: Mapping[str, Convert], defaults: Params) -> Params:
    merged = {}
    for name, values in changes.items():
        after = {**defaults, **override(_level(own, name), expect_params(values))}
        merged[name] = MappingProxyType(enforce_types(after, types))
    return MappingProxyType({**own, **merged})


def _level(levels: Params, name: str) -> Params:
    return cast(Params, levels.get(name, EMPTY))
