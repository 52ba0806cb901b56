"""The variables by which hooks know an instance, without the prefix ``GANETI_``.

Source: those that Ganeti 3.0's hooks are given.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from ganeti_lite.snapshot import ClusterSnapshot, Disk, Instance, fill_beparams, fill_hvparams, fill_nicparams

DISKLESS: Final = "diskless"


def list_disks(instance: Instance, snapshot: ClusterSnapshot) -> tuple[Disk, ...]:
    """Its disks, in their order."""
    return tuple(snapshot.disks[uuid] for uuid in instance.disks if uuid in snapshot.disks)


def disk_template(instance: Instance, snapshot: ClusterSnapshot) -> str:
    """What kind of disks it has; of several kinds ``mixed``."""
    kinds = {str(disk.dev_type) for disk in list_disks(instance, snapshot)}
    return DISKLESS if not kinds else kinds.pop() if len(kinds) == 1 else "mixed"


def describe_instance(
    instance: Instance, snapshot: ClusterSnapshot, planned: tuple[str, Sequence[Disk]] | None = None
) -> dict[str, str]:
    """All of them.

    :param planned: template and disks of an instance that has none yet.
    """
    cluster = snapshot.cluster
    beparams = fill_beparams(cluster, instance.beparams) or {}
    hvparams = fill_hvparams(cluster, instance)
    primary = snapshot.nodes.get(instance.primary_node or "")
    names = ["" if primary is None else primary.name]
    names += [snapshot.nodes[uuid].name for uuid in snapshot.secondary_nodes_of(instance) or ()]
    template, disks = planned or (disk_template(instance, snapshot), list_disks(instance, snapshot))
    return {
        "OP_TARGET": instance.name or "",
        "INSTANCE_NAME": instance.name or "",
        "INSTANCE_PRIMARY": names[0],
        "INSTANCE_SECONDARIES": " ".join(names[1:]),
        "INSTANCE_OS_TYPE": instance.os or "",
        "INSTANCE_STATUS": str(instance.admin_state == "up"),
        "INSTANCE_MINMEM": str(beparams.get("minmem")),
        "INSTANCE_MAXMEM": str(beparams.get("maxmem")),
        "INSTANCE_MEMORY": str(beparams.get("maxmem")),
        "INSTANCE_VCPUS": str(beparams.get("vcpus")),
        "INSTANCE_DISK_TEMPLATE": template,
        "INSTANCE_HYPERVISOR": instance.hypervisor or "",
        **_describe_nics(instance, snapshot),
        **_describe_disks(disks),
        "INSTANCE_TAGS": " ".join(instance.tags),
        **{f"INSTANCE_BE_{name}": str(value) for name, value in beparams.items()},
        **{f"INSTANCE_HV_{name}": str(value) for name, value in hvparams.items()},
    }


def _describe_nics(instance: Instance, snapshot: ClusterSnapshot) -> dict[str, str]:
    variables = {}
    for index, nic in enumerate(instance.nics):
        params = fill_nicparams(snapshot.cluster, nic.nicparams) or {}
        prefix = f"INSTANCE_NIC{index}_"
        values = {
            **({"NAME": nic.name} if nic.name else {}),
            "UUID": nic.uuid,
            "IP": nic.ip or "",
            "MAC": nic.mac,
            "MODE": str(params.get("mode", "")),
            "LINK": str(params.get("link", "")),
            "VLAN": str(params.get("vlan", "")),
            **_describe_network(nic.network, snapshot),
            **({"BRIDGE": str(params.get("link", ""))} if params.get("mode") in _SWITCHED else {}),
        }
        variables.update({prefix + name: value for name, value in values.items()})
    return {**variables, "INSTANCE_NIC_COUNT": str(len(instance.nics))}


def _describe_network(uuid: str | None, snapshot: ClusterSnapshot) -> dict[str, str]:
    network = snapshot.networks.get(uuid or "")
    if network is None:
        return {}
    values = {
        "NAME": network.name,
        "UUID": network.uuid,
        "SUBNET": network.network,
        "GATEWAY": network.gateway,
        "SUBNET6": network.network6,
        "GATEWAY6": network.gateway6,
        "MAC_PREFIX": network.mac_prefix,
        "TAGS": " ".join(network.tags),
    }
    return {f"NETWORK_{name}": value for name, value in values.items() if value}


def _describe_disks(disks: Sequence[Disk]) -> dict[str, str]:
    variables = {}
    for index, disk in enumerate(disks):
        prefix = f"INSTANCE_DISK{index}_"
        named = {"NAME": disk.name} if disk.name else {}
        values = {**_describe_device(disk), **named, "UUID": disk.uuid, "SIZE": str(disk.size), "MODE": disk.mode}
        variables.update({prefix + name: value for name, value in values.items()})
    return {**variables, "INSTANCE_DISK_COUNT": str(len(disks))}


def _describe_device(disk: Disk) -> dict[str, str]:
    """What stands behind a disk; of one that is only ordered nothing is known."""
    if disk.dev_type is None:
        return {}
    names = _DEVICE_NAMES.get(disk.dev_type, ())
    device = {name: str(part) for name, part in zip(names, disk.logical_id, strict=False)}
    for name, child in zip(("DATA", "META"), disk.children, strict=False):
        device |= {f"{name}_{what}": str(part) for what, part in zip(("VG", "ID"), child.logical_id, strict=False)}
    return {**device, "DEV_TYPE": disk.dev_type}


_SWITCHED: Final = frozenset({"bridged", "openvswitch"})
"""Modes of NICs whose link is a bridge."""

_DEVICE_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "plain": ("VG", "ID"),
    "file": ("DRIVER", "ID"),
    "sharedfile": ("DRIVER", "ID"),
    "gluster": ("DRIVER", "ID"),
    "blockdev": ("DRIVER", "ID"),
    "rbd": ("DRIVER", "ID"),
    "ext": ("PROVIDER", "ID"),
    "drbd": ("PNODE", "SNODE", "PORT", "PMINOR", "SMINOR"),
}
"""By template, how the parts of a disk's logical id are called."""
