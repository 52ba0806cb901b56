"""Times as job files have them."""

from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.masterd.times import split_time


def test_a_time_is_seconds_and_microseconds() -> None:
    """Rounded down, so that no event is later than it was."""
    assert split_time(0.0) == (0, 0)
    assert split_time(1_800_000_000.25) == (1_800_000_000, 250_000)
    assert split_time(1.9999999) == (1, 999_999)


@given(st.floats(0, 2**33, allow_nan=False))
def test_microseconds_are_less_than_a_second(seconds: float) -> None:
    """Whatever floating point numbers do, the parts are of the form that Ganeti reads."""
    whole, micro = split_time(seconds)
    assert 0 <= micro < 1_000_000
    assert whole <= seconds < whole + 1
