"""Numbers as Ganeti's query daemon reads and writes them.

It reads JSON numbers as exact fractions, rounds them where it wants a whole number, and keeps the lowest 64 bits of
that. Whole numbers are written without a fraction, whatever they were read as. Source: what Ganeti 3.0.2 answers.
"""

import re
from decimal import Decimal
from fractions import Fraction
from math import inf, isinf
from typing import Final

_WORD: Final = 1 << 64
_BEYOND_FLOAT: Final = 1 << 1024
"""What an infinite floating-point number is written as."""

_WHOLE: Final = re.compile(r"([(\s]*)(-?)\s*(0[xX][0-9a-fA-F]+|0[oO][0-7]+|[0-9]+)", re.ASCII)


def exact(number: float) -> int | Fraction:
    """What a JSON number said before it was decoded: the shortest decimal that stands for the same float."""
    if type(number) is int:
        return number
    if isinf(number):
        return _BEYOND_FLOAT if number > 0 else -_BEYOND_FLOAT
    fraction = Fraction(repr(number))
    return fraction.numerator if fraction.denominator == 1 else fraction


def plain_number(number: float) -> int | float:
    """A JSON number as it is written again: a whole one without a fraction."""
    value = exact(number)
    return value if type(value) is int else number


def to_word(number: float) -> int:
    """A number where the daemon has a signed one of 64 bits: rounded, halves to even, higher bits lost."""
    return wrap(round(exact(number)))


def wrap(whole: int) -> int:
    """The signed number that is left of *whole* in 64 bits."""
    return (whole + _WORD // 2) % _WORD - _WORD // 2


def to_float(number: float) -> int | float:
    """A number where the daemon has a floating-point one, as it is written again."""
    value = _nearest(number)
    if isinf(value):
        return _BEYOND_FLOAT if value > 0 else -_BEYOND_FLOAT
    return int(value) if value.is_integer() else value


def show_float(number: float) -> str:
    """A floating-point number as Haskell shows it: plain from 0.1 up to ten million, else ``1.0e-2``."""
    value = _nearest(number)
    if isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 0.1 <= abs(value) < 10**7:
        return repr(value)
    shortest = Decimal(repr(value))
    digits = "".join(map(str, shortest.as_tuple().digits)).rstrip("0")
    return f"{'-' if value < 0 else ''}{digits[0]}.{digits[1:] or '0'}e{shortest.adjusted()}"


def _nearest(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf


def read_whole(text: str) -> tuple[int, str] | None:
    """The whole number that *text* begins with, as Haskell reads one, and what is behind it; ``None`` if it does not.

    There may be blanks before it and parentheses around it; ``0x10`` and ``0o20`` are numbers too.
    """
    match = _WHOLE.match(text)
    if match is None:
        return None
    opened, minus, digits = match.groups()
    rest = text[match.end() :]
    for _ in range(opened.count("(")):
        before, bracket, rest = rest.partition(")")
        if not bracket or before.strip():
            return None
    base = {"x": 16, "o": 8}.get(digits[1:2].lower(), 10)
    whole = int(digits, base)
    return wrap(-whole if minus else whole), rest
