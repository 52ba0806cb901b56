"""Points in time, which travel as seconds since 1970, as text."""

import time
from typing import Final

NOT_A_TIME: Final = "N/A"


def format_timestamp(seconds: object) -> str:
    """``YYYY-MM-DD HH:MM:SS`` in local time, fractions cut; :data:`NOT_A_TIME` for what is no point in time."""
    if not isinstance(seconds, int | float):
        return NOT_A_TIME
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
    except (OverflowError, ValueError, OSError):  # years that the platform cannot name
        return NOT_A_TIME


def format_precise_timestamp(point: object) -> str:
    """The same with microseconds, for a point in time as jobs have it: ``[seconds, microseconds]``; else ``?``."""
    match point:
        case [int(seconds), int(microseconds)]:
            return f"{format_timestamp(seconds)}.{microseconds:06}"
        case _:
            return "?"
