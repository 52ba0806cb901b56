"""The one table: a line for each thing measured, both servers and the target side by side."""

from collections.abc import Container, Sequence
from typing import Final

from attrs import frozen

from .scenarios import Target

_HEADER: Final = (
    "what",
    "instances/nodes",
    "answer",
    "ours",
    "again",
    "luxid",
    "again",
    "times faster",
    "target",
    "met",
)
_RIGHT: Final = frozenset(range(1, 8))
"""Columns of numbers."""


@frozen
class Pair:
    """First and repeated, in seconds, or in bytes on a line about memory; None: not measured, or no such thing."""

    first: float | None = None
    again: float | None = None


@frozen
class Line:
    """One thing measured.

    :ivar size: instances/nodes.
    :ivar answer_size: bytes; None where there is no answer.
    :ivar limits: what to judge by; absolute limits that do not hold at this size are left out by the caller.
    """

    what: str
    size: str
    ours: Pair
    real: Pair
    limits: Target
    answer_size: int | None = None
    is_memory: bool = False

    @property
    def times_faster(self) -> float | None:
        """How many times ours is faster (or smaller), repeated if that was measured."""
        ours, real = (self.ours.again, self.real.again) if self.ours.again else (self.ours.first, self.real.first)
        return real / ours if ours and real else None

    @property
    def is_compared(self) -> bool:
        """Whether the real daemon is to be outdone."""
        return self.times_faster is not None and self.limits.times_faster is not None and not self.is_memory

    @property
    def is_met(self) -> bool | None:
        """Whether every limit that can be judged is kept; None where there is none."""
        pairs = ((self.ours.first, self.limits.first), (self.ours.again, self.limits.again))
        judged = [figure <= limit for figure, limit in pairs if figure is not None and limit is not None]
        if self.is_compared:
            judged.append((self.times_faster or 0) >= (self.limits.times_faster or 0))
        return all(judged) if judged else None


def render_table(lines: Sequence[Line]) -> str:
    """The table as text, a line each, columns aligned."""
    return align_columns([_HEADER, *(_cells(line) for line in lines)], _RIGHT)


def align_columns(cells: Sequence[Sequence[str]], right: Container[int]) -> str:
    """Rows of equally many cells as text, a line each, with a rule below the first.

    :param right: numbers of the columns that are flush right.
    """
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    shown = [
        "  ".join(
            text.rjust(width) if column in right else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    shown.insert(1, "-" * max(len(each) for each in shown))
    return "\n".join(shown)


def _cells(line: Line) -> tuple[str, ...]:
    show = format_bytes if line.is_memory else format_seconds
    figures = (line.ours.first, line.ours.again, line.real.first, line.real.again)
    return (
        line.what,
        line.size,
        "" if line.answer_size is None else format_bytes(line.answer_size),
        *("-" if figure is None else show(figure) for figure in figures),
        "" if line.times_faster is None else _three_digits(line.times_faster, "").rstrip(),
        _limits_text(line),
        {True: "yes", False: "NO", None: ""}[line.is_met],
    )


def _limits_text(line: Line) -> str:
    show = format_bytes if line.is_memory else format_seconds
    parts = [
        f"{show(limit)} {word}" for limit, word in ((line.limits.first, "first"), (line.limits.again, "again")) if limit
    ]
    if line.is_compared:
        parts.append("faster" if line.limits.times_faster == 1 else f"{line.limits.times_faster:g} times faster")
    return ", ".join(parts)


def format_seconds(seconds: float) -> str:
    """Three digits, in milliseconds below one second: ``0.123 ms``, ``45.6 ms``, ``7.89 s``."""
    return _three_digits(seconds * 1000, "ms") if seconds < 1 else _three_digits(seconds, "s")


def format_bytes(count: float) -> str:
    """Three digits, in units of powers of ten: ``12.3 kB``, ``345 MB``."""
    for limit, unit in ((1e3, "B"), (1e6, "kB"), (1e9, "MB")):
        if count < limit:
            return _three_digits(count / limit * 1e3, unit)
    return _three_digits(count / 1e9, "GB")


def _three_digits(number: float, unit: str) -> str:
    decimals = 0 if number >= 100 else 1 if number >= 10 else 2 if number >= 1 else 3
    return f"{number:.{decimals}f} {unit}"
