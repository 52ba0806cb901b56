"""The order of a listing's rows that ``--sort`` asks for: ``FIELD``, or ``FIELD:desc`` for the other way round.

Numbers go by their size, texts as people count ("node9" before "node10"), anything else by its text; rows without a
value come last either way. What is equal keeps the order of the answer.
"""

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError

_DIRECTIONS: Final = {"": False, "asc": False, "desc": True}

Row = Sequence[Sequence[Any]]
"""A ``[status, value]`` for each field."""


class Order(NamedTuple):
    """What rows are sorted by.

    :ivar is_reversed: whether the greatest comes first.
    """

    field: str
    is_reversed: bool = False


def read_order(text: str) -> Order:
    """The order that ``--sort`` asks for.

    :raises OpPrereqError: it names no field, or a direction that is none.
    """
    field, _, direction = text.partition(":")
    if not field or direction not in _DIRECTIONS:
        raise OpPrereqError(f"Rows are sorted by FIELD or FIELD:desc, not by '{text}'", ErrorCode.WRONG_INPUT)
    return Order(field, _DIRECTIONS[direction])


def sort_rows(rows: Sequence[Row], index: int, *, is_reversed: bool = False) -> list[Row]:
    """Rows by the cell at ``index``."""
    present = [row for row in rows if not row[index][0]]
    missing = [row for row in rows if row[index][0]]
    return [*sorted(present, key=lambda row: _sort_key(row[index][1]), reverse=is_reversed), *missing]


def natural_key(text: str) -> list[tuple[int, int, str]]:
    """Sorts texts as people count: runs of digits are numbers, and come before letters."""
    return [(0, int(digits), "") if digits else (1, 0, other) for digits, other in _PARTS.findall(text)]


_PARTS: Final = re.compile(r"([0-9]+)|([^0-9]+)")


def _sort_key(value: object) -> tuple[int, float, list[tuple[int, int, str]]]:
    if isinstance(value, int | float):
        return 0, value, []
    return 1, 0, natural_key(str(value))
