"""A request's salt: the sender's seconds since 1970, in any notation that Ganeti's daemon reads as a number.

``salt = *blank number | *blank "(" *blank … *blank ")"``, where ``number`` is decimal, hexadecimal (``0x``) or octal
(``0o``), without sign, and what is in parentheses is a salt again. Behind a number blanks are allowed in parentheses
only.
"""

import re
from functools import lru_cache
from typing import Final

_NUMBER: Final = re.compile("([0-9]+)|0[xX]([0-9a-fA-F]+)|0[oO]([0-7]+)")
_BASES: Final = (10, 16, 8)

_KEPT: Final = 256
"""Salts that are remembered: all requests of one second have the same."""


@lru_cache(maxsize=_KEPT)
def parse_salt(salt: str) -> int | None:
    """Seconds since 1970; None if *salt* is no number."""
    if salt.isascii() and salt.isdigit():
        return int(salt)
    text = salt.lstrip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    return next(int(digits, base) for digits, base in zip(match.groups(), _BASES, strict=True) if digits is not None)
