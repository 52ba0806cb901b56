"""Parameters of backends, nodes and NICs that an opcode brings: checked, converted, merged with those that are there.

Source: the conversions that Ganeti 3.0 makes. Numbers may come as text, sizes with a unit, truth as ``true`` or
``false``; the value ``default`` takes a parameter back to what it would be without.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from ganeti_lite.config import freeze
from ganeti_lite.default_parameters import DISKPARAMS, HVPARAMS
from ganeti_lite.errors import OpPrereqError, TypeEnforcementError
from ganeti_lite.sizes import parse_size
from ganeti_lite.snapshot import Json, Params

DEFAULT_VALUE: Final = "default"
"""What takes a parameter of an object back to the level above."""

Convert: TypeAlias = Callable[[str, Any], Json]
"""A parameter's name and what was given for it → its value; raises :class:`TypeEnforcementError`."""


def _convert_text(name: str, value: Any) -> Json:
    if isinstance(value, str):
        return value
    if value is False:  # how clients say that there is none
        return ""
    raise TypeEnforcementError(f"'{name}' (value {value}) is not a valid string")


def _convert_text_or_null(name: str, value: Any) -> Json:
    return None if value is None else _convert_text(name, value)


def _convert_boolean(name: str, value: Any) -> Json:
    if not isinstance(value, str) or not value:
        return bool(value)
    match value.lower():
        case "true":
            return True
        case "false":
            return False
        case _:
            raise TypeEnforcementError(f"'{name}' (value {value}) is not a valid boolean")


def _convert_integer(name: str, value: Any) -> Json:
    try:
        return check_number(int(value))
    except (TypeError, ValueError, OverflowError) as error:
        raise TypeEnforcementError(f"'{name}' (value {value}) is not a valid integer") from error


def _convert_float(name: str, value: Any) -> Json:
    try:
        return check_number(float(value))
    except (TypeError, ValueError, OverflowError) as error:
        raise TypeEnforcementError(f"'{name}' (value {value}) is not a valid float") from error


def _convert_size(name: str, value: Any) -> Json:
    try:
        return check_number(parse_size(value))
    except ValueError as error:
        raise TypeEnforcementError(f"'{name}' (value {value}) is not a valid size. error: {error}") from error


def check_number(number: float) -> float:
    """The number.

    :raises ValueError: it is one that the configuration cannot have.
    """
    if not math.isfinite(number):
        raise ValueError("not finite")
    freeze(number)
    return number


BE_TYPES: Final[Mapping[str, Convert]] = {
    "minmem": _convert_size,
    "maxmem": _convert_size,
    "vcpus": _convert_integer,
    "auto_balance": _convert_boolean,
    "always_failover": _convert_boolean,
    "spindle_use": _convert_integer,
}

ISPEC_TYPES: Final[Mapping[str, Convert]] = {
    "memory-size": _convert_integer,
    "disk-size": _convert_integer,
    "disk-count": _convert_integer,
    "cpu-count": _convert_integer,
    "nic-count": _convert_integer,
    "spindle-use": _convert_integer,
}
"""What an instance's policy limits; sizes in MiB."""

ND_TYPES: Final[Mapping[str, Convert]] = {
    "oob_program": _convert_text,
    "spindle_count": _convert_integer,
    "exclusive_storage": _convert_boolean,
    "ovs": _convert_boolean,
    "ovs_name": _convert_text_or_null,
    "ovs_link": _convert_text_or_null,
    "ssh_port": _convert_integer,
    "cpu_speed": _convert_float,
}

HV_STATE_TYPES: Final[Mapping[str, Convert]] = {
    "mem_total": _convert_integer,
    "mem_hv": _convert_integer,
    "mem_node": _convert_integer,
    "cpu_total": _convert_integer,
    "cpu_node": _convert_integer,
}

DISK_STATE_TYPES: Final[Mapping[str, Convert]] = {
    "disk_total": _convert_integer,
    "disk_reserved": _convert_integer,
    "disk_overhead": _convert_integer,
}

NEW_DISK_TYPES: Final[Mapping[str, Convert]] = {
    **dict.fromkeys(("access", "adopt", "dev_type", "metavg", "mode", "name", "provider", "vg"), _convert_text_or_null),
    "size": _convert_size,
    "spindles": _convert_integer,
}
"""What a disk that is ordered may have."""

NIC_TYPES: Final[Mapping[str, Convert]] = {"mode": _convert_text, "link": _convert_text, "vlan": _convert_text}


_BY_TYPE: Final[Mapping[type, Convert]] = {
    bool: _convert_boolean,
    int: _convert_integer,
    float: _convert_float,
    str: _convert_text,
}


def types_of(defaults: Iterable[Mapping[str, object]]) -> Mapping[str, Convert]:
    """How parameters are converted that have values of the right types in one of the *defaults*."""
    return {name: _BY_TYPE[type(value)] for level in defaults for name, value in level.items()}


HV_TYPES: Final[Mapping[str, Convert]] = {**types_of(HVPARAMS.values()), "root_path": _convert_text_or_null}
DISK_TYPES: Final[Mapping[str, Convert]] = types_of(DISKPARAMS.values())


def enforce_types(given: Mapping[str, Any], types: Mapping[str, Convert], *special: str) -> dict[str, Json]:
    """The parameters with values of their types; a value that is one of *special* stays as it is.

    :raises TypeEnforcementError: these are no parameters, there is no such one, or the value is none.
    """
    converted: dict[str, Json] = {}
    for name, value in expect_params(given).items():
        if name not in types:
            raise TypeEnforcementError(f"Unknown parameter '{name}'")
        is_special = isinstance(value, str) and value in special
        converted[name] = value if is_special else types[name](name, value)
    return converted


def expect_params(given: Any) -> Mapping[str, Any]:
    """Parameters, whatever they are.

    :raises TypeEnforcementError: these are none.
    """
    if not isinstance(given, Mapping):
        raise TypeEnforcementError(f"Expected dictionary, got '{given}'")
    return given


def upgrade_beparams(given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with the old one ``memory`` taken for both of those that have followed it."""
    upgraded = dict(given)
    if "memory" in upgraded:
        memory = upgraded.pop("memory")
        upgraded |= {"maxmem": memory, "minmem": memory}
    return upgraded


def override(own: Params, changes: Mapping[str, Json]) -> Params:
    """An object's own parameters after *changes*; the value ``default`` takes one away."""
    merged = {**own, **changes}
    return MappingProxyType({name: value for name, value in merged.items() if value != DEFAULT_VALUE})


def freeze_params(given: Mapping[str, Any] | None, types: Mapping[str, Convert]) -> Params:
    """The same as :func:`enforce_types`, to be kept, whole numbers as such; nothing given are no parameters."""
    converted = enforce_types(given or {}, types)
    return MappingProxyType({name: freeze(value) for name, value in converted.items()})


def check_not_global(given: Iterable[str], names: Iterable[str], kind: str, bad: str, good: str) -> None:
    """Raise OpPrereqError if parameters of a *kind* are given on a *bad* level that only make sense on a *good* one.

    :param names: those parameters.
    """
    if used := sorted(set(names).intersection(given)):
        text = f"The following {kind} parameters are global and cannot be customized at {bad} level, please modify them"
        raise OpPrereqError(f"{text} at {good} level: {', '.join(used)}")
