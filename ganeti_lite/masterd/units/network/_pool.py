"""The addresses of a network that others than instances have: made, reserved, released. Pure.

Source: what Ganeti 3.0 says of those that cannot be.
"""

from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from attrs import evolve

from ganeti_lite.errors import AddressPoolError, OpExecError
from ganeti_lite.masterd.address_pool import offset_of, with_external_addresses
from ganeti_lite.snapshot import Network

_LARGEST: Final = 16
_SMALLEST: Final = 30
"""Lengths of the prefixes of the largest and the smallest network."""


def make_pool(network: Network) -> Network:
    """A new network with its first and last address and its gateway reserved.

    :raises AddressPoolError: it is too large or too small, or a gateway is not in it.
    :raises OpExecError: an address is none.
    """
    try:
        subnet = ip_network(network.network)
        gateway = network.gateway and str(ip_address(network.gateway))
        network6 = network.network6 and IPv6Network(network.network6)
        gateway6 = network.gateway6 and IPv6Address(network.gateway6)
    except ValueError as error:
        raise OpExecError(str(error)) from error
    hosts = f"{subnet.num_addresses} host(s) is"
    if subnet.num_addresses > 1 << 32 - _LARGEST:
        text = f"A big network with {hosts} currently not supported. please specify at most a /{_LARGEST} network"
        raise AddressPoolError(text)
    if subnet.num_addresses < 1 << 32 - _SMALLEST:
        text = f"A network with only {hosts} too small, please specify at least a /{_SMALLEST} network"
        raise AddressPoolError(text)
    zeros = "0" * subnet.num_addresses
    made = evolve(network, reservations=zeros, ext_reservations=zeros)
    for ip in (str(subnet[0]), str(subnet[-1]), gateway):
        made = reserve(made, ip) if ip else made
    if network6 and gateway6 and gateway6 not in network6 and not gateway6.is_link_local:
        raise AddressPoolError(f"{network6} does not contain {gateway6}")
    return made


def has_address(network: Network, ip: str) -> bool:
    """Whether an address is one of the network's."""
    return offset_of(network, ip) is not None


def is_reserved(network: Network, ip: str, *, for_instances: bool = False) -> bool:
    """Whether an address is reserved, be it for instances or for others.

    :raises AddressPoolError: the network does not have it.
    """
    offset = offset_of(network, ip)
    if offset is None:
        raise AddressPoolError(f"{network.network} does not contain {ip}")
    bits = network.reservations if for_instances else network.ext_reservations
    return (bits or "")[offset : offset + 1] == "1"


def reserve(network: Network, ip: str) -> Network:
    """The network with an address reserved.

    :raises AddressPoolError: the network does not have it, or it is reserved already.
    """
    if is_reserved(network, ip):
        raise AddressPoolError(f"IP {ip} is already externally reserved")
    return with_external_addresses(network, taken=[ip])


def release(network: Network, ip: str) -> Network:
    """The network with an address free again.

    :raises AddressPoolError: the network does not have it, or it is not reserved.
    """
    if not is_reserved(network, ip):
        raise AddressPoolError(f"IP {ip} is not externally reserved")
    return with_external_addresses(network, released=[ip])
