"""The real cluster of five nodes: one client, and fifty at once.

Both servers are asked in turn, so that what else the machine does hits both.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from attrs import frozen

from tests.bench.measure import Effort, TimingClient
from tests.interop.isolated import our_daemon
from tests.interop.reference_build import standing
from tests.interop.reference_cluster import NODES as NODE_COUNT
from tests.interop.reference_cluster import ReferenceCluster

from .connections import count_accepted
from .crowd import Burst, ask_at_once
from .lines import Figure, Line, Target, Unit
from .questions import INSTANCES, NODES, Question, count_statuses

CLIENTS: Final = 50
_PLACE: Final = f"{NODE_COUNT} real"

_TIMES_FASTER: Final = 2.0
_TIMES_THE_ANSWERS: Final = 8.0

_ANSWER_LIMIT: Final = 70.0
"""Seconds; the real daemon gives nodes sixty."""


@frozen
class RealNodesEffort:
    """How often to measure.

    :ivar lists: questions of one client.
    :ivar crowds: crowds of clients.
    """

    lists: Effort
    crowds: Effort


@contextmanager
def reference_servers() -> Iterator[Sequence[Path]]:
    """The sockets of our daemon and of the real one, both on a whole real cluster: the one that the environment
    names, else one that is built for this.
    """
    reference = ReferenceCluster.from_environment(os.environ)
    if "GANETI_LITE_REFERENCE_ROOT" in os.environ:
        with _ours_beside(reference) as ours:
            yield ours, reference.query_socket
    else:
        with standing(reference, keep=False), _ours_beside(reference) as ours:
            yield ours, reference.query_socket


@contextmanager
def _ours_beside(reference: ReferenceCluster) -> Iterator[Path]:
    within = ("ip", "netns", "exec", reference.namespace)
    with (
        TemporaryDirectory(prefix="gl-") as folder,
        our_daemon(reference.paths, Path(folder) / "ours", within=within) as ours,
    ):
        yield ours


def measure_real_nodes(sockets: Sequence[Path], effort: RealNodesEffort) -> list[Line]:
    """All lines about the real cluster.

    :param sockets: ours and the real daemon's.
    """
    return [
        *(_measure_list(sockets, question, effort.lists) for question in (INSTANCES, NODES)),
        *_measure_crowds(sockets, effort.crowds, waits_for_room=False),
        *_measure_crowds(sockets, effort.crowds, waits_for_room=True),
    ]


def _measure_list(sockets: Sequence[Path], question: Question, effort: Effort) -> Line:
    """One client's repeated question.

    :raises ValueError: the servers' answers have cells of different statuses.
    """
    ours_path, real_path = sockets
    with TimingClient(ours_path) as ours, TimingClient(real_path) as real:
        clients = (ours, real)
        if len({tuple(sorted(count_statuses(each.ask(question.request).raw).items())) for each in clients}) > 1:
            raise ValueError(f"the answers to “{question.title}” differ")
        rounds = [[_time_list(each, question) for each in clients] for _ in effort.rounds()]
    ours_figure, real_figure = (_median_figure(taken) for taken in zip(*rounds, strict=True))
    target = Target(times_better=_TIMES_FASTER)
    return Line(question.title, _PLACE, Unit.SECONDS, ours_figure, real_figure, target)


def _time_list(client: TimingClient, question: Question) -> Figure:
    before = count_accepted(client.server_pid)
    answer = client.ask(question.request)
    count_statuses(answer.raw)
    return Figure(answer.seconds, count_accepted(client.server_pid) - before)


def _measure_crowds(sockets: Sequence[Path], effort: Effort, *, waits_for_room: bool) -> list[Line]:
    """How many of a crowd are answered, and how fast."""
    rounds = [[_time_crowd(path, waits_for_room=waits_for_room) for path in sockets] for _ in effort.rounds()]
    ours, real = zip(*rounds, strict=True)
    title = f"{CLIENTS} at once, {'waiting for room' if waits_for_room else 'one attempt'}"
    target = Target(times_better=_TIMES_THE_ANSWERS)
    return [
        Line(f"{title}: answered", _PLACE, Unit.COUNT, _fewest(ours), _fewest(real), Target(exactly=CLIENTS)),
        Line(f"{title}: answers", _PLACE, Unit.RATE, _rate(ours), _rate(real), target),
    ]


def _time_crowd(path: Path, *, waits_for_room: bool) -> tuple[Burst, int]:
    """One crowd, and the calls that reached the nodes for it."""
    with TimingClient(path) as client:
        pid = client.server_pid
    before = count_accepted(pid)
    burst = ask_at_once(
        path,
        INSTANCES.request,
        CLIENTS,
        limit=_ANSWER_LIMIT,
        waits_for_room=waits_for_room,
        check=count_statuses,
    )
    return burst, count_accepted(pid) - before


def _fewest(crowds: Sequence[tuple[Burst, int]]) -> Figure:
    return Figure(min(burst.answered for burst, _ in crowds))


def _rate(crowds: Sequence[tuple[Burst, int]]) -> Figure:
    return _median_figure([Figure(burst.rate, calls) for burst, calls in crowds])


def _median_figure(figures: Sequence[Figure]) -> Figure:
    return Figure(median(each.value for each in figures), median(each.calls or 0 for each in figures))
