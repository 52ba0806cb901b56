"""Objects of the configuration as node daemons are told them: plain JSON values, with parameters filled.

Node daemons refuse objects with keys that they do not know, so these have exactly the known ones. Secrets are in clear
text: what comes from here goes over TLS to nodes, and nowhere else.

Source: calls that Ganeti 3.0's jobs make.
"""

from collections.abc import Iterable, Mapping
from itertools import chain, repeat
from typing import Any, Final

from ganeti_lite.config import list_members
from ganeti_lite.errors import ConfigurationError
from ganeti_lite.snapshot import (
    EMPTY,
    ClusterSnapshot,
    Disk,
    Instance,
    Json,
    Nic,
    Params,
    fill_beparams,
    fill_hvparams,
    fill_nicparams,
)

from .parameters import fill_job_diskparams, fill_job_osparams, list_device_params

_OF_MADE_DISKS: Final = ("serial_no", "ctime", "mtime")
"""Members that a disk does not have before it is in the configuration."""


def plain_object(item: object) -> Any:
    """Any value of the configuration as dictionaries, lists and scalars: an object with its known members as stored."""
    members = list_members(item)
    if members is not None:
        return {name: plain_object(value) for name, value in members.items()}
    if isinstance(item, Mapping):
        return {name: plain_object(value) for name, value in item.items()}
    return [plain_object(value) for value in item] if isinstance(item, tuple) else item


def instance_object(
    snapshot: ClusterSnapshot,
    instance: Instance,
    node: str,
    *,
    hvparams: Params = EMPTY,
    beparams: Params = EMPTY,
    osparams: Params = EMPTY,
) -> dict[str, Any]:
    """The instance for a call of the node of UUID *node*, with its disks, its NICs' networks, its parameters in force.

    :param hvparams: put over those in force, for this call; so are *beparams* and *osparams*.
    :raises ConfigurationError: one of its disks does not exist, or a node of one.
    """
    disks = snapshot.disks_of(instance)
    if disks is None:
        raise ConfigurationError(f"A disk of instance {instance.name} does not exist")
    cluster = snapshot.cluster
    return {
        **plain_object(instance),
        "hvparams": plain_object({**fill_hvparams(cluster, instance), **hvparams}),
        "beparams": plain_object({**(fill_beparams(cluster, instance.beparams) or instance.beparams), **beparams}),
        "osparams": plain_object({**fill_job_osparams(cluster, instance), **osparams}),
        "nics": [nic_object(snapshot, nic) for nic in instance.nics],
        "secondary_nodes": list(snapshot.secondary_nodes_of(instance) or ()),
        "disks_info": [disk_object(snapshot, disk, instance, node) for disk in disks],
    }


def nic_object(snapshot: ClusterSnapshot, nic: Nic) -> dict[str, Any]:
    """The NIC with its parameters in force, and with its network if it has one."""
    filled = fill_nicparams(snapshot.cluster, nic.nicparams)
    network = None if nic.network is None else snapshot.networks.get(nic.network)
    return {
        **plain_object(nic),
        "nicparams": plain_object(nic.nicparams if filled is None else filled),
        **({} if network is None else {"netinfo": plain_object(network)}),
    }


def disk_object(
    snapshot: ClusterSnapshot, disk: Disk, instance: Instance, node: str, *, is_new: bool = False
) -> dict[str, Any]:
    """A disk of the instance for a call of the node of UUID *node*, with its device's parameters.

    :param is_new: whether it is not in the configuration yet.
    :raises ConfigurationError: a node of the disk does not exist.
    """
    primary = snapshot.nodes.get(instance.primary_node or "")
    diskparams = fill_job_diskparams(snapshot.cluster, None if primary is None else snapshot.group_of(primary))
    own, *below = list_device_params(disk.dev_type or "", diskparams)
    return {**_with_params(disk, own, below, is_new), "dynamic_params": _list_dynamic_params(snapshot, disk, node)}


def _with_params(
    disk: Disk, own: Mapping[str, Json], below: Iterable[Mapping[str, Json]], is_new: bool
) -> dict[str, Any]:
    """The disk with its device's parameters, and its children with those *below*, as far as there are any."""
    levels = zip(disk.children, chain(below, repeat(EMPTY)), strict=False)  # the second has no end
    plain: dict[str, Any] = plain_object(disk)
    plain["params"] = {**own, **plain_object(disk.params)}
    plain["children"] = [_with_params(child, params, (), is_new) for child, params in levels]
    if is_new:
        plain = {name: value for name, value in plain.items() if name not in _OF_MADE_DISKS} | {"forthcoming": False}
    return plain


def _list_dynamic_params(snapshot: ClusterSnapshot, disk: Disk, node: str) -> dict[str, Any]:
    """What a DRBD device is on that node: its own end first; nothing for other disks, and on other nodes."""
    if disk.dev_type != "drbd" or node not in disk.logical_id[:2]:
        return {}
    left, right, _, left_minor, right_minor, *_ = disk.logical_id
    ends = [(_find_secondary_ip(snapshot, end), minor) for end, minor in ((left, left_minor), (right, right_minor))]
    (local_ip, local_minor), (remote_ip, remote_minor) = ends if node == left else reversed(ends)
    return {
        "local-ip": local_ip,
        "remote-ip": remote_ip,
        "local-minor": local_minor,
        "remote-minor": remote_minor,
    }


def _find_secondary_ip(snapshot: ClusterSnapshot, uuid: object) -> str:
    node = snapshot.nodes.get(uuid) if isinstance(uuid, str) else None
    if node is None:
        raise ConfigurationError(f"Can't find node {uuid} of a DRBD disk")
    return node.secondary_ip
