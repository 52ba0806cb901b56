"""``python -m tests.bench.confd``: measures, and prints two tables; progress goes to standard error.

Where the real confd is installed it is measured in turn with ours and with a bare echo.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from ganeti_lite.simulator import ClusterShape
from tests.bench.report import size_text

from .client import Effort
from .disturbances import measure_latencies
from .scenarios import make_questions
from .session import cluster_on_disk, measure_rates
from .tables import LATENCIES_HEADER, RATES_HEADER, make_latency_rows, make_rates_row, render

_SIZES: Final = "100/10,1000/40,10000/400"
_LARGE: Final = "11000/400"
"""Makes a config.data of 20 MB."""

_LEGEND: Final = """\
Requests a second of one client over the loopback interface that has four requests under way (one, if replies are
large), signed beforehand: the median of several rounds in which the servers take turns. Echo: a server on Twisted
that sends back what it gets. Pings: one every few milliseconds, while config.data is replaced again and again by one
with one more instance changed, or with every instance and disk changed, or while all instances are listed without a
pause."""


@frozen
class BenchSettings:
    """What the command line says; times are in seconds."""

    shapes: Sequence[ClusterShape]
    large: ClusterShape
    effort: Effort
    latency_seconds: float


def main(argv: Sequence[str] | None = None) -> int:
    """Measures and prints the tables; returns 0."""
    settings = parse_arguments(argv)
    rates = []
    for shape in settings.shapes:
        _tell_progress("requests a second", shape)
        with cluster_on_disk(shape) as cluster:
            questions = make_questions(cluster.config)
            measured = measure_rates(cluster, questions, settings.effort)
        rates += [make_rates_row(shape, each) for each in measured]
    _tell_progress("pings", settings.large)
    with cluster_on_disk(settings.large) as cluster:
        latencies = make_latency_rows(settings.large, measure_latencies(cluster, settings.latency_seconds))
    print("\n\n".join((render(RATES_HEADER, rates), render(LATENCIES_HEADER, latencies), _LEGEND)))
    return 0


def parse_arguments(argv: Sequence[str] | None) -> BenchSettings:
    """The settings that the arguments ask for.

    :raises SystemExit: they are wrong (code 2), or ``--help`` was among them (code 0).
    """
    parser = argparse.ArgumentParser(prog="python -m tests.bench.confd", description="Measure confd's datagrams.")
    parser.add_argument("--sizes", default=_SIZES, metavar="INSTANCES/NODES,...", help="clusters (%(default)s)")
    parser.add_argument("--large", default=_LARGE, metavar="INSTANCES/NODES", help="for pings (%(default)s)")
    usual = Effort()
    parser.add_argument("--rounds", type=int, default=usual.rounds, metavar="N", help="for each server (%(default)s)")
    parser.add_argument("--seconds", type=float, default=usual.seconds, metavar="S", help="of a round (%(default)s)")
    parser.add_argument("--under-way", type=int, default=usual.under_way, metavar="N", help="requests (%(default)s)")
    parser.add_argument("--latency-seconds", type=float, default=10, metavar="S", help="of pings (%(default)s)")
    options = parser.parse_args(argv)
    try:
        shapes = [_parse_size(size) for size in options.sizes.split(",")]
        large = _parse_size(options.large)
    except ValueError as error:
        parser.error(f"sizes: {error}")
    effort = Effort(options.rounds, options.seconds, options.under_way)
    return BenchSettings(shapes, large, effort, options.latency_seconds)


def _parse_size(text: str) -> ClusterShape:
    """INSTANCES/NODES."""
    instances, _, nodes = text.partition("/")
    return ClusterShape(nodes=int(nodes), instances=int(instances))


def _tell_progress(what: str, shape: ClusterShape) -> None:
    print(f"measuring {what} at {size_text(shape)}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
