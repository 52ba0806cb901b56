"""Today's configurations brought down to what a writer of an older version would have left.

A table says which keys each version brought, a function what had another shape before it. Both go from today
backwards. What is lost on the way is what the older version cannot say.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from typing import Any, Final, TypeAlias

from ganeti_lite.config.upgrades._tree import changed, changed_embedded_disks, without
from ganeti_lite.simulator import encode_config
from tests.strategies import JsonObject

Version: TypeAlias = tuple[int, int]

_EVERY_NDPARAMS: Final = ("cluster/ndparams", "nodegroups/*/ndparams", "nodes/*/ndparams")
_EVERY_NICPARAMS: Final = ("cluster/nicparams/default", "nodegroups/*/networks/*", "instances/*/nics/*/nicparams")
_DISKS: Final = "disks/*"
_EMBEDDED_DISKS: Final = "instances/*/disks/*"

NEW_KEYS: Final[Mapping[Version, Mapping[str, tuple[str, ...]]]] = {
    (2, 16): {
        "cluster": ("ssh_key_type", "ssh_key_bits"),
        "cluster/hvparams/kvm": (*("disk_discard", "kvm_pci_reservations", "scsi_controller_type", "use_guest_agent"),),
        "nodes/*": ("hv_state_static", "disk_state_static"),
        "nodegroups/*": ("hv_state_static", "disk_state_static"),
    },
    (2, 15): {"cluster/data_collectors": ("xen-cpu-avg-load",)},
    (2, 14): {
        _DISKS: ("nodes",),
        f"{_DISKS}/children/*": ("nodes", "serial_no", "ctime", "mtime"),
        "cluster/diskparams": ("gluster",),
        **{f"cluster/diskparams/{template}": ("access",) for template in ("rbd", "ext")},
        "cluster/diskparams/drbd": ("protocol",),
    },
    (2, 13): {
        "cluster": ("data_collectors",),
        "cluster/hvparams/lxc": (
            *("devices", "drop_capabilities", "extra_cgroups", "extra_config", "num_ttys", "startup_timeout"),
        ),
    },
    (2, 12): {
        "cluster": (
            *("osparams_private_cluster", "max_tracked_jobs", "install_image", "instance_communication_network"),
            *("zeroing_image", "compression_tools"),
        ),
        "instances/*": ("osparams_private",),
        **dict.fromkeys(_EVERY_NDPARAMS, ("cpu_speed",)),
        "cluster/hvparams/kvm": ("disk_aio", "migration_caps", "virtio_net_queues"),
        _DISKS: ("serial_no", "ctime", "mtime"),
    },
    (2, 11): {
        "cluster": (
            *("candidate_certs", "default_iallocator_params", "gluster_storage_dir", "max_running_jobs"),
            "enabled_user_shutdown",
        ),
        "instances/*": ("admin_state_source",),
        **dict.fromkeys(_EVERY_NDPARAMS, ("ssh_port",)),
        "cluster/hvparams/kvm": ("user_shutdown",),
        f"{_EMBEDDED_DISKS}/children/*": ("uuid",),
    },
    (2, 10): {
        **dict.fromkeys(_EVERY_NICPARAMS, ("vlan",)),
        **dict.fromkeys(_EVERY_NDPARAMS, ("ovs", "ovs_name", "ovs_link")),
        **{f"cluster/hvparams/{hypervisor}": ("cpuid",) for hypervisor in ("xen-pvm", "xen-hvm")},
    },
    (2, 9): {
        _EMBEDDED_DISKS: ("spindles",),
        **{f"cluster/hvparams/{hypervisor}": ("xen_cmd", "vif_script") for hypervisor in ("xen-pvm", "xen-hvm")},
    },
    (2, 8): {
        "cluster": ("enabled_disk_templates", "dsahostkeypub"),
        "instances/*": ("disks_active",),
        "instances/*/nics/*": ("uuid", "name"),
        _EMBEDDED_DISKS: ("uuid", "name"),
        "cluster/hvparams/xen-hvm": ("viridian",),
        "cluster/hvparams/kvm": ("vnet_hdr",),
    },
}
"""The keys that each version brought, by their place at that time."""

_NOT_KEPT: Final[Mapping[Version, Mapping[str, tuple[str, ...]]]] = {
    (2, 8): {
        "cluster/ipolicy": ("disk-templates",),
        "nodegroups/*/ipolicy": ("disk-templates", "std"),
    },
}
"""Keys that older versions had, but which an upgrade from them does not keep as they were."""

_OLD_TYPES: Final = {"plain": "lvm", "drbd": "drbd8", "sharedfile": "file"}


def _undo_2_14(config: JsonObject) -> JsonObject:
    """Instances tell their disks' template; nothing is forthcoming."""

    def tell_template(instance: JsonObject) -> JsonObject:
        types = [config["disks"][uuid]["dev_type"] for uuid in instance["disks"]]
        return {**instance, "disk_template": types[0] if types else "diskless"}

    result: JsonObject = changed(config, "instances/*", tell_template)
    return result


def _undo_2_13(config: JsonObject) -> JsonObject:
    return without({"filters"})(config)


def _undo_2_12(config: JsonObject) -> JsonObject:
    """Disks stand in their instances."""
    return without({"disks"})(inline_disks(config))


def _undo_2_10(config: JsonObject) -> JsonObject:
    """Disks tell where their node finds them; what exactly does not matter any more."""
    return changed_embedded_disks(config, lambda disk: {**disk, "physical_id": ["x", *disk["logical_id"]]})


