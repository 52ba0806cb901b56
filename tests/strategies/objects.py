"""What the objects of a configuration can look like: smallest members of each table, and changes to each key.

The values come from small pools, so that names tie or begin with one another, addresses occur twice and references
lead to the same object, or nowhere.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

JsonObject: TypeAlias = dict[str, Any]
Changes: TypeAlias = st.SearchStrategy[JsonObject]
"""New values by key; None for a key that is to go."""

TABLES: Final = ("nodes", "nodegroups", "instances", "networks", "disks", "filters")
MISSING_UUID: Final = "ffffffff-0000-4000-8000-000000000000"
"""No object has it; references to it lead nowhere."""

NAMES: Final = st.sampled_from(
    ("web1.example.com", "web01.example.com", "web10.example.com", "web1", "web", "db.example.com", "db", "ä", "")
)
_TAGS: Final = st.lists(st.sampled_from(("web", "prod", "ö")), max_size=3)
_NICPARAMS: Final = st.fixed_dictionaries(
    {},
    optional={
        "mode": st.sampled_from(("bridged", "routed", "openvswitch")),
        "link": st.sampled_from(("br0", "br1")),
        "vlan": st.sampled_from(("", ".7")),
    },
)
_NDPARAMS: Final = st.fixed_dictionaries(
    {},
    optional={
        "oob_program": st.sampled_from(("", "/sbin/oob")),
        "spindle_count": st.integers(1, 3),
        "cpu_speed": st.sampled_from((1, 1.5)),
    },
)
_BEPARAMS: Final = st.fixed_dictionaries(
    {},
    optional={"minmem": st.integers(1, 3), "maxmem": st.sampled_from((4, "1G")), "vcpus": st.integers(1, 3)},
)
_HVPARAMS: Final = st.dictionaries(
    st.sampled_from(("acpi", "boot_order", "kernel_path", "migration_port")), st.sampled_from((True, 1, "x", None))
)
_ISPEC: Final = st.fixed_dictionaries({}, optional={"memory-size": st.integers(1, 3), "disk-count": st.integers(0, 2)})
_IPOLICY: Final = st.fixed_dictionaries(
    {}, optional={"std": _ISPEC, "vcpu-ratio": st.sampled_from((2, 2.5)), "disk-templates": st.just(["plain"])}
)
_DISKPARAMS: Final = st.dictionaries(st.sampled_from(("drbd", "plain")), st.just({"stripes": 2}))
_HYPERVISORS: Final = st.sampled_from(("kvm", "xen-pvm", "fake"))
_SYSTEMS: Final = st.sampled_from(("noop", "image", "image+small"))
_OSPARAMS: Final = st.dictionaries(st.sampled_from(("dhcp", "mirror")), st.sampled_from(("yes", "no")), max_size=2)
_FLAGS: Final = st.booleans()


def references(config: JsonObject, table: str) -> st.SearchStrategy[str]:
    """UUIDs of that table's members, and one that is nobody's."""
    return st.sampled_from([*config[table], MISSING_UUID])


def _nics(config: JsonObject) -> Changes:
    nic = st.fixed_dictionaries(
        {
            "mac": st.sampled_from(("aa:00:00:00:00:01", "aa:00:00:00:00:02", "aa:00:00:00:00:03")),
            "uuid": st.sampled_from(("nic-1", "nic-2")),
            "nicparams": _NICPARAMS,
        },
        optional={
            "ip": st.sampled_from(("192.0.2.1", "192.0.2.2", None)),
            "name": st.sampled_from(("eth0", None)),
            "network": references(config, "networks"),
            "colour": st.just("red"),
        },
    )
    return st.fixed_dictionaries({"nics": st.lists(nic, max_size=3)})


def _connections(config: JsonObject) -> Changes:
    return st.fixed_dictionaries({"networks": st.dictionaries(references(config, "networks"), _NICPARAMS, max_size=3)})


def _drbd(config: JsonObject) -> Changes:
    """A DRBD disk; both ends may be the same node, and one of its children may be DRBD again."""
    nodes = references(config, "nodes")
    logical_id = st.tuples(nodes, nodes, st.just(11000), st.just(0), st.just(1), st.just("secret"))
    child = st.fixed_dictionaries(
        {
            "uuid": st.just("child"),
            "dev_type": st.sampled_from(("plain", "drbd")),
            "logical_id": logical_id,
            "size": st.just(1),
        }
    )
    return st.fixed_dictionaries(
        {"dev_type": st.just("drbd"), "logical_id": logical_id, "children": st.lists(child, max_size=2)}
    )


def _always(changes: Changes) -> Callable[[JsonObject], Changes]:
    """The same changes, whatever the configuration holds."""
    return lambda _: changes


def _keys(**values: st.SearchStrategy[Any]) -> list[Callable[[JsonObject], Changes]]:
    """Changes of one key each."""
    return [_always(st.fixed_dictionaries({key: value})) for key, value in values.items()]


def _reference(key: str, table: str) -> Callable[[JsonObject], Changes]:
    return lambda config: st.fixed_dictionaries({key: references(config, table)})


def _references(key: str, table: str) -> Callable[[JsonObject], Changes]:
    return lambda config: st.fixed_dictionaries({key: st.lists(references(config, table), max_size=3)})


CHANGES: Final[Mapping[str, Sequence[Callable[[JsonObject], Changes]]]] = {
    "nodes": (
        *_keys(name=NAMES, primary_ip=st.sampled_from(("192.0.2.11", "192.0.2.12")), ndparams=_NDPARAMS, tags=_TAGS),
        *_keys(master_candidate=_FLAGS, offline=_FLAGS, drained=_FLAGS, powered=_FLAGS, colour=st.just("red")),
        _reference("group", "nodegroups"),
    ),
    "nodegroups": (
        *_keys(name=NAMES, ndparams=_NDPARAMS, ipolicy=_IPOLICY, diskparams=_DISKPARAMS, tags=_TAGS),
        *_keys(alloc_policy=st.sampled_from(("preferred", "last_resort")), ctime=st.sampled_from((0, 1.5))),
        _connections,
    ),
    "instances": (
        *_keys(name=NAMES, os=_SYSTEMS, hypervisor=_HYPERVISORS, hvparams=_HVPARAMS, beparams=_BEPARAMS, tags=_TAGS),
        *_keys(
            osparams=_OSPARAMS, admin_state=st.sampled_from(("up", "down")), network_port=st.none(), colour=st.just(1)
        ),
        _always(st.just({"forthcoming": True, "name": None, "primary_node": None})),
        _reference("primary_node", "nodes"),
        _references("disks", "disks"),
        *[_nics] * 2,
    ),
    "networks": (
        *_keys(name=NAMES, network=st.sampled_from(("192.0.2.0/29", "192.0.2.1/29", "nonsense")), tags=_TAGS),
        *_keys(reservations=st.sampled_from(("01000000", None)), ext_reservations=st.sampled_from(("1000", None))),
        *_keys(gateway=st.sampled_from(("192.0.2.1", None)), mac_prefix=st.sampled_from(("aa:00:01", None))),
    ),
    "disks": (
        *_keys(size=st.integers(0, 3), name=st.sampled_from(("root", None)), mode=st.sampled_from(("rw", "ro"))),
        *_keys(spindles=st.sampled_from((2, None)), dev_type=st.sampled_from(("plain", "file")), colour=st.just([1])),
        _references("nodes", "nodes"),
        *[_drbd] * 3,
    ),
    "filters": _keys(priority=st.integers(0, 3), watermark=st.integers(0, 3), action=st.just("PAUSE")),
}
"""For each table, the ways in which a member can change; each takes the configuration that it is part of.

