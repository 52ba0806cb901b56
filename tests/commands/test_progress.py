"""Spans of time on the line of progress."""

import pytest

from ganeti_lite.commands.progress import format_duration, report_waiting

from .conftest import RecordedConsole


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.9, "0:00"), (61.5, "1:01"), (3599, "59:59"), (3600, "1:00:00"), (90061, "25:01:01")]
)
def test_durations(seconds: float, text: str) -> None:
    """Minutes and seconds, hours before them if there are some."""
    assert format_duration(seconds) == text


def test_waiting() -> None:
    """Who waits is told for what, and for how long."""
    console = RecordedConsole()
    report_waiting(console)(61)
    assert console.progress == ["waiting for the daemon's answer (1:01)"]
