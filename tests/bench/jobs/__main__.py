"""``python -m tests.bench.jobs``: measures, and prints one table; progress goes to standard error.

The real daemon, where it is installed, is asked the same in the same run; it reads every file at every question, so
large queues are left to ours alone.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

from attrs import frozen

from tests.bench.measure import Effort, TimingClient, median_seconds, peak_memory
from tests.bench.scenarios import Target, rows_of
from tests.bench.subjects import OURS, REAL, Server, why_without_real
from tests.bench.table import Line, Pair, render_table

from .queue import LIST, READY, BenchQueue, queue_on_disk
from .waiting import Waiting, measure_waiting

_SIZES: Final = (2_000, 20_000, 100_000)
_REAL_LIMIT: Final = 2_000
"""Jobs up to which the real daemon is measured."""

_STARTS: Final = 3
_EFFORT: Final = Effort(fewest=3, most=30, seconds=3)
_CHANGES: Final = 9
_FEW_WAITERS: Final = 100
_MANY_WAITERS: Final = 300

_FIRST: Final = Target(times_faster=3)
_AGAIN: Final = {2_000: Target(times_faster=15), 20_000: Target(again=0.150)}
_WAKE: Final = Target(again=0.050, times_faster=None)
_IDLE: Final = Target(again=0.010, times_faster=None)

_LEGEND: Final = f"""\
List: id, status and summary of all jobs. First: the first question about jobs to a freshly started daemon (median of
{_STARTS} starts); again: median of repeated ones; after a change: one job's file was replaced just before. Waiting:
clients in WaitForJobChange on one job; processor: seconds of it per second while nothing happens; told: from the
rename of the job's file until the last client has its answer. The real daemon has room for about a hundred such
clients: each takes an inotify instance of its own, of which there are 128."""


@frozen
class Figures:
    """What one server took, in seconds, and bytes of memory."""

    first: float
    again: float
    changed: float
    memory: int
    waiting: Mapping[int, Waiting]
    answer: bytes


def main(argv: Sequence[str] | None = None) -> int:
    """Measures and prints the table; returns 0, or 1 if the two servers' answers differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.jobs", description="Measure what jobs cost.")
    parser.add_argument("--sizes", default=",".join(map(str, _SIZES)), metavar="JOBS,...", help="(%(default)s)")
    sizes = [int(size) for size in parser.parse_args(argv).sizes.split(",")]
    reason = why_without_real()
    lines: list[Line] = []
    differences: list[str] = []
    for size in sizes:
        with queue_on_disk(size) as queue:
            ours = _measure(OURS, queue)
            real = _measure(REAL, queue) if reason is None and size <= _REAL_LIMIT else None
        lines += _make_lines(size, ours, real)
        if real is not None and rows_of(ours.answer) != rows_of(real.answer):
            differences.append(f"The answers at {size:,} jobs differ.")
    print("\n".join((render_table(lines), "", _LEGEND, *([reason] if reason else []), *differences)))
    return 1 if differences else 0


def _measure(server: Server, queue: BenchQueue) -> Figures:
    print(f"measuring {server.name} with {queue.count:,} jobs", file=sys.stderr, flush=True)
    first = median(_time_first(server, queue) for _ in range(_STARTS))
    with server.start(queue.paths) as path, TimingClient(path) as client:
        answer = client.ask(LIST).raw
        again = median_seconds(lambda: client.ask(LIST).seconds, _EFFORT)
        changed = median(_time_changed(client, queue, number) for number in range(1, _CHANGES + 1))
        memory = peak_memory(client.server_pid)
        crowds = (_FEW_WAITERS, _MANY_WAITERS) if server is OURS else (_FEW_WAITERS,)
        waiting = {crowd: measure_waiting(path, queue, queue.count, crowd) for crowd in crowds}
    queue.rewrite(queue.count, status="success")
    return Figures(first, again, changed, memory, waiting, answer)


def _time_first(server: Server, queue: BenchQueue) -> float:
    with server.start(queue.paths) as path, TimingClient(path) as client:
        rows_of(client.ask(READY).raw)
        return client.ask(LIST).seconds


def _time_changed(client: TimingClient, queue: BenchQueue, job_id: int) -> float:
    queue.rewrite(job_id, priority=-job_id)
    return client.ask(LIST).seconds


def _make_lines(size: int, ours: Figures, real: Figures | None) -> list[Line]:
    def line(what: str, of: str, target: Target, *, is_memory: bool = False) -> Line:
        return Line(
            what,
            f"{size:,} jobs",
            Pair(again=getattr(ours, of)),
            Pair(again=getattr(real, of)) if real else Pair(),
            target,
            is_memory=is_memory,
        )

    def waiting(what: str, of: str, crowd: int, target: Target) -> Line:
        theirs = Pair(again=getattr(real.waiting[crowd], of)) if real and crowd in real.waiting else Pair()
        return Line(
            f"{crowd} waiting: {what}", f"{size:,} jobs", Pair(again=getattr(ours.waiting[crowd], of)), theirs, target
        )

    return [
        line("list, first", "first", _FIRST),
        line("list, again", "again", _AGAIN.get(size, Target())),
        line("list, after a change", "changed", Target()),
        line("peak memory", "memory", Target(), is_memory=True),
        *(waiting("processor", "idle", crowd, _IDLE) for crowd in ours.waiting),
        *(waiting("told", "slowest", crowd, _WAKE) for crowd in ours.waiting),
    ]


if __name__ == "__main__":
    sys.exit(main())
