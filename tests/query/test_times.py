"""Times as they are answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.query.times import round_time

TIMES = st.floats(min_value=0, max_value=4e9) | st.integers(min_value=0, max_value=4 * 10**9)


@pytest.mark.parametrize(
    ("stored", "answered"),
    [
        (1037916530.6, 1037916530.5999999),
        (1438961630.044563, 1438961630.0445633),
        (1505283820.5796003, 1505283820.5796),
        (1837577975.6625729, 1837577975.6625726),
        (1700000002, 1700000002.0000002),
        (1523832096, 1523832095.9999998),
        (0.4896935204622582, 0.489693520462),
        (1e-13, 0),
    ],
)
def test_times_move_as_they_do_in_ganeti(stored: float, answered: float) -> None:
    """A stored time comes out as Ganeti 3.0.2's query daemon answers it."""
    assert round_time(stored) == answered


@pytest.mark.parametrize("stored", [0, 1795372899, 1795372899.0, 1700000001.0])
def test_whole_times_are_integers(stored: float) -> None:
    """A time that comes out whole has no fraction, however it was stored."""
    assert (round_time(stored), type(round_time(stored))) == (int(stored), int)


def test_times_of_ganetis_own_writer_are_unchanged() -> None:
    """What Ganeti has stored comes out as it is stored."""
    for stored in (1795372899.4006028, 1795377029.030568, 1795373142.2108183):
        assert round_time(stored) == stored


@given(TIMES)
def test_times_move_by_less_than_a_microsecond(stored: float) -> None:
    """The detour over picoseconds changes a time in its last bit at most, and only once."""
    assert abs(round_time(stored) - stored) < 1e-6
    assert round_time(round_time(stored)) == round_time(stored)
