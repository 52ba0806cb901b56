"""Which values the parameters of instances, nodes, interfaces and disks take, and how a typed text becomes one.

The names, and most of the types, are those of Ganeti's default values; what these do not show is said here.
"""

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any, Final

from ganeti_lite.default_parameters import BEPARAMS, DISKPARAMS, HVPARAMS, LARGEST_ISPEC, NDPARAMS, NICPARAMS
from ganeti_lite.errors import TypeEnforcementError
from ganeti_lite.sizes import SizeError, parse_size


class Kind(Enum):
    """What values a parameter takes."""

    TEXT = "text"
    MAYBE_TEXT = "a text or none"
    BOOLEAN = "true or false"
    INTEGER = "a whole number"
    NUMBER = "a number"
    SIZE = "a size in MiB"


Kinds = Mapping[str, Kind]

_KINDS: Final = {bool: Kind.BOOLEAN, int: Kind.INTEGER, float: Kind.NUMBER, str: Kind.TEXT}


def _kinds_of(*defaults: Mapping[str, object], **others: Kind) -> Kinds:
    by_default = {name: _KINDS[type(value)] for each in defaults for name, value in each.items()}
    return {**by_default, **others}


BACKEND: Final = _kinds_of(BEPARAMS, minmem=Kind.SIZE, maxmem=Kind.SIZE, memory=Kind.SIZE)
HYPERVISOR: Final = _kinds_of(*HVPARAMS.values(), root_path=Kind.MAYBE_TEXT)
NODE: Final = _kinds_of(NDPARAMS, cpu_speed=Kind.NUMBER, ovs_link=Kind.MAYBE_TEXT, ovs_name=Kind.MAYBE_TEXT)
INTERFACE_DEFAULTS: Final = _kinds_of(NICPARAMS)
DISK_TEMPLATE: Final = _kinds_of(*DISKPARAMS.values())
INSTANCE_SIZES: Final = _kinds_of(LARGEST_ISPEC)
INTERFACE: Final[Kinds] = {
    **dict.fromkeys(("bridge", "ip", "name", "network", "vlan"), Kind.MAYBE_TEXT),
    **dict.fromkeys(("link", "mac", "mode"), Kind.TEXT),
}


def enforce(values: Mapping[str, Any], kinds: Kinds, allowed: Collection[str] = ()) -> dict[str, Any]:
    """The values as the types that they must have.

    :param allowed: texts that any of them may be.
    :raises TypeEnforcementError: there is no such parameter, or it does not take the value.
    """
    return {name: _enforce_one(name, value, kinds, allowed) for name, value in values.items()}


def _enforce_one(name: str, value: Any, kinds: Kinds, allowed: Collection[str]) -> object:
    if name not in kinds:
        raise _mistake(f"Unknown parameter '{name}'")
    if isinstance(value, str) and value in allowed:
        return value
    match kinds[name]:
        case Kind.TEXT | Kind.MAYBE_TEXT as kind:
            return _enforce_text(name, value, kind)
        case Kind.BOOLEAN:
            return _enforce_boolean(name, value)
        case Kind.SIZE:
            return _enforce_size(name, value)
        case Kind.INTEGER:
            return _enforce_number(name, value, int, "integer")
        case Kind.NUMBER:
            return _enforce_number(name, value, float, "float")


def _enforce_text(name: str, value: object, kind: Kind) -> str | None:
    if isinstance(value, str) or (value is None and kind is Kind.MAYBE_TEXT):
        return value
    if value is False:
        return ""
    raise _mistake(f"'{name}' (value {value}) is not a valid string")


def _enforce_boolean(name: str, value: object) -> bool:
    if isinstance(value, str) and value:
        words = {"false": False, "true": True}
        if value.lower() not in words:
            raise _mistake(f"'{name}' (value {value}) is not a valid boolean")
        return words[value.lower()]
    return bool(value)


def _enforce_size(name: str, value: object) -> int:
    try:
        return parse_size(value)
    except SizeError as error:
        raise _mistake(f"'{name}' (value {value}) is not a valid size. error: {error}") from error


def _enforce_number(name: str, value: Any, number: type[int] | type[float], what: str) -> float:
    try:
        return number(value)
    except (ValueError, TypeError) as error:
        raise _mistake(f"'{name}' (value {value}) is not a valid {what}") from error


def _mistake(text: str) -> TypeEnforcementError:
    return TypeEnforcementError(text)
