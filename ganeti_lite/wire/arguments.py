"""Readers for the arguments of Luxi's methods: a JSON value in, the same value as the type it has to be out.

A reader raises :class:`MismatchError` with the words that Ganeti's daemon has for it; :func:`conversion_error` puts
them, with the value they are about, into the answer for the client.
"""

import json
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Final, TypeGuard, TypeVar

from ganeti_lite.constants import ItemType, TagKind
from ganeti_lite.errors import RequestParseError
from ganeti_lite.job_ids import check_job_id, parse_job_id

Read = TypeVar("Read")

_ITEM_TYPES: Final = frozenset(ItemType)
"""What Luxi knows, though it does not serve ``cluster``; and ``extstorage``, of which Ganeti's query daemon knows
nothing."""

_QUOTED_LENGTH: Final = 4096
"""Characters of an offending value that an error repeats; Ganeti's daemon repeats all of it, however long."""

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)


class MismatchError(Exception):
    """A value has the wrong type or content.

    :ivar reason: in what way, in the words of the answer.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def conversion_error(value: object, reason: str) -> RequestParseError:
    """The error for arguments, or a part of them, of the wrong form.

    :param value: the JSON value that is wrong: all arguments of the method, unless a reader says else.
    :param reason: in what way, without the prefix.
    """
    return RequestParseError(f"Cannot convert value '{render(value)}', error: {reason}")


def render(value: object) -> str:
    """A value as error texts quote it: JSON on one line, with ``, `` and ``: ``, cut if it is long or too deep."""
    parts: list[str] = []
    length = 0
    try:
        for part in _ENCODER.iterencode(value):
            parts.append(part)
            length += len(part)
            if length > _QUOTED_LENGTH:
                break
    except RecursionError:
        length = _QUOTED_LENGTH + 1
    text = "".join(parts)
    return text if length <= _QUOTED_LENGTH else text[:_QUOTED_LENGTH] + "…"


def read_any(value: object) -> object:
    """Any value, as it is."""
    return value


def read_string(value: object) -> str:
    """A string."""
    if not isinstance(value, str):
        raise MismatchError("Unable to read String")
    return value


def read_bool(value: object) -> bool:
    """``true`` or ``false``; no number stands for them."""
    if not isinstance(value, bool):
        raise MismatchError("Unable to read Bool")
    return value


def read_list(value: object) -> list[object]:
    """An array of anything."""
    if not isinstance(value, list):
        raise MismatchError("Unable to read list")
    return value


def read_strings(value: object) -> tuple[str, ...]:
    """An array of strings."""
    return tuple(map(read_string, read_list(value)))


def read_item_type(value: object) -> ItemType:
    """The name of a kind of item that can be queried."""
    if not isinstance(value, str):
        raise MismatchError(f"Invalid value '{render(value)}for query type")  # clients see it so: one quote, no blank
    if value not in _ITEM_TYPES:
        raise MismatchError(f"Can't parse value '{value}' as neitherQueryTypeLuxi nor QueryTypeOp")
    return ItemType(value)


def read_tag_kind(value: object) -> TagKind:
    """The name of a kind of item that can bear tags."""
    if not isinstance(value, str):
        raise MismatchError("Can't parse value for 'TagKind': Unable to read String")
    if value not in frozenset(TagKind):
        raise MismatchError(f"Invalid string value for type TagKind: {render(value)}")
    return TagKind(value)


def read_job_ids(value: object) -> tuple[int, ...]:
    """An array of job ids: whole numbers, or strings of decimal digits."""
    return tuple(map(read_job_id, read_list(value)))


def read_job_id(value: object) -> int:
    """A job id, never negative."""
    try:
        return parse_job_id(value) if isinstance(value, str) else check_job_id(_whole_number(value))
    except ValueError as error:
        raise MismatchError(str(error)) from error


def read_optional(read: Callable[[object], Read]) -> Callable[[object], Read | None]:
    """A reader that takes ``null``, too. What else is wrong, the error quotes this value alone, not all arguments."""

    def read_or_none(value: object) -> Read | None:
        if value is None:
            return None
        try:
            return read(value)
        except MismatchError as mismatch:
            raise conversion_error(value, mismatch.reason) from mismatch

    return read_or_none


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a JSON value is a number; one that exceeds all bounds is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def read_integer(value: object) -> int:
    """A number, rounded to a whole one."""
    if not is_number(value):
        raise MismatchError("Unable to read Int")
    return round(value)


def _whole_number(value: object) -> int:
    if not is_number(value):
        raise MismatchError(f"Wrong type/value for job id: {render(value)}")
    if isinstance(value, float) and not value.is_integer():
        exact = Fraction(repr(value))
        raise MismatchError(f"Got fractional job ID from master daemon?! Value:{exact.numerator} % {exact.denominator}")
    return int(value)
