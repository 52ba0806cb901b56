"""``python -m tests.load``: measures, and prints a table; progress goes to standard error."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from ganeti_lite.simulator import ClusterShape
from tests.bench.table import align_columns, format_bytes, format_seconds

from .measure import LoadSettings, Measured, measure_crowd, measure_fairness
from .nuisances import Nuisances

HEADER: Final = (
    *("question", "beside", "answers", "median", "99 %", "beside that", "99 %", "times", "99 %", "refused", "memory"),
)
_UNITS: Final = {
    "pause": "seconds between an answer and the next question",
    "seconds": "of each measurement",
    "datagrams": "a second",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Measures and prints; returns 0."""
    settings = parse_arguments(argv)
    rows: list[Sequence[str]] = []
    for measure in (measure_crowd, measure_fairness):
        print(f"measuring: {measure.__doc__}", file=sys.stderr, flush=True)
        rows += make_rows(measure(settings))
    print(align_columns([HEADER, *rows], range(2, len(HEADER))))
    return 0


def parse_arguments(argv: Sequence[str] | None) -> LoadSettings:
    """The settings that the arguments ask for."""
    usual, nuisances = LoadSettings(), Nuisances()
    parser = argparse.ArgumentParser(prog="python -m tests.load", description="Measure the daemon under load.")
    counts = {"instances": usual.shape.instances, "clients": usual.clients, "greedy": usual.greedy}
    counts |= {"never-reading": nuisances.never_reading, "idle": nuisances.idle}
    figures = {"pause": usual.pause, "seconds": usual.seconds, "datagrams": nuisances.datagrams}
    for name, default in counts.items():
        parser.add_argument(f"--{name}", type=int, default=default, metavar="N", help="how many (%(default)s)")
    for name, value in figures.items():
        parser.add_argument(f"--{name}", type=float, default=value, metavar="X", help=f"{_UNITS[name]} (%(default)s)")
    options = parser.parse_args(argv)
    shape = ClusterShape(nodes=max(1, options.instances // 25), instances=options.instances)
    others = Nuisances(options.never_reading, nuisances.dribbling, options.idle, options.datagrams)
    return LoadSettings(shape, options.clients, options.pause, options.seconds, options.greedy, others)


def make_rows(measured: Measured) -> Iterator[Sequence[str]]:
    """A row for each kind of question."""
    for name, quiet in measured.quiet.items():
        loud = measured.loud[name]
        yield (
            name,
            measured.title,
            f"{len(quiet.taken)}+{len(loud.taken)}",
            format_seconds(quiet.median),
            format_seconds(quiet.percentile_99),
            format_seconds(loud.median),
            format_seconds(loud.percentile_99),
            f"{loud.median / quiet.median:.1f}",
            f"{loud.percentile_99 / quiet.percentile_99:.1f}",
            str(len(quiet.failures) + len(loud.failures)),
            f"{format_bytes(measured.quiet_memory * 1024)} → {format_bytes(measured.loud_memory * 1024)}",
        )


if __name__ == "__main__":
    sys.exit(main())
