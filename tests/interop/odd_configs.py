"""Configurations as no generator would make them: odd names, every kind of disk and interface, gaps.

All of them are read by the real daemon, which forgives no unknown key and no missing one. Each starts from a made-up
cluster and adds objects whose identifiers follow from their names, so that a configuration is the same in each run.
"""

import copy
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ganeti_lite.simulator import ClusterShape, build_config

JsonObject = dict[str, Any]
DRBD_PORT: Final = 11000
_BORN: Final = 1_700_000_000.25

SORTING_NAMES: Final = (
    *("1a", "9", "10", "A", "B2", "_", "a", "a01", "a1", "a001", "a1-", "a1.5", "a1.10", "a1b", "a-1", "a.1", "a_1"),
    *("ab", "rack9", "rack10", "Rack1", "x" * 70, "12.34", "12.5", "007", "7"),
)
"""Names that tell a sort by natural order from others; equal keys fall back on UUIDs."""


def identifier(kind: str, name: str) -> str:
    """The UUID of the made-up object of that kind and name."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.{kind}.ganeti-lite"))


def base_config(instances: int = 12) -> JsonObject:
    """A made-up cluster of seven nodes to add to."""
    return copy.deepcopy(build_config(ClusterShape(nodes=7, instances=instances, groups=4, networks=4, seed=7)))


def primary_key(config: JsonObject, container: str, name: str) -> str:
    """The UUID of the object of that name."""
    return next(str(key) for key, entry in config[container].items() if entry["name"] == name)


def add_instance(config: JsonObject, name: str, **changes: Any) -> JsonObject:
    """Adds a diskless instance without interfaces on the master, but for ``changes``, and returns it."""
    instance = {
        "name": name,
        "primary_node": config["cluster"]["master_node"],
        "os": "noop",
        "hypervisor": "fake",
        "hvparams": {},
        "beparams": {},
        "osparams": {},
        "osparams_private": {},
        "admin_state": "down",
        "admin_state_source": "admin",
        "nics": [],
        "disks": [],
        "disks_active": False,
        "ctime": _BORN,
        "mtime": _BORN,
        "uuid": identifier("instance", name),
        "serial_no": 1,
        "tags": [],
    }
    instance |= changes
    config["instances"][instance["uuid"]] = instance
    return instance


def add_disk(config: JsonObject, instance: JsonObject, dev_type: str, logical_id: Sequence[Any], **changes: Any) -> str:
    """Adds a disk to the table and to ``instance``; returns its UUID."""
    disk = make_disk(f"{instance['name']}/{len(instance['disks'])}", dev_type, logical_id, **changes)
    config["disks"][disk["uuid"]] = disk
    instance["disks"].append(disk["uuid"])
    return str(disk["uuid"])


def make_disk(label: str, dev_type: str, logical_id: Sequence[Any], /, **changes: Any) -> JsonObject:
    """A disk of 100 MiB, but for ``changes``."""
    disk = {
        "logical_id": list(logical_id),
        "dev_type": dev_type,
        "children": [],
        "nodes": [],
        "iv_name": "disk/0",
        "size": 100,
        "mode": "rw",
        "params": {},
        "uuid": identifier("disk", label),
        "serial_no": 1,
        "ctime": _BORN,
        "mtime": _BORN,
    }
    return disk | changes


def make_nic(label: str, params: Mapping[str, str], /, **changes: Any) -> JsonObject:
    """An interface with these parameters of its own."""
    return {"mac": "aa:00:00:00:00:01", "nicparams": dict(params), "uuid": identifier("nic", label), **changes}


def odd_names() -> JsonObject:
    """Names that sort oddly, that are short for several others, or that are someone else's UUID."""
    config = base_config(instances=4)
    for name in SORTING_NAMES:
        add_instance(config, name)
        _add_like(config, "nodegroups", "storage", name)
        _add_like(config, "networks", "back", name)
        _add_like(config, "nodes", "node2.example.com", name)
    for name in ("web.a.example.com", "web.b.example.com", "web.a.example", "db", "db.example.com"):
        add_instance(config, name)
        _add_like(config, "nodes", "node3.example.com", name)
    add_instance(config, identifier("instance", "db"), tags=["named like another's UUID"])
    return config


def _add_like(config: JsonObject, container: str, model: str, name: str, **changes: Any) -> JsonObject:
    entry = copy.deepcopy(config[container][primary_key(config, container, model)])
    entry |= {"name": name, "uuid": identifier(container, name), **changes}
    config[container][entry["uuid"]] = entry
    return dict(entry)


def every_disk() -> JsonObject:
    """Each disk template, mixtures, DRBD in every arrangement, more disks than there are fields for."""
    config = base_config()
    nodes = sorted(config["nodes"])
    for template, logical_id in _LOGICAL_IDS.items():
        add_disk(config, add_instance(config, f"{template}.example.com"), template, logical_id, spindles=2, name="root")
    many = add_instance(config, "many.example.com")
    for index in range(18):
        template, logical_id = list(_LOGICAL_IDS.items())[index % len(_LOGICAL_IDS)]
        name: JsonObject = {"name": f"disk{index}"} if index % 3 == 0 else {}
        add_disk(config, many, template, logical_id, size=index * 1000, mode="ro", **name)
    _add_drbd_instances(config, nodes)
    return config


