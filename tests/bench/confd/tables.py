"""Two tables: requests a second, and how long pings take beside something large."""

from collections.abc import Mapping, Sequence
from typing import Final

from ganeti_lite.constants import ConfdRequest
from ganeti_lite.simulator import ClusterShape
from tests.bench.report import size_text
from tests.bench.table import format_bytes, format_seconds

from .client import Latencies
from .scenarios import OF_ECHO, PING_LIMIT
from .session import Rates

RATES_HEADER: Final = (
    "what", "instances/nodes", "reply", "ours/s", "confd/s", "times faster", "echo/s", "of echo", "target", "met",
)  # fmt: skip
LATENCIES_HEADER: Final = ("pings beside", "instances/nodes", "pings", "median", "99 %", "longest", "target", "met")
_MET: Final = {True: "yes", False: "NO", None: ""}
_TEXT_COLUMNS: Final = frozenset({"what", "pings beside", "target", "met"})


def make_rates_row(shape: ClusterShape, rates: Rates) -> tuple[str, ...]:
    """One question's line."""
    ours, echo, real = rates.by_server["ours"], rates.by_server["echo"], rates.by_server.get("confd")
    times = ours.per_second / real.per_second if real else None
    wanted = rates.question.times_faster(shape.instances)
    part = ours.per_second / echo.per_second
    is_ping = rates.question.request_type is ConfdRequest.PING
    targets = [f"{wanted:g} times"] if wanted else []
    judged = [times >= wanted] if wanted and times else []
    if is_ping:
        targets.append(f"{OF_ECHO:.0%} of echo")
        judged.append(part >= OF_ECHO)
    return (
        rates.question.title,
        size_text(shape),
        format_bytes(ours.reply_size),
        f"{ours.per_second:,.0f}",
        f"{real.per_second:,.0f}" if real else "-",
        f"{times:.1f}" if times else "-",
        f"{echo.per_second:,.0f}",
        f"{part:.0%}",
        ", ".join(targets),
        _MET[all(judged) if judged else None],
    )


def make_latency_rows(shape: ClusterShape, latencies: Mapping[str, Latencies]) -> list[tuple[str, ...]]:
    """A line for each disturbance."""
    return [
        (
            what,
            size_text(shape),
            f"{each.count:,}",
            *map(format_seconds, (each.median, each.percentile_99, each.longest)),
            f"{format_seconds(PING_LIMIT)} for 99 %",
            _MET[each.percentile_99 <= PING_LIMIT],
        )
        for what, each in latencies.items()
    ]


def render(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as text, a line each, columns aligned."""
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    lines = [
        "  ".join(
            cell.ljust(width) if title in _TEXT_COLUMNS else cell.rjust(width)
            for title, cell, width in zip(header, row, widths, strict=True)
        ).rstrip()
        for row in (header, *rows)
    ]
    return "\n".join((lines[0], "-" * max(map(len, lines)), *lines[1:]))
