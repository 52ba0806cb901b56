"""How figures are shown and judged."""

import pytest
from attrs import evolve

from .scenarios import Target
from .table import Line, Pair, format_bytes, format_seconds, render_table

LINE = Line("names", "10/2", Pair(0.1, 0.01), Pair(1.0, 0.5), Target(first=0.2, again=0.02, times_faster=20), 1234)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0001234, "0.123 ms"),
        (0.00123, "1.23 ms"),
        (0.0456, "45.6 ms"),
        (0.789, "789 ms"),
        (1.0, "1.00 s"),
        (75, "75.0 s"),
    ],
)
def test_times_have_three_digits(seconds: float, shown: str) -> None:
    """Milliseconds below a second, seconds from there on."""
    assert format_seconds(seconds) == shown


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0.000 B"), (463, "463 B"), (29_500, "29.5 kB"), (180e6, "180 MB"), (1.27e9, "1.27 GB")]
)
def test_sizes_have_three_digits(count: float, shown: str) -> None:
    """Units are powers of a thousand."""
    assert format_bytes(count) == shown


@pytest.mark.parametrize(
    ("line", "is_met"),
    [
        (LINE, True),
        (evolve(LINE, ours=Pair(0.3, 0.01)), False),
        (evolve(LINE, ours=Pair(0.1, 0.03)), False),
        (evolve(LINE, real=Pair(1.0, 0.1)), False),
        (evolve(LINE, real=Pair()), True),
        (evolve(LINE, real=Pair(), limits=Target()), None),
        (evolve(LINE, is_memory=True, limits=Target(again=1)), True),
    ],
)
def test_every_limit_counts(line: Line, is_met: bool | None) -> None:
    """A line is met if each limit that can be judged is kept; without any it is not judged."""
    assert line.is_met is is_met


def test_the_table_is_aligned() -> None:
    """Each line has every column at the same place; what was not measured is a dash."""
    header, rule, first, second = render_table([LINE, evolve(LINE, what="a longer name", real=Pair())]).splitlines()
    assert set(rule) == {"-"}
    for title in ("what", "target", "met"):
        assert header.index(title) < len(first)
    assert first.index("10/2") == second.index("10/2")
    shown = "names 10/2 1.23 kB 100 ms 10.0 ms 1.00 s 500 ms 50.0 200 ms first, 20.0 ms again, 20 times faster yes"
    assert first.split() == shown.split()
    assert second.split()[-9:] == ["-", "-", "200", "ms", "first,", "20.0", "ms", "again", "yes"]