_LOGICAL_IDS: Final[Mapping[str, Sequence[Any]]] = {
    "plain": ["xenvg", "volume"],
    "file": ["loop", "/srv/ganeti/file-storage/disk"],
    "sharedfile": ["blktap2", "/srv/ganeti/shared-file-storage/disk"],
    "gluster": ["loop", "/gluster/disk"],
    "blockdev": ["manual", "/dev/disk/by-id/disk"],
    "rbd": ["rbd", "image"],
    "ext": ["provider", "volume"],
}


def _add_drbd_instances(config: JsonObject, nodes: Sequence[str]) -> None:
    """Instances whose secondaries are elsewhere than usual."""
    primary = config["cluster"]["master_node"]
    others = [node for node in nodes if node != primary]
    ends = {
        "usual": [(primary, others[0])],
        "turned": [(others[0], primary)],
        "two": [(primary, others[0]), (primary, others[1])],
        "astray": [(others[2], others[1]), (others[1], primary)],
        "itself": [(primary, primary)],
        "same": [(primary, others[0]), (others[0], primary)],
    }
    for name, disks in ends.items():
        instance = add_instance(config, f"drbd-{name}.example.com")
        for left, right in disks:
            add_disk(config, instance, "drbd", drbd_id(left, right), nodes=[left, right])
    below = add_instance(config, "drbd-below.example.com")
    child = make_disk("below", "drbd", drbd_id(others[3], others[4]))
    add_disk(config, below, "plain", ["xenvg", "top"], children=[child])


def drbd_id(left: str, right: str) -> list[Any]:
    """What makes a DRBD disk of these two nodes, at port :data:`DRBD_PORT`."""
    return [left, right, DRBD_PORT, 0, 0, "d3c3fd475fcbaf5fd177fb245ac43b71247ada38"]


def every_interface() -> JsonObject:
    """Each mode of interface with parameters of its own and without, more interfaces than there are fields for."""
    config = base_config()
    network = primary_key(config, "networks", "front")
    nics = [
        make_nic("plain", {}),
        make_nic("bridged", {"mode": "bridged", "link": "br7"}, ip="192.0.2.7", name="front"),
        make_nic("routed", {"mode": "routed"}, ip="2001:db8::7"),
        make_nic("switched", {"mode": "openvswitch", "link": "switch7", "vlan": ".7:8"}, network=network),
        make_nic("untagged", {"mode": "openvswitch", "vlan": ""}, network=network, ip="192.0.2.8"),
        make_nic("pooled", {"mode": "pool"}),
        make_nic("link", {"link": "elsewhere"}, name="elsewhere"),
        make_nic("vlan", {"vlan": "100"}),
        make_nic("ninth", {"mode": "bridged"}, ip="192.0.2.9"),
        make_nic("tenth", {}, network=network),
    ]
    add_instance(config, "interfaces.example.com", nics=nics)
    for nic in nics:
        add_instance(config, f"only-{nic['mac'][-1]}-{nic['uuid'][:8]}.example.com", nics=[nic])
    return config


def parameters() -> JsonObject:
    """Parameters at every level, and those of hypervisors and operating systems in every combination."""
    config = base_config()
    cluster = config["cluster"]
    cluster["ndparams"] |= {"oob_program": "/bin/oob", "cpu_speed": 2.0}
    cluster["beparams"]["default"] |= {"minmem": 64, "auto_balance": False}
    cluster["os_hvp"]["noop"] = {"kvm": {"acpi": False, "xen_cmd": "xl"}, "fake": {"migration_mode": "non-live"}}
    cluster["osparams"]["noop+variant"] = {"only": "for the variant"}
    cluster["osparams"]["noop"] = {"size": "10", "shared": "cluster"}
    for hypervisor in sorted(cluster["hvparams"]):
        for system in ("noop", "noop+variant", "", "unheard-of+x"):
            name = f"{hypervisor}-{system or 'none'}.example.com"
            own = {"migration_port": 4444, "kernel_path": "/boot/own", "not_a_parameter": 1.5, "acpi": True}
            instance = add_instance(config, name, hypervisor=hypervisor, os=system, osparams={"shared": "instance"})
            instance |= {"hvparams": own, "network_port": 11000 + len(name), "tags": ["b", "a", "b"]}
    _add_parameter_groups(config)
    return config


