"""The table: a line for each thing measured, both servers, the calls that they made, and the target."""

import enum
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from tests.bench.table import align_columns, format_seconds

_HEADER: Final = ("what", "nodes", "ours", "calls", "luxid", "calls", "times better", "target", "met")
_RIGHT: Final = frozenset(range(2, 7))
"""Columns of numbers."""


class Unit(enum.Enum):
    """What figures are, and which are better."""

    SECONDS = "seconds: fewer are better"
    RATE = "per second: more are better"
    COUNT = "neither"


@frozen
class Figure:
    """One server's.

    :ivar calls: how many reached the nodes for it; None: not counted.
    """

    value: float
    calls: float | None = None


@frozen
class Target:
    """What our figure is to keep; None: no such limit.

    :ivar exactly: the only right value.
    :ivar times_better: than the real daemon's, where both are measured.
    """

    at_most: float | None = None
    exactly: float | None = None
    times_better: float | None = None


@frozen
class Line:
    """One thing measured.

    :ivar nodes: which nodes, and how they are.
    :ivar real: None: not measured.
    """

    what: str
    nodes: str
    unit: Unit
    ours: Figure
    real: Figure | None
    target: Target = Target()

    @property
    def times_better(self) -> float | None:
        """How many times ours is faster, or gives more answers; None where that cannot be said."""
        if self.real is None or self.unit is Unit.COUNT or not (self.ours.value and self.real.value):
            return None
        ratio = self.ours.value / self.real.value
        return ratio if self.unit is Unit.RATE else 1 / ratio

    @property
    def is_met(self) -> bool | None:
        """Whether every limit that can be judged is kept; None where there is none."""
        judged = []
        if self.target.at_most is not None:
            judged.append(self.ours.value <= self.target.at_most)
        if self.target.exactly is not None:
            judged.append(self.ours.value == self.target.exactly)
        if self.target.times_better is not None and self.times_better is not None:
            judged.append(self.times_better >= self.target.times_better)
        return all(judged) if judged else None


def render_lines(lines: Sequence[Line]) -> str:
    """The table as text, a line each, columns aligned."""
    return align_columns([_HEADER, *(_cells(line) for line in lines)], _RIGHT)


def _cells(line: Line) -> tuple[str, ...]:
    return (
        line.what,
        line.nodes,
        *_figure_cells(line.ours, line.unit),
        *_figure_cells(line.real, line.unit),
        "" if line.times_better is None else f"{line.times_better:.1f}",
        _target_text(line),
        {True: "yes", False: "NO", None: ""}[line.is_met],
    )


def _figure_cells(figure: Figure | None, unit: Unit) -> tuple[str, str]:
    if figure is None:
        return "-", ""
    return _show(figure.value, unit), "" if figure.calls is None else f"{figure.calls:,.0f}"


def _show(value: float, unit: Unit) -> str:
    match unit:
        case Unit.SECONDS:
            return format_seconds(value)
        case Unit.RATE:
            return f"{value:,.1f}/s"
        case Unit.COUNT:
            return f"{value:,.0f}"


def _target_text(line: Line) -> str:
    target = line.target
    parts = [] if target.at_most is None else [f"at most {_show(target.at_most, line.unit)}"]
    parts += [] if target.exactly is None else [_show(target.exactly, line.unit)]
    parts += [] if target.times_better is None else [f"{target.times_better:g} times better"]
    return ", ".join(parts)
