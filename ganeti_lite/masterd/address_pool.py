"""The addresses of an IPv4 network, as its two reservation strings keep them. Pure.

A string has one ``0`` or ``1`` per address, the base address first. ``reservations`` are of instances,
``ext_reservations`` of others; an address is free if it is in neither. A string that is missing has only zeros.
"""

from collections.abc import Iterable, Iterator
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from attrs import evolve

from ganeti_lite.snapshot import Network


def subnet_of(network: Network) -> IPv4Network:
    """The range of addresses; host bits do not matter. Raises ValueError if it has none."""
    return IPv4Network(network.network, strict=False)


def offset_of(network: Network, ip: str) -> int | None:
    """Which of the network's addresses *ip* is, from 0; None if it is none of them, or no IPv4 address at all."""
    try:
        address, subnet = IPv4Address(ip), subnet_of(network)
    except (AddressValueError, ValueError):
        return None
    return int(address) - int(subnet.network_address) if address in subnet else None


def is_free(network: Network, ip: str, *, checks_external: bool = True) -> bool:
    """Whether *ip* belongs to the network and nobody has it.

    :param checks_external: whether those that others than instances have count as taken, too.
    """
    offset = offset_of(network, ip)
    if offset is None:
        return False
    strings = (network.reservations, network.ext_reservations) if checks_external else (network.reservations,)
    return not any(_is_set(bits, offset) for bits in strings)


def list_free(network: Network) -> Iterator[str]:
    """The free addresses, lowest first; none if the network has no range."""
    try:
        subnet = subnet_of(network)
    except ValueError:
        return
    for offset in range(subnet.num_addresses):
        if not _is_set(network.reservations, offset) and not _is_set(network.ext_reservations, offset):
            yield str(subnet.network_address + offset)


def with_addresses(network: Network, taken: Iterable[str] = (), released: Iterable[str] = ()) -> Network:
    """The network after instances have *taken* and *released* addresses; those outside it are left alone.

    The very same network if that changes nothing. Its serial number is not stepped: in Ganeti 3.0 it is not, either.
    """
    bits = _set_bits(network, network.reservations, [(taken, "1"), (released, "0")])
    return network if bits == network.reservations else evolve(network, reservations=bits)


def with_external_addresses(network: Network, taken: Iterable[str] = (), released: Iterable[str] = ()) -> Network:
    """The same for what others than instances have."""
    bits = _set_bits(network, network.ext_reservations, [(taken, "1"), (released, "0")])
    return network if bits == network.ext_reservations else evolve(network, ext_reservations=bits)


def _set_bits(network: Network, bits: str | None, changes: Iterable[tuple[Iterable[str], str]]) -> str | None:
    offsets = {offset: bit for ips, bit in changes for ip in ips if (offset := offset_of(network, ip)) is not None}
    if not offsets:
        return bits
    array = list((bits or "").ljust(subnet_of(network).num_addresses, "0"))
    for offset, bit in offsets.items():
        array[offset] = bit
    return "".join(array)


def _is_set(bits: str | None, offset: int) -> bool:
    return bits is not None and bits[offset : offset + 1] == "1"
