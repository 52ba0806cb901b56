"""Checks of what node daemons send: an answer of another shape than Ganeti's is no answer."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any


class ShapeError(ValueError):
    """A value is not of the shape that it should have."""


def read_members(value: object, required: AbstractSet[str], optional: AbstractSet[str] = frozenset()) -> dict[str, Any]:
    """*value* as an object with all *required* members and none that is neither required nor *optional*."""
    if not isinstance(value, dict) or not required <= value.keys() <= required | optional:
        raise ShapeError("not an object of the expected members")
    return value


def read_list(value: object, read_item: Callable[[object], Any]) -> list[Any]:
    """*value* as a list of items that *read_item* accepts."""
    if not isinstance(value, list):
        raise ShapeError("not a list")
    return [read_item(item) for item in value]


def read_integer(value: object) -> int:
    """A number, rounded to a whole one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ShapeError("not a number")
    return round(value)


def read_optional_integer(value: object) -> int | None:
    """The same, or None."""
    return None if value is None else read_integer(value)


def read_boolean(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ShapeError("not a truth value")
    return value


def read_text(value: object) -> str:
    """A string."""
    if not isinstance(value, str):
        raise ShapeError("not a string")
    return value
