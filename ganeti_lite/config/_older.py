"""Files of older versions: the members of the upgraded configuration as slices, and faults where the file has them.

Slower than what today's files take, since all of the file is decoded and written again; but objects that come out
with the bytes of the last load are shared with it all the same.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from attrs import frozen

from ._faults import ConfigFormatError, Fault
from ._slices import Slice, Slices, decode
from ._version import split_version
from .upgrades import upgrade

_KEYED_TABLES: Final = ("nodes", "instances")
"""Tables that old files key by names."""


@frozen(eq=False)
class OlderConfig:
    """A configuration before and after its upgrade, both decoded."""

    before: dict[str, Any]
    after: dict[str, Any]

    def slices(self) -> Slices:
        """The members of the upgraded configuration; raises :class:`ConfigFormatError` for too deep ones."""
        return {name: Slice(_encode(value, name)) for name, value in self.after.items()}

    def relocate(self, error: ConfigFormatError) -> ConfigFormatError:
        """*error*, whose faults are of the upgraded configuration, with the places that they have in the file."""
        origins = dict(self._find_origins())
        order = {name: position for position, name in enumerate(self.before)}
        faults = [_relocate(fault, origins) for fault in error.faults]
        return ConfigFormatError(sorted(faults, key=lambda fault: order.get(fault.path.split("/")[0], len(order))))

    def _find_origins(self) -> Iterator[tuple[str, str]]:
        """The paths of objects that have moved: the new one, and the one in the file."""
        for table in _KEYED_TABLES:
            old, new = self.before.get(table), self.after.get(table)
            if isinstance(old, dict) and isinstance(new, dict):
                for (key, before), (uuid, after) in zip(old.items(), new.items(), strict=True):
                    yield f"{table}/{uuid}", f"{table}/{key}"
                    yield from _find_disks(f"{table}/{key}", before, after)


def _find_disks(place: str, before: Any, after: Any) -> Iterator[tuple[str, str]]:
    """The paths of an instance's disks, if they stood in it."""
    if isinstance(before, dict) and isinstance(before.get("disks"), list):
        for index, (disk, uuid) in enumerate(zip(before["disks"], after["disks"], strict=True)):
            if isinstance(disk, dict):
                yield f"disks/{uuid}", f"{place}/disks/{index}"


def _relocate(fault: Fault, origins: Mapping[str, str]) -> Fault:
    table, _, rest = fault.path.partition("/")
    key, slash, inner = rest.partition("/")
    place = f"{table}/{key}"
    return Fault(f"{origins[place]}{slash}{inner}", fault.message) if place in origins else fault


def _encode(value: Any, name: str) -> bytes:
    try:
        return msgspec.json.encode(value)
    except OverflowError:
        return json.dumps(value).encode()  # a number of more than 64 bits, which is a fault of its place
    except RecursionError as error:
        raise ConfigFormatError([Fault(name, "nests too deeply")]) from error


def upgrade_file(data: bytes, version: int) -> OlderConfig:
    """The configuration in *data*, of that older format version, upgraded; raises :class:`ConfigFormatError`."""
    before: Any = decode(data, ())
    try:
        return OlderConfig(before, upgrade(before, split_version(version)))
    except RecursionError as error:
        raise ConfigFormatError([Fault("", "nests too deeply")]) from error
