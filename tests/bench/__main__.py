"""``python -m tests.bench``: measures, and prints one table; progress goes to standard error.

Where the real daemon is installed it is measured in turn with ours, at sizes that it can bear.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from attrs import evolve, frozen

from ganeti_lite.simulator import ClusterShape
from ganeti_lite.simulator.programs import command_line

from .measure import Effort
from .report import find_differences, make_lines, make_listing_line, size_text
from .scenarios import make_scenarios
from .session import measure_server, time_listings
from .subjects import DEBIAN_COMMAND, OURS, REAL, BenchCluster, Server, cluster_on_disk, why_without_real
from .table import Line, render_table

_SIZES: Final = "1000/40,10000/400,100000/4000"
_REAL_LIMIT: Final = 1000
"""Instances; the real daemon's time grows with the square of their number."""

_LISTING_EFFORT: Final = Effort(fewest=3, most=9, seconds=10)

_LEGEND: Final = """\
ours, luxid: the first such question to a freshly started daemon that has loaded its configuration (median of several
starts); again: median of repeated questions. Process start: until the whole answer has come. Reload: from the rename
of config.data to the first answer with the new value. gnt-instance list: our command, and (under luxid) Debian's,
both asking our daemon."""


@frozen
class BenchSettings:
    """What the command line says.

    :ivar real_limit: the largest number of instances at which the real daemon is measured.
    :ivar starts: how often a daemon is started for each figure that needs a fresh one.
    """

    shapes: Sequence[ClusterShape]
    real_limit: int
    starts: int
    effort: Effort


def main(argv: Sequence[str] | None = None) -> int:
    """Measures and prints the table; returns 0, or 1 if the two servers' answers differ."""
    settings = parse_arguments(argv)
    reason = why_without_real()
    if reason is not None:
        settings = evolve(settings, real_limit=-1)
    lines: list[Line] = []
    differences: list[str] = []
    for shape in settings.shapes:
        with cluster_on_disk(shape) as cluster:
            more_lines, more_differences = measure_cluster(cluster, settings)
        lines += more_lines
        differences += more_differences
    print("\n".join((render_table(lines), "", _LEGEND, *([reason] if reason else []), *differences)))
    return 1 if differences else 0


def parse_arguments(argv: Sequence[str] | None) -> BenchSettings:
    """The settings that the arguments ask for.

    :raises SystemExit: they are wrong (code 2), or ``--help`` was among them (code 0).
    """
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure what answers cost.")
    parser.add_argument("--sizes", default=_SIZES, metavar="INSTANCES/NODES,...", help="clusters (%(default)s)")
    parser.add_argument(
        "--real-limit", type=int, default=_REAL_LIMIT, metavar="N", help="most instances for luxid (%(default)s)"
    )
    parser.add_argument("--starts", type=int, default=3, metavar="N", help="starts for each first answer (%(default)s)")
    parser.add_argument("--repeats", type=int, default=30, metavar="N", help="most repeated questions (%(default)s)")
    parser.add_argument("--seconds", type=float, default=3, metavar="S", help="for repeated questions (%(default)s)")
    options = parser.parse_args(argv)
    try:
        shapes = [_parse_size(size) for size in options.sizes.split(",")]
    except ValueError as error:
        parser.error(f"--sizes: {error}")
    effort = Effort(fewest=min(3, options.repeats), most=options.repeats, seconds=options.seconds)
    return BenchSettings(shapes, options.real_limit, options.starts, effort)


def _parse_size(text: str) -> ClusterShape:
    """INSTANCES/NODES."""
    instances, _, nodes = text.partition("/")
    return ClusterShape(nodes=int(nodes), instances=int(instances))


def measure_cluster(cluster: BenchCluster, settings: BenchSettings) -> tuple[list[Line], list[str]]:
    """All lines about one cluster, and what differs between the servers' answers."""
    shape, scenarios = cluster.shape, make_scenarios(cluster.instance)
    servers = [OURS, REAL] if shape.instances <= settings.real_limit else [OURS]
    figures = []
    for server in servers:
        _tell_progress(server, shape)
        figures.append(measure_server(server, cluster, scenarios, starts=settings.starts, effort=settings.effort))
    ours, real = figures[0], figures[1] if len(figures) > 1 else None
    lines = [*make_lines(shape, scenarios, ours, real), _measure_listing(cluster)]
    return lines, find_differences(shape, ours, real) if real else []


def _measure_listing(cluster: BenchCluster) -> Line:
    cluster.restore()
    commands = [command_line("gnt-instance")] + ([[str(DEBIAN_COMMAND)]] if DEBIAN_COMMAND.exists() else [])
    with OURS.start(cluster.paths):
        ours, *others = time_listings(commands, cluster, _LISTING_EFFORT)
    return make_listing_line(cluster.shape, ours, others[0] if others else None)


def _tell_progress(server: Server, shape: ClusterShape) -> None:
    print(f"measuring {server.name} at {size_text(shape)}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
