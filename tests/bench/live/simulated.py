"""Many simulated nodes, some of which hang: the time to the whole answer, and whether only those are missing in it.

Their addresses are loopback ones, which the real daemon reaches without a namespace of its own.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from attrs import frozen

from ganeti_lite.ports import find_noded_port
from ganeti_lite.simulator import MASTER_NAME, ClusterPaths, ClusterShape, write_cluster
from ganeti_lite.simulator.certification import write_certificates
from ganeti_lite.simulator.noded import Fault, FaultOrder, NodeControl
from ganeti_lite.simulator.programs import nodes_command_line
from tests.bench.measure import Effort, TimingClient
from tests.bench.scenarios import rows_of
from tests.interop.isolated import PROJECT, our_daemon, real_daemon
from tests.interop.processes import serving

from .lines import Figure, Line, Target, Unit
from .questions import INSTANCES, NODES, READY, Question, count_unanswered

INSTANCES_PER_NODE: Final = 5
"""So few because the real daemon's time grows with the square of their number."""

GRACE: Final = 0.5
"""Seconds after the deadline until which an answer counts as on time."""

_REAL_DEADLINE: Final = 60.0
"""Seconds that the real daemon gives nodes."""

_PATIENCE: Final = 15.0
"""Seconds after its deadline until which a daemon's answer is waited for."""

_Key = tuple[int, Question]
"""The number of hanging nodes, and what was asked."""


@frozen
class HangingSettings:
    """What to measure on one cluster.

    :ivar hanging: numbers of nodes that hang.
    :ivar real_hanging: those of the numbers at which the real daemon is measured, too; it waits for a minute.
    :ivar deadline: seconds that our daemon gives the nodes.
    :ivar effort: how often each question is asked; the real daemon is asked once where nodes hang.
    """

    hanging: Sequence[int]
    real_hanging: Sequence[int]
    deadline: float
    effort: Effort


@frozen
class SimulatedCluster:
    """A cluster whose node daemons run.

    :ivar size: number of nodes.
    :ivar useful: names of the nodes that are asked for lists and have an instance, but not the master's.
    """

    size: int
    paths: ClusterPaths
    control: NodeControl
    useful: Sequence[str]

    def hang(self, count: int) -> None:
        """Has that many nodes, and no others, read requests and never answer them."""
        names = [self.useful[number * len(self.useful) // count] for number in range(count)]
        self.control.order(FaultOrder(Fault.HANG, node=name) for name in names)


@frozen
class Outcome:
    """What a question took.

    :ivar figure: the slowest answer's seconds, and the calls that reached the nodes for one answer.
    :ivar unanswered: rows without data, the most of any answer.
    """

    figure: Figure
    unanswered: int


@contextmanager
def simulated_cluster(nodes: int) -> Iterator[SimulatedCluster]:
    """A made-up cluster of that many nodes in a temporary directory, up for as long as the block lasts."""
    with TemporaryDirectory(prefix="gl-") as folder:
        paths = write_cluster(Path(folder) / MASTER_NAME, ClusterShape(nodes, nodes * INSTANCES_PER_NODE))
        write_certificates(paths)
        command = nodes_command_line(paths, find_noded_port())
        log = paths.log_dir / "node-daemons.log"
        with (
            serving(command, path=paths.node_control, log=log, environment={"PYTHONPATH": str(PROJECT)}),
            NodeControl(paths.node_control) as control,
        ):
            yield SimulatedCluster(nodes, paths, control, _find_useful(paths))


def _find_useful(paths: ClusterPaths) -> Sequence[str]:
    config = json.loads(paths.config.read_bytes())
    primaries = {instance["primary_node"] for instance in config["instances"].values()}
    return [
        node["name"]
        for uuid, node in config["nodes"].items()
        if uuid in primaries and node["vm_capable"] and not node["offline"] and node["name"] != paths.master_name
    ]


def measure_simulated(cluster: SimulatedCluster, settings: HangingSettings) -> list[Line]:
    """All lines about one cluster: ours at every number of hanging nodes, the real daemon's where it is wanted."""
    ours = _measure_ours(cluster, settings)
    real = _measure_real(cluster, settings) if settings.real_hanging else {}
    return [line for key, seen in ours.items() for line in _make_lines(cluster, key, seen, real.get(key), settings)]


def _measure_ours(cluster: SimulatedCluster, settings: HangingSettings) -> Mapping[_Key, Outcome]:
    paths, limit = cluster.paths, settings.deadline + _PATIENCE
    with (
        our_daemon(paths, paths.query_socket, "--rpc-deadline", str(settings.deadline)) as path,
        _connected(path, limit) as client,
    ):
        return {
            (count, question): _ask(cluster, client, count, question, settings.effort)
            for count in settings.hanging
            for question in (INSTANCES, NODES)
        }


def _measure_real(cluster: SimulatedCluster, settings: HangingSettings) -> Mapping[_Key, Outcome]:
    """The list of instances only where no node hangs: another minute would say nothing more."""
    once = Effort(1, 1, 0)
    with (
        real_daemon(cluster.paths, within=()) as path,
        _connected(path, _REAL_DEADLINE + _PATIENCE) as client,
    ):
        return {
            (count, question): _ask(cluster, client, count, question, once if count else settings.effort)
            for count in settings.real_hanging
            for question in ((NODES,) if count else (INSTANCES, NODES))
        }


@contextmanager
def _connected(path: Path, limit: float) -> Iterator[TimingClient]:
    """A client of a daemon that has loaded its configuration."""
    with TimingClient(path, limit=limit) as client:
        rows_of(client.ask(READY).raw)
        yield client


def _ask(cluster: SimulatedCluster, client: TimingClient, hanging: int, question: Question, effort: Effort) -> Outcome:
    """Repeats a question while that many nodes hang."""
    print(f"  {cluster.size} nodes, {hanging} hanging: {question.title}", file=sys.stderr, flush=True)
    cluster.hang(hanging)
    cluster.control.forget_traffic()
    answers = [client.ask(question.request) for _ in effort.rounds()]
    calls = cluster.control.traffic.total_calls / len(answers)
    unanswered = max(count_unanswered(each.raw) for each in answers)
    return Outcome(Figure(max(each.seconds for each in answers), calls), unanswered)


def _make_lines(
    cluster: SimulatedCluster, key: _Key, ours: Outcome, real: Outcome | None, settings: HangingSettings
) -> list[Line]:
    """The time of a question and, of the list of nodes, how many had no data."""
    hanging, question = key
    place = f"{cluster.size} simulated, {hanging} hanging"
    latest = Target(at_most=settings.deadline + GRACE)
    lines = [Line(question.title, place, Unit.SECONDS, ours.figure, real.figure if real else None, latest)]
    if question is NODES:
        missing = Figure(ours.unanswered), Figure(real.unanswered) if real else None
        lines.append(Line(f"{question.title}: without data", place, Unit.COUNT, *missing, Target(exactly=hanging)))
    return lines
