"""A line on the terminal that says how long something has taken."""

from collections.abc import Callable

from .console import Console


def report_waiting(console: Console, what: str = "waiting for the daemon's answer") -> Callable[[float], None]:
    """What is to be called every second with the seconds that have passed."""

    def show(seconds: float) -> None:
        console.show_progress(f"{what} ({format_duration(seconds)})")

    return show


def format_duration(seconds: float) -> str:
    """``M:SS``, or ``H:MM:SS`` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
