"""From figures of one or two servers to the lines of the table."""

from collections.abc import Sequence
from typing import Final

from ganeti_lite.simulator import ClusterShape

from .scenarios import COLD_START, LISTING, PEAK_MEMORY, RELOAD, Scenario, rows_of, target_at
from .session import Figures, ServerFigures
from .table import Line, Pair

_NOTHING: Final = Pair()


def make_lines(
    shape: ClusterShape, scenarios: Sequence[Scenario], ours: ServerFigures, real: ServerFigures | None
) -> list[Line]:
    """A line for each query, then those for start, reload and memory."""
    lines = [
        Line(
            what=each.title,
            size=size_text(shape),
            ours=_pair_of(ours.scenarios[each.title]),
            real=_pair_of(real.scenarios[each.title]) if real else _NOTHING,
            limits=target_at(shape, each.target),
            answer_size=len(ours.scenarios[each.title].answer),
        )
        for each in scenarios
    ]
    return lines + _server_lines(shape, ours, real)


def _server_lines(shape: ClusterShape, ours: ServerFigures, real: ServerFigures | None) -> list[Line]:
    size = size_text(shape)
    return [
        Line(
            "   process start to answer (c)",
            size,
            Pair(first=ours.cold_start),
            Pair(first=real.cold_start) if real else _NOTHING,
            target_at(shape, COLD_START),
        ),
        Line(
            "   reload of one change",
            size,
            Pair(again=ours.reload),
            Pair(again=real.reload) if real else _NOTHING,
            target_at(shape, RELOAD),
        ),
        Line(
            "   peak memory",
            size,
            Pair(again=ours.peak_memory),
            Pair(again=real.peak_memory) if real else _NOTHING,
            target_at(shape, PEAK_MEMORY),
            is_memory=True,
        ),
    ]


def make_listing_line(shape: ClusterShape, ours: float, debian: float | None) -> Line:
    """The line about whole processes of gnt-instance, in seconds, both talking to our daemon."""
    return Line(
        "   gnt-instance list, process",
        size_text(shape),
        Pair(again=ours),
        Pair(again=debian),
        target_at(shape, LISTING),
    )


def size_text(shape: ClusterShape) -> str:
    """``10,000/400``: instances and nodes."""
    return f"{shape.instances:,}/{shape.nodes:,}"


def find_differences(shape: ClusterShape, ours: ServerFigures, real: ServerFigures) -> list[str]:
    """A sentence for each query that the two servers answered with different rows."""
    return [
        f"The answers to “{title.strip()}” at {size_text(shape)} differ."
        for title, figures in ours.scenarios.items()
        if rows_of(figures.answer) != rows_of(real.scenarios[title].answer)
    ]


def _pair_of(figures: Figures) -> Pair:
    return Pair(figures.first, figures.again)
