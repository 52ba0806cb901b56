"""Running the servers and taking the figures."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from attrs import frozen

from ganeti_lite.simulator import MASTER_NAME, ClusterPaths, ClusterShape, build_config, write_config
from tests.interop.confd_daemons import CONFD, find_udp_port, pick_port, real_confd, started
from tests.interop.isolated import our_daemon
from tests.interop.processes import wait_until

from .client import ConfdTimer, Effort, Rate, seal, seal_many
from .scenarios import Question

_ECHO: Final = Path(__file__).with_name("echo.py")


@frozen
class BenchedCluster:
    """A cluster on disk."""

    shape: ClusterShape
    config: dict[str, Any]
    paths: ClusterPaths
    folder: Path

    @property
    def key(self) -> bytes:
        """What requests are signed with."""
        return self.paths.hmac_key.read_bytes()


@contextmanager
def cluster_on_disk(shape: ClusterShape) -> Iterator[BenchedCluster]:
    """A made-up cluster in a temporary directory, removed with the block."""
    with TemporaryDirectory(prefix="bench-") as folder:
        config = build_config(shape)
        yield BenchedCluster(shape, config, write_config(Path(folder) / MASTER_NAME, config), Path(folder))


@contextmanager
def our_confd(cluster: BenchedCluster) -> Iterator[int]:
    """The UDP port of our daemon, once it has loaded the configuration."""
    path = cluster.folder / "ours"
    with our_daemon(cluster.paths, path):
        port = find_udp_port(path.with_suffix(".log"))
        with ConfdTimer(port) as timer:
            wait_until(lambda: b'\\"status\\":0' in timer.ask(seal(cluster.key, 0, None, "")), "our daemon answers")
        yield port


@contextmanager
def bare_echo(folder: Path) -> Iterator[int]:
    """The UDP port of an echo."""
    port = pick_port("127.0.0.1")
    with started([sys.executable, _ECHO, str(port)], log=folder / "echo.log", environment={}):
        with ConfdTimer(port) as timer:
            wait_until(lambda: timer.is_served(b"x"), "the echo answers")
        yield port


@frozen
class Rates:
    """Requests a second, by server: ``ours``, ``confd`` (the real one, if it is there) and ``echo``."""

    question: Question
    by_server: Mapping[str, Rate]


def measure_rates(cluster: BenchedCluster, questions: Sequence[Question], effort: Effort) -> list[Rates]:
    """What each server reaches with each question: the median of several rounds, in which all servers take turns."""
    with ExitStack() as stack:
        ports = {
            "ours": stack.enter_context(our_confd(cluster)),
            "echo": stack.enter_context(bare_echo(cluster.folder)),
        }
        if CONFD.exists():
            ports["confd"] = stack.enter_context(real_confd(cluster.paths))
        timers = {name: stack.enter_context(ConfdTimer(port)) for name, port in ports.items()}
        return [_measure_question(timers, cluster.key, each, effort) for each in questions]


def _measure_question(timers: Mapping[str, ConfdTimer], key: bytes, question: Question, effort: Effort) -> Rates:
    taken: dict[str, list[Rate]] = {name: [] for name in timers}
    for _ in range(effort.rounds):
        datagrams = seal_many(key, question.request_type, question.query)
        for name, timer in timers.items():
            taken[name].append(timer.measure_rate(datagrams, effort))
    return Rates(
        question,
        {name: Rate(median(each.per_second for each in rates), rates[0].reply_size) for name, rates in taken.items()},
    )
