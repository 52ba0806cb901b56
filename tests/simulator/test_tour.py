"""What a demonstration shows of a listing."""

import pytest

from ganeti_lite.simulator._tour import excerpt


def listing(rows: int) -> str:
    """A listing with a header and so many rows."""
    return "".join(f"{line}\n" for line in ["Instance", *(f"inst{number}" for number in range(1, rows + 1))])


@pytest.mark.parametrize("rows", [0, 1, 24])
def test_short_listings_are_shown_whole(rows: int) -> None:
    """Up to two dozen rows nothing is left out."""
    shown = excerpt(listing(rows), 0.123)
    assert shown == f"{listing(rows)}({rows} rows in 0.12 s)"


def test_of_long_listings_the_head_is_shown() -> None:
    """A long listing is cut, with the number of rows that it has and of those left out."""
    lines = excerpt(listing(10_000), 1.5).split("\n")
    assert lines[:2] == ["Instance", "inst1"]
    assert lines[-2:] == ["inst8", "(10,000 rows in 1.50 s; 9,992 not shown here)"]
