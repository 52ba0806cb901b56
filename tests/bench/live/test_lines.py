"""How figures are shown and judged."""

import pytest
from attrs import evolve

from .lines import Figure, Line, Target, Unit, render_lines

LINE = Line("list", "5 real", Unit.SECONDS, Figure(0.04, 4), Figure(0.16, 4), Target(at_most=0.1, times_better=2))


@pytest.mark.parametrize(
    ("line", "is_met"),
    [
        (LINE, True),
        (evolve(LINE, ours=Figure(0.11)), False),
        (evolve(LINE, ours=Figure(0.09)), False),
        (evolve(LINE, ours=Figure(0.09), real=None), True),
        (evolve(LINE, target=Target()), None),
        (evolve(LINE, unit=Unit.RATE, target=Target(times_better=2)), False),
        (evolve(LINE, unit=Unit.COUNT, ours=Figure(50), target=Target(exactly=50)), True),
        (evolve(LINE, unit=Unit.COUNT, ours=Figure(49), target=Target(exactly=50)), False),
        (evolve(LINE, real=None, target=Target(times_better=2)), None),
    ],
)
def test_every_limit_counts(line: Line, is_met: bool | None) -> None:
    """A line is met if each limit that can be judged is kept; without any it is not judged."""
    assert line.is_met is is_met


@pytest.mark.parametrize(("unit", "times"), [(Unit.SECONDS, 4), (Unit.RATE, 0.25), (Unit.COUNT, None)])
def test_what_is_better_depends_on_the_unit(unit: Unit, times: float | None) -> None:
    """Fewer seconds are better, and more answers a second."""
    assert evolve(LINE, unit=unit).times_better == times


def test_the_table_shows_both_and_the_judgement() -> None:
    """What was not measured is a dash, and has no calls."""
    _header, _rule, first, second = render_lines([LINE, evolve(LINE, ours=Figure(2, 4), real=None)]).splitlines()
    assert " ".join(first.split()) == "list 5 real 40.0 ms 4 160 ms 4 4.0 at most 100 ms, 2 times better yes"
    assert " ".join(second.split()) == "list 5 real 2.00 s 4 - at most 100 ms, 2 times better NO"