def _add_parameter_groups(config: JsonObject) -> None:
    """Groups, and a node in each, with parameters of their own."""
    spec = dict.fromkeys(("memory-size", "disk-size", "disk-count", "cpu-count", "nic-count", "spindle-use"), 3)
    overrides: Mapping[str, JsonObject] = {
        "disks": {"diskparams": {"drbd": {"metavg": "vg2"}, "ext": {}}},
        "specs": {"ipolicy": {"minmax": [{"min": spec, "max": spec}, {"min": spec, "max": spec}]}},
        "ratios": {"ipolicy": {"vcpu-ratio": 1.5, "spindle-ratio": 3.0, "disk-templates": []}},
        "partial": {"ipolicy": {"std": {"cpu-count": 2}}},
        "speed": {"ndparams": {"cpu_speed": 2.75, "ovs": True, "oob_program": ""}},
        "empty": {"networks": {}, "tags": ["z", "a", "z"], "alloc_policy": "unallocable"},
    }
    for name, changes in overrides.items():
        group = _add_like(config, "nodegroups", "default", name, **changes)
        _add_like(config, "nodes", "node2.example.com", f"{name}.example.com", group=group["uuid"], powered=False)
    _add_like(config, "nodes", "node2.example.com", "roles.example.com", offline=True, drained=True, vm_capable=False)
    _add_like(config, "nodes", "node2.example.com", "own.example.com", ndparams={"oob_program": "/o", "cpu_speed": 3})


def networks() -> JsonObject:
    """Networks with gaps: no gateway, no reservations, of unequal length, of odd size, connected in part."""
    config = base_config()
    group, other = sorted(config["nodegroups"])[:2]
    variants: Mapping[str, JsonObject] = {
        "host-bits": {"network": "10.3.0.9/29", "reservations": "01000000", "ext_reservations": "10000011"},
        "unequal": {"network": "10.4.0.0/29", "reservations": "0101", "ext_reservations": "10000001"},
        "longer": {"network": "10.4.0.0/30", "reservations": "01010101", "ext_reservations": "0001"},
        "smallest": {"network": "10.5.0.0/30", "reservations": "0000", "ext_reservations": "1001"},
        "nothing-taken": {"network": "10.6.0.0/29", "reservations": "0" * 8, "ext_reservations": "0" * 8},
        "sixth": {"network6": "2001:db8::/64", "gateway6": "2001:db8::1", "mac_prefix": "aa:bb:cc"},
    }
    for name, changes in variants.items():
        _add_like(config, "networks", "back", name, **changes)
    for name, absent in {"without-inner": "reservations", "without-outer": "ext_reservations"}.items():
        del config["networks"][_add_like(config, "networks", "back", name)["uuid"]][absent]
    bare = config["networks"][_add_like(config, "networks", "back", "bare")["uuid"]]
    for absent in ("reservations", "ext_reservations", "gateway", "gateway6", "network6", "mac_prefix"):
        bare.pop(absent, None)
    connections = config["nodegroups"][group]["networks"], config["nodegroups"][other]["networks"]
    connections[0][identifier("networks", "bare")] = {}
    connections[1][identifier("networks", "bare")] = {"mode": "openvswitch", "vlan": ""}
    connections[1][identifier("networks", "sixth")] = {"link": "br0"}
    return config


def forthcoming() -> JsonObject:
    """Instances that are only planned, from a bare reservation to a nearly complete one, and planned disks."""
    config = base_config()
    for number in range(3):
        bare = {"uuid": identifier("forthcoming", str(number)), "serial_no": number, "forthcoming": True}
        config["instances"][bare["uuid"]] = bare
    add_instance(config, "planned.example.com", forthcoming=True)
    partly = add_instance(config, "partly.example.com", forthcoming=True, tags=["planned"])
    for absent in ("os", "hypervisor", "admin_state", "disks_active", "primary_node", "ctime", "mtime"):
        del partly[absent]
    homeless = add_instance(config, "nameless.example.com", forthcoming=True, beparams={"maxmem": 256})
    del homeless["name"]
    return config


def dangling() -> JsonObject:
    """References to objects that are gone, as far as the real daemon can still answer."""
    config = base_config()
    nowhere = identifier("nowhere", "")
    add_instance(config, "homeless.example.com", primary_node=nowhere)
    stripped = add_instance(config, "diskless-by-accident.example.com")
    add_disk(config, stripped, "plain", ["xenvg", "left"])
    stripped["disks"].append(nowhere)
    half = add_instance(config, "half-gone.example.com")
    add_disk(config, half, "drbd", drbd_id(config["cluster"]["master_node"], nowhere))
    _add_like(config, "nodes", "node2.example.com", "groupless.example.com", group=nowhere)
    add_instance(config, "far.example.com", primary_node=identifier("nodes", "groupless.example.com"))
    away = add_instance(config, "away.example.com")
    add_disk(config, away, "drbd", drbd_id(away["primary_node"], identifier("nodes", "groupless.example.com")))
    config["nodegroups"][min(config["nodegroups"])]["networks"][nowhere] = {"mode": "routed"}
    return config


def bare() -> JsonObject:
    """A cluster of one node and nothing else."""
    return copy.deepcopy(build_config(ClusterShape(nodes=1, instances=0, groups=1, networks=0, seed=3)))
