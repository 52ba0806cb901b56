"""One daemon, asked by the well-behaved alone and then among the others."""

import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from attrs import field, frozen

from ganeti_lite.constants import ItemType
from ganeti_lite.simulator import MASTER_NAME, ClusterShape, build_config, write_config
from tests.bench.scenarios import ELEVEN_FIELDS, encode_query
from tests.confd.daemons import Daemon, running
from tests.interop.confd_daemons import find_udp_port, started
from tests.interop.isolated import PROJECT, Command
from tests.interop.processes import read_log

from .askers import Crowd, Figures, Kind, ask_for
from .nuisances import Nuisances, annoyed

SMALL, FULL, MIDDLE = "one instance", "all instances", "a tenth of the instances"
ORDERS: Final = 8
"""So many full listings are asked for that differ, by the order of their fields."""


@frozen
class LoadSettings:
    """What is measured.

    :ivar seconds: of each measurement.
    :ivar greedy: connections of the client that asks for huge lists.
    :ivar pause: seconds between an answer and the client's next question.
    """

    shape: ClusterShape = field(factory=lambda: ClusterShape(nodes=400, instances=10_000))
    clients: int = 500
    pause: float = 4.0
    seconds: float = 20.0
    greedy: int = 40
    nuisances: Nuisances = field(factory=Nuisances)


@frozen
class Measured:
    """Figures by kind of question, without and with what disturbs; the daemon's memory in KiB at the end of each.

    :ivar title: what disturbs.
    """

    title: str
    quiet: dict[str, Figures]
    loud: dict[str, Figures]
    quiet_memory: int
    loud_memory: int


@frozen
class Questions:
    """Requests of each kind about one cluster."""

    small: Sequence[bytes]
    middle: Sequence[bytes]
    full: Sequence[bytes]

    @classmethod
    def about(cls, config: dict[str, Any]) -> "Questions":
        draw = random.Random(1)
        names = sorted(instance["name"] for instance in config["instances"].values())
        fields = [draw.sample(ELEVEN_FIELDS, len(ELEVEN_FIELDS)) for _ in range(ORDERS)]
        small_fields = ["name", "pnode", "admin_state"]
        return cls(
            [
                encode_query(ItemType.INSTANCE, small_fields, ["==", "name", name])
                for name in draw.choices(names, k=200)
            ],
            [
                encode_query(ItemType.INSTANCE, small_fields, ["=~", "name", f"{number % 10}[.]|{number}nowhere"])
                for number in range(5000)
            ],
            [encode_query(ItemType.INSTANCE, each, None) for each in fields],
        )


@contextmanager
def daemon_at(shape: ClusterShape) -> Iterator[tuple[Daemon, Questions, Path]]:
    """A daemon on a made-up cluster, questions about that, and a directory for logs."""
    with TemporaryDirectory(prefix="gl") as name:
        config = build_config(shape)
        paths = write_config(Path(name) / MASTER_NAME, config)
        with running(paths) as daemon:
            yield daemon, Questions.about(config), Path(name)


def measure_crowd(settings: LoadSettings) -> Measured:
    """Hundreds of clients that mix small and full questions, without and with nuisances."""
    with daemon_at(settings.shape) as (daemon, questions, folder):
        kinds = [Kind(SMALL, questions.small, 19), Kind(FULL, questions.full, 1)]
        crowd = Crowd(settings.clients, settings.pause, kinds)
        path = daemon.paths.query_socket
        ask_for(path, crowd, 2 * settings.pause)  # so that all code and all columns are warm
        quiet, quiet_memory = ask_for(path, crowd, settings.seconds), daemon.memory()
        with annoyed(path, find_udp_port(daemon.log), settings.nuisances, questions.full[0], folder):
            loud = ask_for(path, crowd, settings.seconds)
        return Measured("nuisances", quiet, loud, quiet_memory, daemon.memory())


def measure_fairness(settings: LoadSettings) -> Measured:
    """Clients that ask small and middling questions, without and with one that asks for huge lists all the time."""
    with daemon_at(settings.shape) as (daemon, questions, folder):
        path = daemon.paths.query_socket
        crowd = Crowd(20, 0.5, [Kind(SMALL, questions.small), Kind(MIDDLE, questions.middle)])
        ask_for(path, crowd, settings.seconds / 5)
        quiet, quiet_memory = ask_for(path, crowd, settings.seconds), daemon.memory()
        command: Command = [sys.executable, "-m", "tests.load.greedy", path, str(settings.greedy)]
        with started(command, log=folder / "greedy.log", environment={"PYTHONPATH": str(PROJECT)}) as greedy:
            ask_for(path, crowd, settings.seconds / 5)
            loud = ask_for(path, crowd, settings.seconds)
            assert greedy.poll() is None, read_log(folder / "greedy.log")
        return Measured("huge lists", quiet, loud, quiet_memory, daemon.memory())
