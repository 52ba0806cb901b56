"""Decoded JSON objects → values of :mod:`ganeti_lite.snapshot`, by cattrs.

One table says which hook structures which attribute where its type alone does not tell. A key that a class does not
have is no fault: it is kept under ``unknown``. A null stands for a key that is absent.
"""

from collections.abc import Callable, Mapping
from functools import partial
from operator import eq
from types import MappingProxyType
from typing import Any, Final, TypeVar, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, override

from ganeti_lite.snapshot import (
    HYPERVISORS,
    AdminState,
    AllocPolicy,
    Cluster,
    Disk,
    DiskTemplate,
    FilterRule,
    Instance,
    Network,
    Nic,
    Node,
    NodeGroup,
    Params,
)

from ._faults import Fault, list_faults
from ._scalars import (
    Hook,
    choice_of,
    describe,
    intern_text,
    level_of,
    list_of,
    map_of,
    structure_flag,
    structure_free,
    structure_integer,
    structure_json,
    structure_number,
    structure_size,
    structure_tags,
    structure_text,
    structure_texts,
)

T = TypeVar("T")
Object = dict[str, Any]

_BEPARAMS: Final = level_of(
    {
        "minmem": structure_size,
        "maxmem": structure_size,
        "vcpus": structure_integer,
        "auto_balance": structure_flag,
        "always_failover": structure_flag,
        "spindle_use": structure_integer,
    }
)
_NICPARAMS: Final = level_of({"mode": intern_text, "link": intern_text, "vlan": intern_text})
_NDPARAMS: Final = level_of(
    {
        "oob_program": structure_text,
        "spindle_count": structure_integer,
        "exclusive_storage": structure_flag,
        "ovs": structure_flag,
        "ovs_name": structure_text,
        "ovs_link": structure_text,
        "ssh_port": structure_integer,
        "cpu_speed": structure_number,
    }
)
_ISPEC: Final = level_of(
    dict.fromkeys(
        ("memory-size", "disk-size", "disk-count", "cpu-count", "nic-count", "spindle-use"), structure_integer
    )
)
_BOUNDS: Final = level_of({"min": _ISPEC, "max": _ISPEC})


_JSON_LIST: Final = list_of(structure_json)
_IPOLICY: Final = level_of(
    {
        "minmax": list_of(_BOUNDS),
        "std": _ISPEC,
        "spindle-ratio": structure_number,
        "vcpu-ratio": structure_number,
        "disk-templates": structure_texts,
    }
)


def _structure_hvparams(value: Any, _: Any) -> Mapping[str, Params]:
    """Parameters by hypervisor, in the order in which they are answered; unheard-of hypervisors come last."""
    levels = map_of(structure_free)(value, _)
    known = {name: levels[name] for name in HYPERVISORS if name in levels}
    return MappingProxyType({**known, **levels})


_ATTRIBUTE_HOOKS: Final[Mapping[type, Mapping[str, Hook]]] = {
    Cluster: {
        "hvparams": _structure_hvparams,
        "beparams": map_of(_BEPARAMS),
        "nicparams": map_of(_NICPARAMS),
        "ndparams": _NDPARAMS,
        "ipolicy": _IPOLICY,
        "diskparams": map_of(structure_free),
        "os_hvp": map_of(map_of(structure_free)),
        "osparams": map_of(structure_free),
        "osparams_private_cluster": map_of(structure_free),
        "data_collectors": map_of(structure_free),
        "tcpudp_port_pool": list_of(structure_integer),
        "uid_pool": list_of(list_of(structure_integer)),
        "tags": structure_tags,
    },
    Node: {"group": intern_text, "ndparams": _NDPARAMS, "tags": structure_tags},
    NodeGroup: {
        "alloc_policy": choice_of(get_args(AllocPolicy)),
        "ndparams": _NDPARAMS,
        "ipolicy": _IPOLICY,
        "diskparams": map_of(structure_free),
        "networks": map_of(_NICPARAMS),
        "tags": structure_tags,
    },
    Instance: {
        "primary_node": intern_text,
        "os": intern_text,
        "hypervisor": intern_text,
        "beparams": _BEPARAMS,
        "admin_state": choice_of(get_args(AdminState)),
        "admin_state_source": choice_of(("admin", "user")),
        "tags": structure_tags,
    },
    Nic: {"nicparams": _NICPARAMS, "network": intern_text},
    Disk: {"dev_type": choice_of(get_args(DiskTemplate)), "logical_id": _JSON_LIST, "mode": intern_text},
    Network: {"tags": structure_tags},
    FilterRule: {"predicates": _JSON_LIST, "action": structure_json, "reason_trail": _JSON_LIST},
}