def _undo_2_9(config: JsonObject) -> JsonObject:
    """Nodes are referred to by name, nodes and instances stand under their names, disk types have their old names."""
    names = {uuid: node["name"] for uuid, node in config["nodes"].items()}

    def refer_in(key: str) -> Callable[[JsonObject], JsonObject]:
        return lambda value: {**value, key: names.get(value[key], value[key])}

    def age(disk: JsonObject) -> JsonObject:
        ends = 2 if disk["dev_type"] == "drbd" else 0
        logical_id = [names.get(part, part) for part in disk["logical_id"][:ends]] + list(disk["logical_id"][ends:])
        return {**disk, "logical_id": logical_id, "dev_type": _OLD_TYPES.get(disk["dev_type"], disk["dev_type"])}

    config = changed(changed(config, "cluster", refer_in("master_node")), "instances/*", refer_in("primary_node"))
    config = changed_embedded_disks(config, age)
    tables = ("nodes", "instances")
    return {**config, **{table: {item["name"]: item for item in config[table].values()} for table in tables}}


def _undo_2_8(config: JsonObject) -> JsonObject:
    """Policies have one range, NICs name their network; networks have two keys that meant little."""
    names = {uuid: network["name"] for uuid, network in config["networks"].items()}

    def split_range(ipolicy: JsonObject) -> JsonObject:
        rest = without({"minmax"})(ipolicy)
        return {**rest, **ipolicy["minmax"][0]} if "minmax" in ipolicy else rest

    def refer(nic: JsonObject) -> JsonObject:
        return {**nic, "network": names.get(nic["network"], nic["network"])} if "network" in nic else nic

    for place in ("cluster/ipolicy", "nodegroups/*/ipolicy"):
        config = changed(config, place, split_range)
    config = changed(config, "networks/*", lambda network: {**network, "family": 4, "network_type": None})
    result: JsonObject = changed(config, "instances/*/nics/*", refer)
    return result


_UNDO: Final[Mapping[Version, Callable[[JsonObject], JsonObject]]] = {
    (2, 14): _undo_2_14,
    (2, 13): _undo_2_13,
    (2, 12): _undo_2_12,
    (2, 10): _undo_2_10,
    (2, 9): _undo_2_9,
    (2, 8): _undo_2_8,
}


def _versions_above(version: Version) -> Iterator[Version]:
    """Those that brought something, from the newest down."""
    return (each for each in sorted({*NEW_KEYS, *_UNDO}, reverse=True) if each > version)


def _drop(config: JsonObject, keys: Mapping[str, tuple[str, ...]]) -> JsonObject:
    return reduce(lambda tree, item: changed(tree, item[0], without(item[1])), keys.items(), config)


def bring_down(config: JsonObject, version: Version) -> JsonObject:
    """*config*, a whole one of today that an older version can say (see :func:`tidy`), as of that version."""
    for each in _versions_above(version):
        config = _drop(config, NEW_KEYS.get(each, {}))
        config = _UNDO[each](config) if each in _UNDO else config
    return {**config, "version": version[0] * 1_000_000 + version[1] * 10_000}


def erase(config: JsonObject, version: Version) -> JsonObject:
    """*config*, of today's shape, without what that version cannot say; disks stand in place of their UUIDs."""
    for each in _versions_above(version):
        for keys in (NEW_KEYS, _NOT_KEPT):
            places = {place.replace(_EMBEDDED_DISKS, _DISKS): lost for place, lost in keys.get(each, {}).items()}
            config = _drop(config, places)
    config = inline_disks(config)
    return without({"disks", "version", *({"filters"} if version < (2, 13) else ())})(config)


def inline_disks(config: JsonObject) -> JsonObject:
    """*config* with its instances' disks in place of their UUIDs."""

    def put_in(instance: JsonObject) -> JsonObject:
        return {**instance, "disks": [config["disks"][uuid] for uuid in instance["disks"]]}

    result: JsonObject = changed(config, "instances/*", put_in)
    return result


def tidy(config: JsonObject) -> JsonObject:
    """*config* without what no version before 2.14 can say.

    That is: names twice, planned objects, disks of no instance or of several, disks of an instance that are of types
    which must not be mixed, odd slot names.
    """
    config = json.loads(encode_config(config))
    config = json.loads(encode_config(config))
    config = {table: _with_own_names(table, config[table]) for table in ("nodes", "instances", "networks")} | {
        key: value for key, value in config.items() if key not in ("nodes", "instances", "networks")
    }
    disks: JsonObject = {}
    instances = {
        uuid: {**instance, "disks": list(_keep_disks(instance, config["disks"], disks))}
        for uuid, instance in config["instances"].items()
        if not instance.get("forthcoming")
    }
    return {**config, "instances": instances, "disks": disks}


def _with_own_names(table: str, items: JsonObject) -> JsonObject:
    return {uuid: {**item, "name": f"{table}-{index}"} for index, (uuid, item) in enumerate(items.items())}


def _keep_disks(instance: JsonObject, disks: JsonObject, kept: JsonObject) -> Iterator[str]:
    """The UUIDs of the disks that are the instance's own, which are added to *kept*."""
    own = [uuid for uuid in dict.fromkeys(instance["disks"]) if uuid in disks.keys() - kept.keys()]
    own = [uuid for uuid in own if not disks[uuid].get("forthcoming")]
    types = {disks[uuid]["dev_type"] for uuid in own}
    for index, uuid in enumerate(own):
        disk = {**disks[uuid], "iv_name": f"disk/{index}"}
        is_mixed = disk["dev_type"] == "sharedfile" and len(types) > 1
        kept[uuid] = {**disk, "dev_type": "file"} if is_mixed else disk
        yield uuid


def place_disks(config: JsonObject) -> Any:
    """The nodes of each disk, by its UUID."""
    return {uuid: disk["nodes"] for uuid, disk in config["disks"].items()}
