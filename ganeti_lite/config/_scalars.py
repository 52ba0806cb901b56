"""Structure hooks of the leaves: strict about types, so that a wrong one is a fault and never a silent conversion.

Each hook takes the decoded JSON value (and the target type, which it ignores) and raises ValueError with what it
expected and what it got.
"""

import re
import sys
from collections.abc import Callable, Sequence
from math import ceil
from typing import Any, Final

Hook = Callable[[Any, Any], Any]

MAX_INTEGER: Final = 2**63 - 1
"""The largest number that answers can hold."""

_SIZE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:([mgt])(?:i?b)?)?", re.ASCII | re.IGNORECASE)
_MIB_PER_UNIT: Final = {"m": 1, "g": 1024, "t": 1024 * 1024}


def describe(value: object) -> str:
    """A short word for a decoded JSON value, for "expected X, got Y"."""
    names = {dict: "an object", list: "a list", type(None): "null"}
    if type(value) in names:
        return names[type(value)]
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def structure_text(value: Any, _: Any) -> str:
    """A string."""
    if type(value) is not str:
        raise ValueError(f"expected a string, got {describe(value)}")
    return value


def intern_text(value: Any, _: Any) -> str:
    """A string of which many objects hold the same one (a UUID that others refer to, an OS, a link): kept once."""
    return sys.intern(structure_text(value, _))


def structure_integer(value: Any, _: Any) -> int:
    """A whole number of at most 64 bits; ``2.0`` counts as one."""
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int:
        raise ValueError(f"expected a whole number, got {describe(value)}")
    if abs(value) > MAX_INTEGER:
        raise ValueError(f"expected a whole number of at most 64 bits, got {describe(value)}")
    return value


def structure_number(value: Any, _: Any) -> float:
    """Any number; a whole one of at most 64 bits becomes ``int``, since answers print it without a fraction."""
    if type(value) is float:
        return int(value) if value.is_integer() and abs(value) <= MAX_INTEGER else value
    if type(value) is not int:
        raise ValueError(f"expected a number, got {describe(value)}")
    return structure_integer(value, _)


def structure_flag(value: Any, _: Any) -> bool:
    """True or false."""
    if type(value) is not bool:
        raise ValueError(f"expected true or false, got {describe(value)}")
    return value


def structure_size(value: Any, _: Any) -> int:
    """An amount of memory in MiB: a whole number, or a string with a unit such as ``1G``."""
    if type(value) in (int, float):
        return structure_integer(value, _)
    if type(value) is str and (match := _SIZE.fullmatch(value.strip())):
        amount = float(match[1]) * _MIB_PER_UNIT[(match[2] or "m").lower()]
        if amount <= MAX_INTEGER:
            return ceil(amount)
    raise ValueError(f"expected an amount of memory in MiB, got {describe(value)}")


def choice_of(words: Sequence[str]) -> Hook:
    """A hook for one of *words*."""
    known = {word: word for word in words}

    def structure_choice(value: Any, _: Any) -> str:
        word = known.get(value) if type(value) is str else None
        if word is None:
            raise ValueError(f"expected one of {', '.join(words)}, got {describe(value)}")
        return word

    return structure_choice
