"""Types of more than one word: NICs, disks, changes to them, dependencies, the reason trail."""

import re
from collections.abc import Mapping
from typing import Any, Final

from msgspec import defstruct

from ._numbers import read_whole, wrap
from ._types import (
    EXACT,
    INTEGER,
    LIST,
    MAPPING,
    NON_EMPTY,
    NON_NEGATIVE,
    TEXT,
    MismatchError,
    Type,
    any_of,
    list_of,
    one_of,
    such,
    tuple_of,
)

_MIB_PER_UNIT: Final = {"": 1, "m": 1, "g": 1 << 10, "t": 1 << 20}
_UNIT: Final = re.compile(r" *(?:([mgt])(?:i?b)?)?", re.IGNORECASE)


def _whole(value: object) -> int:
    number = EXACT.decode(value)
    if type(number) is not int:
        raise MismatchError
    return wrap(number)


def _round(value: object) -> int:
    rounded: int = round(EXACT.decode(value))
    return rounded


def _written(value: object) -> int:
    number, rest = _read(value)
    if rest:
        raise MismatchError
    return number


def _size(value: object) -> int:
    number, rest = _read(value)
    unit = _UNIT.fullmatch(rest)
    if unit is None:
        raise MismatchError
    return wrap(number * _MIB_PER_UNIT[(unit[1] or "").lower()])


def _read(value: object) -> tuple[int, str]:
    """The whole number at the beginning of a text, and the rest of it."""
    read = read_whole(value) if type(value) is str else None
    if read is None:
        raise MismatchError
    return read


def _object_of(name: str, members: Mapping[str, Type], *, takes_others: bool = False) -> Type:
    """An object in which null is as good as nothing.

    :param takes_others: whether it may have any further members.
    """

    def decode(value: object) -> dict[str, Any]:
        given = MAPPING.decode(value)
        known = {key: item.decode(given[key]) for key, item in members.items() if given.get(key) is not None}
        others = {key: member for key, member in given.items() if key not in members}
        if others and not takes_others:
            raise MismatchError
        return known | others

    natives = [(key, item.native | None, None) for key, item in members.items()]
    return Type(name, decode, defstruct("Object", natives, forbid_unknown_fields=not takes_others, gc=False))


SIZE: Final = any_of(INTEGER, Type('a text such as "10G"', _size)).called('MiB, or a text such as "10G"')

NIC: Final = _object_of(
    "the parameters of a NIC",
    {
        "mac": NON_EMPTY,
        "ip": TEXT,
        "mode": NON_EMPTY,
        "link": NON_EMPTY,
        "name": NON_EMPTY,
        "vlan": TEXT,
        "bridge": NON_EMPTY,
        "network": NON_EMPTY,
    },
)

DISK: Final = _object_of(
    "the parameters of a disk",
    {
        "size": SIZE,
        "mode": one_of("ro", "rw"),
        "adopt": NON_EMPTY,
        "vg": NON_EMPTY,
        "metavg": NON_EMPTY,
        "name": NON_EMPTY,
        "provider": NON_EMPTY,
        "spindles": INTEGER,
        "access": NON_EMPTY,
    },
    takes_others=True,
)

DISK_INDEX: Final = such(INTEGER, "a whole number from 0 to 15", range(16).__contains__)

RECREATED_DISKS: Final = any_of(list_of(DISK_INDEX), list_of(tuple_of(DISK_INDEX, DISK)))
"""Which disks to make anew: their numbers alone, or each with what changes about it."""

_REMODELLING: Final = ("add", "remove", "attach", "detach")
_CHANGE: Final = one_of(*_REMODELLING, "modify")


def changes_of(item: Type) -> Type:
    """Changes to an instance's disks or NICs, all of one form: the old one, by number, or by name or UUID."""
    return any_of(
        list_of(tuple_of(_CHANGE, INTEGER, item)),
        list_of(tuple_of(any_of(one_of(*_REMODELLING), NON_NEGATIVE), item)),
        list_of(tuple_of(_CHANGE, TEXT, item)),
    )


OS_CHANGES: Final = list_of(tuple_of(one_of(*_REMODELLING), NON_EMPTY))
UID_RANGES: Final = list_of(tuple_of(INTEGER, INTEGER))

EXPORT_TARGET: Final = any_of(LIST, NON_EMPTY)
"""A node's name, or for a remote export what the other cluster has told about each disk."""

_WHOLE: Final = Type("a number without a fraction", _whole)
_WRITTEN: Final = Type("a text with a number", _written)
_JOB: Final = any_of(
    such(INTEGER, "a number below 0", lambda back: back < 0),
    such(any_of(_WHOLE, _WRITTEN), "a job's number", lambda number: number >= 0),
)
"""A job by its number (or a text with it), or counted backwards from the one that waits for it."""

DEPENDENCIES: Final = list_of(tuple_of(_JOB, list_of(one_of("canceled", "error", "success"))))
"""Jobs that must have ended before, each with the ways to end that will do (none: any but cancellation)."""

REASON_TRAIL: Final = list_of(tuple_of(TEXT, TEXT, Type("a time", _round, int)))
"""Who asked for it: source, reason, time (nanoseconds since 1970, any number of digits)."""
