"""Names: of instances, which the resolver is asked for, and of their NICs and disks.

Source: what Ganeti 3.0 does.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError, ResolverError
from ganeti_lite.masterd.units._effects import Effects, Ping, Resolved, ResolveName, info
from ganeti_lite.snapshot import ClusterSnapshot

NODE_PORT: Final = 1811
"""Where whoever has an instance's address already is looked for."""

NO_VALUE: Final = "none"
"""What stands for no name, no address, no network, in any case."""

_HOSTNAME: Final = re.compile(r"[a-z0-9._-]{1,255}")


def normalize_name(name: str) -> str:
    """A host's name in lower case, without dots behind it.

    :raises OpPrereqError: it is none.
    """
    lower = name.lower()
    if not _HOSTNAME.fullmatch(lower) or ".." in lower or lower.startswith("."):
        raise OpPrereqError(f"Invalid hostname '{lower}'")
    return lower.rstrip(".")


def check_ascii(name: str) -> None:
    """Raise OpPrereqError if a name that is otherwise free has letters that no host's can have, in any case."""
    if not name.isascii():
        raise OpPrereqError(f"Invalid hostname '{name}'")


def resolve_sanely(name: str) -> Effects[Resolved]:
    """The host of that name, or of which it is the first labels.

    :raises OpPrereqError: the resolver knows none, or quite another one.
    """
    try:
        found: Resolved = yield ResolveName(name)
    except ResolverError as error:
        text = f"The given name ({name}) does not resolve: {error.args[-1]}"
        raise OpPrereqError(text, ErrorCode.RESOLVER) from error
    if found.name != name:
        yield info(f"Resolved given name '{name}' to '{found.name}'")
    if found.name != name and not found.name.startswith(f"{name}."):
        raise OpPrereqError(f"Resolved hostname '{found.name}' does not look the same as given hostname '{name}'")
    return found


def check_address_unused(ip: str, name: str) -> Effects[None]:
    """Fail if there is a host at the address of a new instance."""
    is_used = yield Ping(ip, NODE_PORT)
    if is_used:
        raise OpPrereqError(f"IP {ip} of instance {name} already in use", ErrorCode.NOT_UNIQUE)


def check_name_unused(name: str, snapshot: ClusterSnapshot) -> None:
    """Raise OpPrereqError if there is an instance of exactly that name."""
    if name in snapshot.instances.names.uuids:
        raise OpPrereqError(f"Instance '{name}' is already in the cluster", ErrorCode.ALREADY_EXISTS)


def check_device_names(kind: str, given: Iterable[Mapping[str, Any]]) -> None:
    """Raise OpPrereqError if two NICs or disks have the same name, or one a number for a name.

    :param kind: what they are; they have a ``name``, and a ``uuid`` if they are there already.
    """
    taken: set[str] = set()
    for device in given:
        name = device.get("name")
        taken.add(device.get("uuid") or "")
        if name is None:
            continue
        if re.fullmatch(r"\s*[+-]?\d+\s*", name):
            raise OpPrereqError(f"Invalid name '{name}'. Purely numeric {kind} names are not allowed")
        if name.lower() == NO_VALUE:
            continue
        if name in taken:
            raise OpPrereqError(f"{kind} name '{name}' already used", ErrorCode.NOT_UNIQUE)
        taken.add(name)


def read_name(given: str | None) -> str | None:
    """The name that a device is given; None for none."""
    return None if given is None or given.lower() == NO_VALUE else given
