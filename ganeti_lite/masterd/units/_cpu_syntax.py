"""CPU masks: ``0-3,7`` for all of an instance's virtual CPUs, or one such list for each, by colons.

Source: what Ganeti 3.0 takes.
"""

import re
from typing import Final

from ganeti_lite.errors import ParseError

ANY_CPU: Final = -1
"""In place of the highest CPU of a list that stands for all there are."""

_ALL: Final = "all"
_RANGE: Final = re.compile(r"\s*(\d{1,18})\s*(?:-\s*(\d{1,18})\s*)?")


def parse_cpu_mask(mask: str) -> list[int]:
    """The highest CPU of each list, or :data:`ANY_CPU`; none if there is no mask.

    :raises ParseError: that is no mask.
    """
    return [ANY_CPU if part == _ALL else _parse_list(part) for part in mask.split(":")] if mask else []


def is_cpu_mask(mask: str, *, is_single: bool = False) -> bool:
    """Whether that is a mask; a *single* one is a list of CPUs."""
    try:
        lists = [_parse_list(mask)] if is_single else parse_cpu_mask(mask)
    except ParseError:
        return False
    return bool(lists)


def _parse_list(text: str) -> int:
    return max(map(_parse_range, text.split(",")))


def _parse_range(text: str) -> int:
    bounds = _RANGE.fullmatch(text)
    if bounds is None:
        raise ParseError(f"Invalid CPU ID value for CPU mask '{text}'")
    lower, higher = int(bounds[1]), int(bounds[2] or bounds[1])
    if lower > higher:
        raise ParseError(f"Invalid CPU range value '{text}' for CPU mask")
    return higher
