"""CPU masks: ``0-3,7`` for all of an instance's virtual CPUs, or one such list for each, by colons.

Source: what Ganeti 3.0 takes.
"""

from collections.abc import Iterator
from typing import Final

from ganeti_lite.errors import ParseError

_ALL: Final = "all"


def parse_cpu_mask(mask: str) -> list[frozenset[int]]:
    """The CPUs of each list; none in one that stands for all.

    :raises ParseError: that is no mask.
    """
    return [frozenset(() if part == _ALL else _parse_list(part)) for part in mask.split(":")] if mask else []


def is_cpu_mask(mask: str) -> bool:
    """Whether that is a mask."""
    try:
        parse_cpu_mask(mask)
    except ParseError:
        return False
    return True


def _parse_list(text: str) -> Iterator[int]:
    for part in text.split(","):
        bounds = part.split("-")
        if not 1 <= len(bounds) <= 2 or not all(bound.strip().isdigit() for bound in bounds):
            raise ParseError(f"Invalid CPU ID value for CPU mask '{part}'")
        lower, higher = int(bounds[0]), int(bounds[-1])
        if lower > higher:
            raise ParseError(f"Invalid CPU range value '{part}' for CPU mask")
        yield from range(lower, higher + 1)
