"""Choosers of resources that nobody has: UUIDs, MAC and IP addresses, ports. Pure but for the random bytes passed in.

A chooser is what a :class:`~ganeti_lite.masterd.units.Reserve` wants: the newest snapshot and what jobs have reserved
→ what is reserved from now on, besides. Neither the configuration nor another job has what it chooses.
"""

from collections.abc import Callable
from itertools import chain
from typing import Final, TypeAlias
from uuid import UUID

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import ConfigurationError, OpPrereqError, ReservationError
from ganeti_lite.masterd.address_pool import is_free, list_free
from ganeti_lite.masterd.changes import has_uuid
from ganeti_lite.masterd.units import Reserved
from ganeti_lite.snapshot import ClusterSnapshot, Network

Choice: TypeAlias = tuple[tuple[str, str], ...]
"""(kind, value) of what was chosen, in order."""

Chooser: TypeAlias = Callable[[ClusterSnapshot, Reserved], Choice]

RandomBytes: TypeAlias = Callable[[int], bytes]
"""How many → as many random bytes."""

UUID_KIND: Final = "uuid"
MAC_KIND: Final = "mac"
PORT_KIND: Final = "port"

HIGHEST_PORT: Final = 14999
"""The last TCP port that Ganeti gives to instances."""

_TRIES: Final = 64
"""How many random values are tried before one gives up."""


def ip_kind(network: str) -> str:
    """The kind of the addresses of the network of that UUID."""
    return f"ip of {network}"


def new_uuid(random: RandomBytes) -> Chooser:
    """A UUID that nothing has; raises ReservationError if none is found."""
    return _try_random(UUID_KIND, lambda _: str(UUID(bytes=random(16), version=4)), has_uuid)


def new_mac(random: RandomBytes, network: str | None = None) -> Chooser:
    """A MAC address with the prefix of the network of that UUID, or else of the cluster.

    Raises ReservationError if none is found.
    """

    def make(snapshot: ClusterSnapshot) -> str:
        own = None if network is None else _find_network(snapshot, network).mac_prefix
        return f"{own or snapshot.cluster.mac_prefix}:{random(3).hex(':')}"

    return _try_random(MAC_KIND, make, lambda snapshot, mac: mac in snapshot.macs)


def claim_mac(mac: str) -> Chooser:
    """That MAC address; raises OpPrereqError (resource_not_unique) if somebody has it."""

    def choose(snapshot: ClusterSnapshot, reserved: Reserved) -> Choice:
        if mac in snapshot.macs or (MAC_KIND, mac) in reserved:
            raise OpPrereqError(f"MAC address {mac} already in use in cluster", ErrorCode.NOT_UNIQUE)
        return ((MAC_KIND, mac),)

    return choose


def first_free_ip(network: str) -> Chooser:
    """The first address of the network of that UUID that is free; raises ReservationError if there is none."""

    def choose(snapshot: ClusterSnapshot, reserved: Reserved) -> Choice:
        for ip in list_free(_find_network(snapshot, network)):
            if (ip_kind(network), ip) not in reserved:
                return ((ip_kind(network), ip),)
        raise ReservationError("Cannot generate IP. Network is full")

    return choose


def claim_ip(network: str, ip: str, *, checks_external: bool = True) -> Chooser:
    """That address of the network of that UUID; raises OpPrereqError (resource_not_unique) if it cannot be had.

    :param checks_external: whether an address that others than instances have cannot be had either.
    """

    def choose(snapshot: ClusterSnapshot, reserved: Reserved) -> Choice:
        found = _find_network(snapshot, network)
        if (ip_kind(network), ip) in reserved or not is_free(found, ip, checks_external=checks_external):
            message = f"IP address {ip} already in use or does not belong to network {found.name}"
            raise OpPrereqError(message, ErrorCode.NOT_UNIQUE)
        return ((ip_kind(network), ip),)

    return choose


def next_port(snapshot: ClusterSnapshot, reserved: Reserved) -> Choice:
    """A TCP port: the first that was given back, else the one above the highest; raises ConfigurationError beyond."""
    cluster = snapshot.cluster
    for port in chain(cluster.tcpudp_port_pool, range(cluster.highest_used_port + 1, HIGHEST_PORT + 1)):
        if (PORT_KIND, str(port)) not in reserved:
            return ((PORT_KIND, str(port)),)
    raise ConfigurationError(f"The highest used port is greater than {HIGHEST_PORT}. Aborting.")


def _try_random(
    kind: str, make: Callable[[ClusterSnapshot], str], is_used: Callable[[ClusterSnapshot, str], bool]
) -> Chooser:
    """The first value that *make* makes and that nobody has."""

    def choose(snapshot: ClusterSnapshot, reserved: Reserved) -> Choice:
        for _ in range(_TRIES):
            value = make(snapshot)
            if (kind, value) not in reserved and not is_used(snapshot, value):
                return ((kind, value),)
        raise ReservationError(f"Not able generate new resource (last tried: {value})")

    return choose


def _find_network(snapshot: ClusterSnapshot, uuid: str) -> Network:
    network = snapshot.networks.get(uuid)
    if network is None:
        raise ReservationError(f"Network '{uuid}' not found")
    return network
