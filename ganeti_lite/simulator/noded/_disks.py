"""The disks that a configuration's instances have on each node, as devices: the state before any job."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from posixpath import dirname

import attrs

from ganeti_lite.simulator._objects import JsonObject

from .devices import BlockDevice


@attrs.frozen
class NodeDisks:
    """Of one node.

    :ivar devices: by path; all active, as after the instances have been started.
    :ivar directories: in which the files among them lie.
    """

    devices: Mapping[str, BlockDevice]
    directories: frozenset[str]


def find_disks(config: JsonObject) -> Mapping[str, NodeDisks]:
    """By the node's UUID; nodes without disks are left out, and so are disks that lie outside all nodes.

    :param config: as config.data holds it.
    """
    found: dict[str, list[BlockDevice]] = defaultdict(list)
    for disk in config["disks"].values():
        for node in disk.get("nodes", ()):
            found[node].extend(_devices(disk, node))
    return {node: _node_disks(devices) for node, devices in found.items()}


def _devices(disk: JsonObject, node: str) -> Iterator[BlockDevice]:
    kind, place, size = disk["dev_type"], disk["logical_id"], disk["size"]
    match kind:
        case "file":
            yield BlockDevice(kind, place[1], size, is_active=True, is_open=True)
        case "plain":
            yield BlockDevice(kind, f"/dev/{place[0]}/{place[1]}", size, place[0], is_active=True, is_open=True)
        case "drbd":
            minor = place[3] if node == place[0] else place[4]
            is_primary = node == disk["nodes"][0]
            yield BlockDevice(kind, f"/dev/drbd{minor}", size, minor=minor, is_active=True, is_open=is_primary)
    for child in disk.get("children", ()):
        yield from _devices(child, node)


def _node_disks(devices: list[BlockDevice]) -> NodeDisks:
    """Logical volumes get their minors here."""
    numbered: dict[str, BlockDevice] = {}
    minor = 0
    for device in devices:
        is_volume = device.kind == "plain"
        numbered[device.path] = attrs.evolve(device, minor=minor) if is_volume else device
        minor += is_volume
    directories = frozenset(dirname(device.path) for device in devices if device.kind == "file")
    return NodeDisks(numbered, directories)