_LEAF_HOOKS: Final[Mapping[type, Hook]] = {
    str: structure_text,
    int: structure_integer,
    float: structure_number,
    bool: structure_flag,
}

_REQUIRED_UNLESS_FORTHCOMING: Final[Mapping[type, tuple[str, ...]]] = {
    Instance: ("name", "primary_node", "os", "hypervisor", "admin_state"),
    Disk: ("dev_type", "logical_id", "size"),
}


def _complete_instance(value: Object) -> Object:
    """What older writers leave out of an instance, as Ganeti fills it in."""
    if value.get("forthcoming"):
        return value
    return {"admin_state_source": "admin", "disks_active": value.get("admin_state") == "up", **value}


_COMPLETIONS: Final[Mapping[type, Callable[[Object], Object]]] = {Instance: _complete_instance}


def _find_missing(cls: type, value: Object) -> str | None:
    if value.get("forthcoming"):
        return None
    return next((name for name in _REQUIRED_UNLESS_FORTHCOMING.get(cls, ()) if value.get(name) is None), None)


def _object_hook(cls: type[T], converter: Converter) -> Hook:
    """The hook that structures a JSON object as *cls*."""
    hooks = {name: override(struct_hook=hook) for name, hook in _ATTRIBUTE_HOOKS[cls].items()}
    build = make_dict_structure_fn(cls, converter, _cattrs_detailed_validation="from_converter", **hooks)  # type: ignore[arg-type]  # cattrs' stub takes overrides only
    known = frozenset(attribute.name for attribute in attrs.fields(cls)) - {"unknown"}  # type: ignore[arg-type]  # attrs classes only
    complete = _COMPLETIONS.get(cls)

    def structure_object(value: Any, _: Any) -> T:
        if type(value) is not dict:
            raise ValueError(f"expected an object, got {describe(value)}")
        if None in value.values():
            value = {name: item for name, item in value.items() if item is not None}
        if not value.keys() <= known:
            others = {name: value[name] for name in value.keys() - known}
            value = {name: item for name, item in value.items() if name in known} | {"unknown": others}
        if (missing := _find_missing(cls, value)) is not None:
            raise KeyError(missing)
        return build(complete(value) if complete else value, cls)

    return structure_object


def _is_mapping(target: object) -> bool:
    origin: object = get_origin(target)
    return origin is Mapping


def _make_converter(*, detailed: bool) -> Converter:
    converter = Converter(detailed_validation=detailed)
    for leaf, hook in _LEAF_HOOKS.items():
        converter.register_structure_hook(leaf, hook)
    converter.register_structure_hook_func(partial(eq, tuple[str, ...]), structure_texts)
    converter.register_structure_hook_func(_is_mapping, structure_free)
    for cls in (Nic, Disk, Cluster, Node, NodeGroup, Instance, Network, FilterRule):
        converter.register_structure_hook(cls, _object_hook(cls, converter))
    return converter


_FAST: Final = _make_converter(detailed=False)
_DETAILED: Final = _make_converter(detailed=True)


def structure(cls: type[T], value: object) -> T:
    """*value* as a *cls*; raises whatever the first fault raises (see :func:`explain`)."""
    return _FAST.structure(value, cls)


def explain(cls: type[object], value: object, path: tuple[str, ...]) -> list[Fault]:
    """Every fault of a *value* that :func:`structure` refused; *path* is the object's own place."""
    try:
        _DETAILED.structure(value, cls)
    except Exception as error:  # any exception of a hook is a fault of the file
        return list(list_faults(error, path))
    raise AssertionError(f"{'/'.join(path)} was refused once and is accepted now")
