"""The relations of a configuration, worked out from its plain JSON in the most straightforward way.

Slow, and independent of the code under test: a second opinion.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.strategies import JsonObject

from .test_nicesort import as_list

Pairs = Iterable[tuple[Any, Any]]


def by_uuid(config: JsonObject, table: str) -> list[JsonObject]:
    """The members of a table in order of UUIDs."""
    return [config[table][uuid] for uuid in sorted(config[table])]


def in_listing_order(config: JsonObject, table: str) -> list[JsonObject]:
    """The members of a table as they are listed."""
    return sorted(by_uuid(config, table), key=lambda item: as_list(item.get("name") or ""))


def drbd_nodes(disk: JsonObject) -> list[str]:
    """The ends of a DRBD disk and of the DRBD disks among its children."""
    ends = list(disk["logical_id"][:2]) if disk.get("dev_type") == "drbd" else []
    return ends + [node for child in disk.get("children", []) for node in drbd_nodes(child)]


def once(items: Iterable[Any]) -> list[Any]:
    """The items without repetitions, in order of first appearance."""
    found: list[Any] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found


def _primaries(config: JsonObject) -> Pairs:
    instances = in_listing_order(config, "instances")
    return [(item["primary_node"], item["uuid"]) for item in instances if item.get("primary_node") is not None]


def _secondaries(config: JsonObject) -> Pairs:
    for item in in_listing_order(config, "instances"):
        ends: list[str] = []
        for disk in (config["disks"].get(uuid, {}) for uuid in item.get("disks", [])):
            pair = list(disk["logical_id"][:2]) if disk.get("dev_type") == "drbd" else []
            if item.get("primary_node") in pair:
                pair.remove(item["primary_node"])
            ends += pair
        yield from ((node, item["uuid"]) for node in once(ends))


def _instances_of_networks(config: JsonObject) -> Pairs:
    for item in by_uuid(config, "instances"):
        networks = [nic["network"] for nic in item.get("nics", []) if nic.get("network") is not None]
        yield from ((network, item["uuid"]) for network in once(networks))


def _instances_of_disks(config: JsonObject) -> Pairs:
    return [(disk, item["uuid"]) for item in by_uuid(config, "instances") for disk in item.get("disks", [])]


def _nodes_of_groups(config: JsonObject) -> Pairs:
    return [(item["group"], item["uuid"]) for item in by_uuid(config, "nodes")]


def _groups_of_networks(config: JsonObject) -> Pairs:
    groups = by_uuid(config, "nodegroups")
    return [(network, item["uuid"]) for item in groups for network in item.get("networks", {})]


def _group(pairs: Pairs) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = {}
    for key, value in pairs:
        groups[key] = [*groups.get(key, []), value]
    return groups


def _addresses(config: JsonObject) -> Iterator[tuple[Any, Any]]:
    default = config["cluster"]["nicparams"].get("default", {}).get("link")
    for item in by_uuid(config, "instances"):
        for nic in item.get("nics", []):
            link = nic["nicparams"].get("link", default)
            if nic.get("ip") is not None and link is not None:
                yield (link, nic["ip"]), item["uuid"]


def _ips_of_links(config: JsonObject) -> Pairs:
    return sorted(once(address for address, _ in _addresses(config)))


def _inner_devices(config: JsonObject) -> Pairs:
    for item in by_uuid(config, "instances"):
        disks = [config["disks"].get(uuid, {}) for uuid in item.get("disks", [])]
        inner = (node for disk in disks for child in disk.get("children", []) for node in drbd_nodes(child))
        yield from ((node, item["uuid"]) for node in once(inner))


def drbd_minors(config: JsonObject) -> dict[Any, Any]:
    """By node: minor, instance, index of its disk and other node of each DRBD device."""
    return _group(_minors(config))


def _minors(config: JsonObject) -> Pairs:
    for item in by_uuid(config, "instances"):
        disks = [config["disks"].get(uuid) for uuid in item.get("disks", [])]
        if None not in disks:
            for index, disk in enumerate(disks):
                yield from ((node, [minor, item["uuid"], index, peer]) for node, minor, peer in _ends(disk or {}))


def _ends(disk: JsonObject) -> Iterator[tuple[str, int, str]]:
    """(node, minor, other node) for each end of a DRBD disk and of those below it; one on a single node has one end."""
    if disk.get("dev_type") == "drbd":
        left, right, _, left_minor, right_minor, *_ = disk["logical_id"]
        yield left, left_minor, right
        if left != right:
            yield right, right_minor, left
    for child in disk.get("children", []):
        yield from _ends(child)


GROUPED: dict[str, Callable[[JsonObject], Pairs]] = {
    "instances_by_primary": _primaries,
    "instances_by_secondary": _secondaries,
    "instances_by_network": _instances_of_networks,
    "instances_by_disk": _instances_of_disks,
    "nodes_by_group": _nodes_of_groups,
    "groups_by_network": _groups_of_networks,
    "ips_by_link": _ips_of_links,
    "instances_by_inner_drbd": _inner_devices,
}
"""Relations in which a key has several values."""


def relations(config: JsonObject) -> dict[str, dict[Any, Any]]:
    """Every relation by its name; of the maps by address the last object in order of UUIDs counts."""
    instances = by_uuid(config, "instances")
    return {
        **{name: _group(pairs(config)) for name, pairs in GROUPED.items()},
        "instances_by_ip": dict(_addresses(config)),
        "macs": {nic["mac"]: item["uuid"] for item in instances for nic in item.get("nics", [])},
    }
