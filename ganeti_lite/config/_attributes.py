"""Which hook structures which attribute, where its type alone does not tell."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, get_args

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

from ._containers import (
    level_of,
    list_of,
    map_of,
    pair_of,
    structure_free,
    structure_json,
    structure_tags,
    structure_texts,
)
from ._scalars import (
    Hook,
    choice_of,
    intern_text,
    structure_flag,
    structure_integer,
    structure_number,
    structure_size,
    structure_text,
)

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


ATTRIBUTE_HOOKS: Final[Mapping[type, Mapping[str, Hook]]] = {
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
        "uid_pool": list_of(pair_of(structure_integer)),
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
"""Hooks by class and attribute name."""
