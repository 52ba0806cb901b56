"""Points in time."""

import time
from collections.abc import Iterator

import pytest

from ganeti_lite.commands.timestamps import format_timestamp


@pytest.fixture(autouse=True)
def utc() -> Iterator[None]:
    """Local time is UTC while a test runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1970-01-01 00:00:00"),
        (12345.999999, "1970-01-01 03:25:45"),
        (1795372899.4, "2026-11-22 18:41:39"),
        (None, "N/A"),
        ("x", "N/A"),
        ([1, 2], "N/A"),
        (1e300, "N/A"),
        (float("nan"), "N/A"),
    ],
)
def test_format(seconds: object, text: str) -> None:
    """Seconds become a date and a time of day; what is no time is said to be none."""
    assert format_timestamp(seconds) == text
