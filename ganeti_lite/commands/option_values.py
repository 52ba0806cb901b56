"""Values of options that are more than a text: numbers, sizes, yes or no, ``key=value`` lists.

Source of the forms: Ganeti 3.0's commands.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError, ParameterError
from ganeti_lite.sizes import SizeError, parse_size

from .options import UsageError

_NO: Final = "no_"
_UNSET: Final = "-"
_RATE_LIMIT: Final = re.compile(r"RATE_LIMIT\s+(\d+)")
DEFAULT: Final = "default"


def read_size(name: str, text: str) -> int:
    """A size in MiB."""
    try:
        return parse_size(text)
    except SizeError as error:
        raise UsageError(f"option {name}: {error}") from error


def read_integer(name: str, text: str) -> int:
    """A whole number, maybe with a prefix: ``0x``, ``0b``, ``0``."""
    try:
        return int(text, _base_of(text))
    except ValueError as error:
        raise UsageError(f"option {name}: invalid integer value: {text!r}") from error


def _base_of(text: str) -> int:
    prefix = text[:2].lower()
    if prefix == "0x":
        return 16
    if prefix == "0b":
        return 2
    return 8 if text[:1] == "0" and text != "0" else 10


def read_yes_no(_name: str, text: str) -> bool:
    """``yes``, ``true``, ``no`` or ``false``."""
    match text.lower():
        case "yes" | "true":
            return True
        case "no" | "false":
            return False
        case other:
            raise ParameterError(f"Invalid boolean value '{other}'")


def split_escaped(text: str, separator: str = ",") -> list[str]:
    """The parts of a text between separators; a backslash makes what follows it an ordinary character."""
    parts = [""]
    characters = iter(text)
    for character in characters:
        if character == separator:
            parts.append("")
        elif character == "\\":
            parts[-1] += next(characters, "\\")
        else:
            parts[-1] += character
    return parts


def read_list(_name: str, text: str) -> list[str]:
    """Texts by commas; none for the empty text."""
    return split_escaped(text) if text else []


def read_key_values(name: str, text: str) -> dict[str, Any]:
    """``key=value`` by commas. A bare ``key`` is true, ``no_key`` makes it false, ``-key`` takes its value away.

    :raises ParameterError: a key is there twice.
    """
    return _parse_key_values(name, text, has_prefixes=True)


def _parse_key_values(name: str, text: str, *, has_prefixes: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for part in split_escaped(text) if text else ():
        key, value = _parse_key_value(name, part, has_prefixes=has_prefixes)
        if key in values:
            raise ParameterError(f"Duplicate key '{key}' in option {name}")
        values[key] = value
    return values


def _parse_key_value(name: str, part: str, *, has_prefixes: bool) -> tuple[str, Any]:
    key, sign, value = part.partition("=")
    if sign:
        return key, value
    if not has_prefixes:
        raise ParameterError(f"Missing value for key '{part}' in option {name}")
    if part.startswith(_NO):
        return part.removeprefix(_NO), False
    if part.startswith(_UNSET):
        return part.removeprefix(_UNSET), None
    return part, True


def read_named_values(name: str, text: str) -> tuple[str, Any]:
    """``NAME:key=value,...``; ``no_NAME`` alone has the value false, ``-NAME`` none, unless it is a number."""
    ident, _, rest = text.partition(":")
    for prefix, value in ((_NO, False), (_UNSET, None)):
        if ident.startswith(prefix) and not (prefix == _UNSET and ident[1:2].isdigit()):
            if rest:
                raise ParameterError(f"Cannot pass options when removing parameter groups: {text}")
            return ident.removeprefix(prefix), value
    return ident, read_key_values(name, rest)


def read_bounds(name: str, text: str) -> list[dict[str, dict[str, Any]]]:
    """Ranges of instances' sizes: ``min:KEY=VALUE,.../max:KEY=VALUE,...``, several by ``//``."""
    return [_parse_range(name, part) for part in text.split("//")]


def _parse_range(name: str, text: str) -> dict[str, dict[str, Any]]:
    ends: dict[str, dict[str, Any]] = {}
    for part in text.split("/"):
        if not part:
            raise ParameterError(f"Empty section in option '{name}'")
        ident, _, rest = part.partition(":")
        if ident in ends:
            raise ParameterError(f"Duplicated parameter '{ident}' in parsing {name}: {part}")
        ends[ident] = _parse_key_values(name, rest, has_prefixes=False)
    return ends


def read_ratio(name: str, text: str) -> float | str:
    """A number, or ``default``."""
    if text.lower() == DEFAULT:
        return DEFAULT
    try:
        return float(text)
    except ValueError as error:
        raise UsageError(f"option {name}: invalid number: {text!r}") from error


def read_json(name: str, text: str) -> object:
    """Any JSON."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise UsageError(f"option {name}: invalid JSON: {error}") from error


def read_action(_name: str, text: str) -> object:
    """What a rule for jobs does: a word, or ``RATE_LIMIT`` and a number."""
    match = _RATE_LIMIT.match(text)
    return ["RATE_LIMIT", int(match[1])] if match else text


def nest(flat: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A tree of what is named by paths: ``[("a/b", 1)]`` becomes ``{"a": {"b": 1}}``."""
    tree: dict[str, Any] = {}
    for path, value in flat:
        *folders, last = path.split("/")
        place = tree
        for folder in folders:
            place = place.setdefault(folder, {})
        place[last] = value
    return tree


def read_uids(text: str) -> list[tuple[int, int]]:
    """Ranges of user ids by commas, ``LOW-HIGH`` or a single one, in order.

    :raises OpPrereqError: one is none.
    """
    return sorted(_parse_uid_range(part) for part in text.split(",") if part)


def _parse_uid_range(text: str) -> tuple[int, int]:
    bounds = text.split("-")
    if len(bounds) > 2:
        reason = f"Invalid user-id range definition. Only one hyphen allowed: {bounds}"
        raise OpPrereqError(reason, ErrorCode.WRONG_INPUT)
    return _parse_uid(bounds[0], "lower"), _parse_uid(bounds[-1], "higher")


def _parse_uid(text: str, which: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        reason = f"Invalid user-id value for {which} boundary of user-id range: {error}"
        raise OpPrereqError(reason, ErrorCode.WRONG_INPUT) from error


def pairs(values: Sequence[tuple[str, Any]]) -> Mapping[str, Any]:
    """Named values as a mapping; the last one of a name counts."""
    return dict(values)
