"""Addresses that opcodes bring: prefixes of MAC addresses, IPv4 addresses."""

import re
from ipaddress import AddressValueError, IPv4Address
from typing import Final

from ganeti_lite.errors import OpPrereqError

_MAC_PREFIX: Final = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){2}", re.IGNORECASE)


def normalize_mac_prefix(prefix: str) -> str:
    """The first three bytes of MAC addresses, in lower case.

    :raises OpPrereqError: these are none.
    """
    if not _MAC_PREFIX.fullmatch(prefix):
        raise OpPrereqError(f"Invalid MAC address prefix '{prefix}'")
    return prefix.lower()


def is_ipv4(text: str) -> bool:
    """Whether that is an IPv4 address."""
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True
