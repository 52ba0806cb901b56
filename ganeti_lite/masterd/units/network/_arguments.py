"""Addresses and networks that orders bring: whether they are any.

Source: what Ganeti 3.0 takes. Unlike there, what takes an IPv4 gateway, an IPv6 gateway or an IPv6 network away, as the
tools promise, is none of these and is taken nevertheless.
"""

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from typing import Final

from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.units._unit import Order

NONE: Final = "none"
"""What takes a value away."""

_READ: Final[Mapping[str, Callable[[str], object]]] = {
    "network": IPv4Interface,
    "gateway": IPv4Address,
    "network6": IPv6Interface,
    "gateway6": IPv6Address,
    "add_reserved_ips": IPv4Address,
    "remove_reserved_ips": IPv4Address,
}
"""By parameter, what raises ValueError if a text is none of those; whether a network has host bits does not matter."""


def check_addresses(order: Order, *removable: str) -> None:
    """Raise OpPrereqError if an address or network of an order is none.

    :param removable: parameters by which :data:`NONE` takes a value away.
    """
    for name, read in _READ.items():
        given = order[name]
        texts = [given] if isinstance(given, str) else given or ()
        if texts == [NONE] and name in removable:
            continue
        for text in texts:
            try:
                read(text)
            except ValueError as error:
                raise OpPrereqError(f"Parameter '{order.op_id}.{name}' fails validation") from error
