"""``python -m tests.bench.live``: measures, and prints one table; progress goes to standard error.

Where the real daemon is installed it is measured beside ours: on a real cluster of five nodes, and on simulated nodes
where that takes no more than a minute or two a question.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from tests.bench.measure import Effort
from tests.interop.conftest import what_is_missing

from .lines import Line, render_lines
from .real_nodes import RealNodesEffort, measure_real_nodes, reference_servers
from .simulated import HangingSettings, measure_simulated, simulated_cluster

_REAL_LIMIT: Final = 400
"""Simulated nodes up to which the real daemon is measured."""

_REAL_HANGING: Final = (0, 1, 20)
"""Hanging nodes at which the real daemon is measured: with any more it waits for the same minute."""

_LEGEND: Final = """\
Times: from the request to the whole answer, at the socket; median of several on real nodes, the slowest on simulated
ones. Calls: connections that the nodes accepted for one answer, or for one crowd of clients (median); simulated nodes
count requests. One attempt: a client whom a full backlog refuses gives up. Waiting for room: it waits instead, so that
the server is never idle. Answered: the fewest of all crowds. luxid on simulated nodes: one question where a node hangs
(it gives nodes a minute), and only gnt-node list; left out where most hang. At 400 nodes it gives up most of its calls:
see the lines "without data"."""


@frozen
class LiveSettings:
    """What the command line says.

    :ivar sizes: numbers of simulated nodes.
    :ivar real_limit: the largest of them at which the real daemon is measured.
    :ivar real_nodes: how often to measure on the real cluster; None: not at all.
    """

    sizes: Sequence[int]
    real_limit: int
    hanging: Sequence[int]
    deadline: float
    repeats: int
    real_nodes: RealNodesEffort | None


def main(argv: Sequence[str] | None = None) -> int:
    """Measures and prints the table; returns 0, or 1 if one of our figures misses its target."""
    settings = parse_arguments(argv)
    missing = what_is_missing()
    lines = [
        *([] if missing or settings.real_nodes is None else _measure_real_nodes(settings.real_nodes)),
        *(line for size in settings.sizes for line in _measure_simulated(size, settings, has_real=not missing)),
    ]
    notes = [f"The real daemon is not measured: {missing}."] if missing else []
    print("\n".join((render_lines(lines), "", _LEGEND, *notes)))
    return 1 if any(line.is_met is False for line in lines) else 0


def parse_arguments(argv: Sequence[str] | None) -> LiveSettings:
    """The settings that the arguments ask for.

    :raises SystemExit: they are wrong (code 2), or ``--help`` was among them (code 0).
    """
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.live", description="Measure what lists of run-time values cost."
    )
    parser.add_argument("--sizes", default="200,400", metavar="NODES,...", help="simulated nodes (%(default)s)")
    parser.add_argument("--hanging", default="0,1,20,60", metavar="NODES,...", help="of them hang (%(default)s)")
    parser.add_argument("--deadline", type=float, default=5, metavar="S", help="our --rpc-deadline (%(default)s)")
    parser.add_argument(
        "--repeats", type=int, default=3, metavar="N", help="questions to simulated nodes (%(default)s)"
    )
    parser.add_argument(
        "--real-limit", type=int, default=_REAL_LIMIT, metavar="N", help="most simulated nodes for luxid (%(default)s)"
    )
    parser.add_argument("--crowds", type=int, default=3, metavar="N", help="crowds of fifty clients (%(default)s)")
    parser.add_argument("--no-real-nodes", action="store_true", help="leave the cluster of five real nodes out")
    options = parser.parse_args(argv)
    crowds = Effort(options.crowds, options.crowds, 0)
    try:
        sizes, hanging = _parse_numbers(options.sizes), _parse_numbers(options.hanging)
    except ValueError as error:
        parser.error(f"--sizes, --hanging: {error}")
    real_nodes = None if options.no_real_nodes else RealNodesEffort(Effort(5, 31, 10), crowds)
    return LiveSettings(sizes, options.real_limit, hanging, options.deadline, options.repeats, real_nodes)


def _parse_numbers(text: str) -> Sequence[int]:
    return [int(number) for number in text.split(",") if number]


def _measure_real_nodes(effort: RealNodesEffort) -> list[Line]:
    print("measuring on real nodes", file=sys.stderr, flush=True)
    with reference_servers() as sockets:
        return measure_real_nodes(sockets, effort)


def _measure_simulated(size: int, settings: LiveSettings, *, has_real: bool) -> list[Line]:
    print(f"measuring on {size} simulated nodes", file=sys.stderr, flush=True)
    is_with_real = has_real and size <= settings.real_limit
    real_hanging = [count for count in settings.hanging if is_with_real and count in _REAL_HANGING]
    effort = Effort(settings.repeats, settings.repeats, 0)
    with simulated_cluster(size) as cluster:
        return measure_simulated(cluster, HangingSettings(settings.hanging, real_hanging, settings.deadline, effort))


if __name__ == "__main__":
    sys.exit(main())