The ways that have most to them stand there several times.
"""

CLUSTER_CHANGES: Final[Sequence[Callable[[JsonObject], Changes]]] = (
    *_keys(
        hvparams=st.dictionaries(_HYPERVISORS, _HVPARAMS),
        os_hvp=st.dictionaries(_SYSTEMS, st.dictionaries(_HYPERVISORS, _HVPARAMS)),
        osparams=st.dictionaries(_SYSTEMS, _OSPARAMS),
        beparams=st.dictionaries(st.just("default"), _BEPARAMS),
        nicparams=st.dictionaries(st.just("default"), _NICPARAMS),
        ndparams=_NDPARAMS,
        ipolicy=_IPOLICY,
        diskparams=_DISKPARAMS,
        tags=_TAGS,
        colour=st.just({"a": 1}),
    ),
    _reference("master_node", "nodes"),
)
"""The ways in which the cluster object can change."""


def smallest(table: str, uuid: str, config: JsonObject) -> JsonObject:
    """A member of *table* with little more than what must be there; an instance or a disk is a forthcoming one."""
    common = {"uuid": uuid, "serial_no": 1}
    match table:
        case "nodes":
            group = next(iter(config["nodegroups"]), MISSING_UUID)
            return {**common, "name": "new", "primary_ip": "192.0.2.9", "secondary_ip": "192.0.2.9", "group": group}
        case "nodegroups":
            return {**common, "name": "new"}
        case "networks":
            return {**common, "name": "new", "network": "198.51.100.0/29"}
        case "filters":
            return {"uuid": uuid, "watermark": 0, "priority": 0, "predicates": [], "action": "ACCEPT"}
        case _:
            return {**common, "forthcoming": True}
