"""Amounts of memory and disk, which travel as integers of MiB, as text."""

from collections.abc import Callable, Mapping
from typing import Final

DEFAULT_UNIT: Final = "h"

_GIB: Final = 1024
_TIB: Final = 1024 * 1024


def _format_human(mebibytes: float) -> str:
    if mebibytes < _GIB:
        return f"{mebibytes:.0f}M"
    if mebibytes < _TIB:
        return f"{mebibytes / _GIB:.1f}G"
    return f"{mebibytes / _TIB:.1f}T"


UNIT_FORMATS: Final[Mapping[str, Callable[[float], str]]] = {
    "h": _format_human,
    "m": lambda mebibytes: f"{mebibytes:.0f}",
    "g": lambda mebibytes: f"{mebibytes / _GIB:.1f}",
    "t": lambda mebibytes: f"{mebibytes / _TIB:.1f}",
}
"""How MiB are shown: human-readable with the unit, or as bare MiB, GiB, TiB."""
