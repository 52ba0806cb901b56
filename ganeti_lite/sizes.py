"""Sizes of memory and disks as people write them.

Source: the form that Ganeti 3.0 reads, in commands as in parameters of opcodes: a number, maybe with a fraction, and a
unit of powers of 1024, which is MiB if none is given.
"""

import math
import re
from collections.abc import Mapping
from typing import Final

_FORM: Final = re.compile(r"^([.\d]+)\s*([a-zA-Z]+)?$")
_FACTORS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("m", "mb", "mib"), 1),
    **dict.fromkeys(("g", "gb", "gib"), 1024),
    **dict.fromkeys(("t", "tb", "tib"), 1024 * 1024),
}
"""MiB of a unit."""

_GRAIN: Final = 4
"""MiB that a size is a multiple of."""


class SizeError(ValueError):
    """That is no size; the text says why."""


def parse_size(given: object) -> int:
    """A size in MiB, rounded up to the next multiple of 4.

    :param given: a text, or a number of MiB.
    :raises SizeError: it is none.
    """
    try:
        match = _FORM.match(str(given))
        number, unit = match.groups() if match else ("", None)
        mebibytes = float(number)
    except ValueError as error:  # of numbers that are too long for a text, too
        raise SizeError("Invalid format") from error
    factor = _FACTORS.get((unit or "m").lower())
    if factor is None:
        raise SizeError(f"Unknown unit: {unit}")
    if math.isinf(mebibytes * factor):
        raise SizeError("Number too large")
    return math.ceil(mebibytes * factor / _GRAIN) * _GRAIN
