"""Colours of statuses, for terminals.

A colour says at a glance what needs a look: red is broken, yellow is under way or not as it should be, green is well.
"""

from collections.abc import Mapping
from typing import Final

Colors = Mapping[str, str]
"""The colour of each value; an ending ``*`` stands for any text. What is not there has none."""

GREEN: Final = "\033[32m"
YELLOW: Final = "\033[33m"
RED: Final = "\033[31m"
DIM: Final = "\033[2m"
_PLAIN: Final = "\033[0m"

INSTANCE_COLORS: Final[Colors] = {
    "running": GREEN,
    "ADMIN_down": DIM,
    "ADMIN_offline": DIM,
    "USER_down": YELLOW,
    "ERROR_*": RED,
}
NODE_COLORS: Final[Colors] = {"M": GREEN, "D": YELLOW, "O": RED}
JOB_COLORS: Final[Colors] = {
    "success": GREEN,
    "error": RED,
    "queued": DIM,
    "waiting": YELLOW,
    "running": YELLOW,
    "canceling": YELLOW,
    "canceled": DIM,
}
MISSING_COLOR: Final = DIM


def choose_color(colors: Colors, value: str) -> str | None:
    """The colour of a value."""
    if value in colors:
        return colors[value]
    return next((color for key, color in colors.items() if key[-1] == "*" and value.startswith(key[:-1])), None)


def paint(text: str, color: str | None) -> str:
    """A text in a colour."""
    return text if color is None else f"{color}{text}{_PLAIN}"
