"""Fields of networks."""

from collections.abc import Callable
from ipaddress import IPv4Network
from itertools import zip_longest
from typing import Final

from ganeti_lite.constants import FieldKind
from ganeti_lite.query.values import NODATA, UNAVAIL
from ganeti_lite.snapshot import ClusterSnapshot, Network, Params

from ._field import Source, attribute, config_field, each, each_in, index_fields
from ._shared import COMMON_FIELDS

RESERVED: Final = "X"
FREE: Final = "."


def _map(network: Network) -> str:
    """One character per address, from the base address on; empty if one of the two reservation strings is missing."""
    if network.reservations is None or network.ext_reservations is None:
        return ""
    pairs = zip_longest(network.reservations, network.ext_reservations, fillvalue="0")
    return "".join(RESERVED if "1" in pair else FREE for pair in pairs)


def _count(character: str) -> Callable[[Network], int]:
    return lambda network: _map(network).count(character)


def _external_reservations(network: Network) -> object:
    """The addresses that others use; counted from the network's base address, though the subnet may have host bits."""
    try:
        base = IPv4Network(network.network, strict=False).network_address
    except ValueError:
        return NODATA
    bits = network.ext_reservations or ""
    return ", ".join(str(base + offset) for offset, bit in enumerate(bits) if bit == "1")


def _groups(snapshot: ClusterSnapshot, network: Network) -> tuple[tuple[object, ...], ...]:
    groups = snapshot.groups_by_network.get(network.uuid, ())
    return tuple((group.name, *_connection(group.networks[network.uuid])) for group in groups)


def _connection(params: Params) -> tuple[object, ...]:
    return tuple(params.get(name, "-") for name in ("mode", "link", "vlan"))


def _group_count(snapshot: ClusterSnapshot, network: Network) -> int:
    return len(snapshot.groups_by_network.get(network.uuid, ()))


def _instance_names(snapshot: ClusterSnapshot, network: Network) -> tuple[str, ...]:
    instances = snapshot.instances_by_network.get(network.uuid, ())
    return tuple(item.name for item in instances if item.name is not None)


def _instance_count(snapshot: ClusterSnapshot, network: Network) -> int:
    return len(_instance_names(snapshot, network))


_IDENTITY: Final = (
    config_field("name", "Network", FieldKind.TEXT, "Its name", attribute("name")),
    config_field("network", "Subnet", FieldKind.TEXT, "Its IPv4 range", attribute("network")),
    config_field("gateway", "Gateway", FieldKind.OTHER, "Its IPv4 gateway", attribute("gateway", UNAVAIL)),
    config_field("network6", "IPv6Subnet", FieldKind.OTHER, "Its IPv6 range", attribute("network6", UNAVAIL)),
    config_field("gateway6", "IPv6Gateway", FieldKind.OTHER, "Its IPv6 gateway", attribute("gateway6", UNAVAIL)),
    config_field(
        "mac_prefix", "MacPrefix", FieldKind.OTHER, "How MAC addresses in it begin", attribute("mac_prefix", UNAVAIL)
    ),
)

_ADDRESSES: Final = (
    config_field(
        "map", "Map", FieldKind.TEXT, "Its addresses in order, taken ones as X, free ones as dots", each(_map)
    ),
    config_field("free_count", "FreeCount", FieldKind.NUMBER, "How many addresses are free", each(_count(FREE))),
    config_field(
        "reserved_count", "ReservedCount", FieldKind.NUMBER, "How many addresses are taken", each(_count(RESERVED))
    ),
    config_field(
        "external_reservations",
        "ExternalReservations",
        FieldKind.TEXT,
        "Addresses that are taken by others than instances",
        each(_external_reservations),
    ),
)

_USERS: Final = (
    config_field(
        "group_list",
        "GroupList",
        FieldKind.OTHER,
        "Groups that it is connected to, each with mode, link and VLAN",
        each_in(_groups),
        Source.NODEGROUPS,
    ),
    config_field(
        "group_cnt",
        "NodeGroups",
        FieldKind.NUMBER,
        "How many groups it is connected to",
        each_in(_group_count),
        Source.NODEGROUPS,
    ),
    config_field(
        "inst_list",
        "InstanceList",
        FieldKind.OTHER,
        "Names of the instances with a NIC in it",
        each_in(_instance_names),
        Source.INSTANCES,
    ),
    config_field(
        "inst_cnt",
        "Instances",
        FieldKind.NUMBER,
        "How many instances have a NIC in it",
        each_in(_instance_count),
        Source.INSTANCES,
    ),
)

NETWORK_FIELDS: Final = index_fields((*_IDENTITY, *_ADDRESSES, *_USERS, *COMMON_FIELDS))
