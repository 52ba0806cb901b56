"""One server on one cluster, measured from every side."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Final

from attrs import frozen

from ganeti_lite.constants import ItemType
from ganeti_lite.simulator import change_one_instance, replace_config

from .measure import Effort, TimingClient, median_seconds, peak_memory, seconds_until
from .scenarios import Scenario, encode_query, rows_of
from .subjects import BenchCluster, Server

_READY: Final = encode_query(ItemType.GROUP, ["name"], None)
"""Answered as soon as the configuration is loaded; has nothing of instances or nodes in it."""

_RELOAD_LIMIT: Final = 120.0
"""Seconds."""

_COMMAND_LIMIT: Final = 300.0
"""Seconds."""


@frozen
class Figures:
    """What one scenario took, in seconds.

    :ivar first: the first such question to a daemon that has loaded the configuration and answered nothing else about
        instances or nodes; median over several starts.
    :ivar again: median of repeated questions.
    :ivar answer: the answer itself.
    """

    first: float
    again: float
    answer: bytes


@frozen
class ServerFigures:
    """Everything about one server on one cluster: seconds, and bytes of memory."""

    scenarios: Mapping[str, Figures]
    cold_start: float
    reload: float
    peak_memory: int


def measure_server(
    server: Server, cluster: BenchCluster, scenarios: Sequence[Scenario], *, starts: int, effort: Effort
) -> ServerFigures:
    """Measures a server with the cluster's original configuration.

    :param starts: how often it is started for each figure that needs a fresh daemon.
    :param effort: how often repeated questions are asked.
    """
    cluster.restore()
    cold_start = median(_time_cold_start(server, cluster, scenarios) for _ in range(starts))
    firsts = {each.title: median(_time_first(server, cluster, each) for _ in range(starts)) for each in scenarios}
    with _running(server, cluster) as client:
        repeated = {each.title: _ask_again(client, each, effort) for each in scenarios}
        reload = _time_reload(client, cluster, starts)
        memory = peak_memory(client.server_pid)
    figures = {title: Figures(firsts[title], *repeated[title]) for title in firsts}
    return ServerFigures(figures, cold_start, reload, memory)


@contextmanager
def _running(server: Server, cluster: BenchCluster) -> Iterator[TimingClient]:
    """A client of a fresh daemon that has loaded its configuration."""
    with server.start(cluster.paths) as path, TimingClient(path) as client:
        rows_of(client.ask(_READY).raw)
        yield client


def _time_cold_start(server: Server, cluster: BenchCluster, scenarios: Sequence[Scenario]) -> float:
    """Seconds from the start of the process to the end of its first answer, which is the largest of all.

    Whether it listens is looked up every 50 ms, which is the resolution.
    """
    largest = next(each for each in scenarios if each.title.startswith("c"))
    started = time.perf_counter()
    with server.start(cluster.paths) as path, TimingClient(path) as client:
        client.ask(largest.request)
        return time.perf_counter() - started


def _time_first(server: Server, cluster: BenchCluster, scenario: Scenario) -> float:
    with _running(server, cluster) as client:
        return client.ask(scenario.request).seconds


def _ask_again(client: TimingClient, scenario: Scenario, effort: Effort) -> tuple[float, bytes]:
    answer = client.ask(scenario.request).raw
    rows_of(answer)
    return median_seconds(lambda: client.ask(scenario.request).seconds, effort), answer


def _time_reload(client: TimingClient, cluster: BenchCluster, times: int) -> float:
    """Median seconds until a changed instance is answered, over several changes."""
    request = encode_query(ItemType.INSTANCE, ["serial_no"], ["==", "name", cluster.instance])

    def shown_serial() -> int:
        return int(rows_of(client.ask(request).raw)[0][0][1])

    config, taken, before = cluster.config, [], shown_serial()
    for number in range(times):
        config = change_one_instance(config, cluster.instance)
        replace_config(cluster.paths.config, config)
        taken.append(_seconds_until_at_least(before + number + 1, shown_serial))
    return median(taken)


def _seconds_until_at_least(serial: int, shown: Callable[[], int]) -> float:
    return seconds_until(lambda: shown() >= serial, _RELOAD_LIMIT)


def time_listings(commands: Sequence[Sequence[str]], cluster: BenchCluster, effort: Effort) -> list[float]:
    """Median seconds of whole ``list -o name,pnode`` processes of each of several gnt-instance, run in turn.

    A daemon must be running.

    :raises subprocess.CalledProcessError: one of them failed.
    """
    environment = {**os.environ, **cluster.paths.environment()}
    taken: list[list[float]] = [[] for _ in commands]
    for _ in effort.rounds():
        for command, times in zip(commands, taken, strict=True):
            times.append(_time_process([*command, "list", "-o", "name,pnode"], environment))
    return [median(times) for times in taken]


def _time_process(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Seconds from the start of a process to its end."""
    started = time.perf_counter()
    subprocess.run(
        command,
        env=environment,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=_COMMAND_LIMIT,
    )
    return time.perf_counter() - started
