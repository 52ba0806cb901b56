"""``python -m tests.bench.masterd``: measures, and prints one table; progress goes to standard error."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from tests.bench.table import align_columns, format_bytes, format_seconds

from .cluster import NODES
from .measures import Figure, measure_job, measure_queue, measure_submission, measure_waking

_HEADER: Final = ("what", "figure", "target", "met")

_LEGEND: Final = f"""\
A cluster of {NODES} simulated nodes, all of them master candidates, on this machine, whose processors their daemons
share with the job daemon and the clients. Every answer comes after the job is on the master's disk (fsync) and the
candidates have it, but for those that are behind. Slow nodes: each file of the queue takes a candidate 20 ms. Queued:
orders to a daemon that has just been started, and sends the candidates all jobs meanwhile; median at the socket. All
told: from the order to cancel until the last client has its answer. For the candidates, for the disk: by how much the
job is faster without other candidates, and with all files in memory."""


def main(argv: Sequence[str] | None = None) -> int:
    """Measures and prints the table; returns 0, or 1 if a figure misses its target."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.masterd", description="Measure what jobs cost.")
    parser.add_argument("--submissions", type=int, default=300, metavar="N", help="submissions (%(default)s)")
    parser.add_argument("--queued", type=int, default=10_000, metavar="N", help="jobs in the queue (%(default)s)")
    parser.add_argument("--jobs", type=int, default=30, metavar="N", help="jobs that are done (%(default)s)")
    parser.add_argument("--only", choices=("submission", "queue", "waking", "job"), help="measure only that")
    arguments = parser.parse_args(argv)
    parts: Mapping[str, Callable[[], Iterator[Figure]]] = {
        "submission": lambda: measure_submission(arguments.submissions),
        "queue": lambda: measure_queue(arguments.queued),
        "waking": measure_waking,
        "job": lambda: measure_job(arguments.jobs),
    }
    figures = [
        figure for name, part in parts.items() if arguments.only in (None, name) for figure in _tell(name, part())
    ]
    print("\n".join((render_figures(figures), "", _LEGEND)))
    return 1 if any(figure.is_met is False for figure in figures) else 0


def _tell(name: str, figures: Iterator[Figure]) -> Iterator[Figure]:
    print(f"measuring {name}", file=sys.stderr, flush=True)
    yield from figures


def render_figures(figures: Sequence[Figure]) -> str:
    """The table as text."""
    return align_columns([_HEADER, *map(_cells, figures)], {1, 2})


def _cells(figure: Figure) -> tuple[str, ...]:
    target = "" if figure.target is None else _show(figure.target, figure.unit)
    return figure.what, _show(figure.value, figure.unit), target, {True: "yes", False: "NO", None: ""}[figure.is_met]


def _show(value: float, unit: str) -> str:
    match unit:
        case "s":
            return format_seconds(value)
        case "B":
            return format_bytes(value)
        case "%":
            return f"{value:.0f} %"
    return f"{value:,.0f}{unit}"


if __name__ == "__main__":
    sys.exit(main())
