"""``python -m tests.bench.commands``: times whole commands, ours and Ganeti's in turn, and prints one table.

Our daemon answers both, so that what differs is the commands. None of the fields needs a node.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from attrs import frozen

from ganeti_lite.simulator import ClusterPaths, ClusterShape
from ganeti_lite.simulator.jobs import make_jobs, write_job
from tests.bench.subjects import OURS, cluster_on_disk
from tests.bench.table import align_columns, format_seconds
from tests.interop.isolated import PROJECT

TARGET: Final = 0.4
"""Of the time that Ganeti's command takes."""

_ROUNDS: Final = 9
_JOBS: Final = 500
_COMMAND_LIMIT: Final = 300.0
"""Seconds."""

_INSTANCE_FIELDS: Final = "name,hypervisor,os,pnode,admin_state,be/maxmem"
_NODE_FIELDS: Final = "name,role,group,pinst_cnt,sinst_cnt,pinst_list"

_COMMANDS: Final = (
    ("gnt-instance", "list", "-o", _INSTANCE_FIELDS),
    ("gnt-node", "list", "-o", _NODE_FIELDS),
    ("gnt-job", "list"),
    ("gnt-cluster", "info"),
)
_SHAPES: Final = (ClusterShape(nodes=5, instances=24), ClusterShape(nodes=400, instances=10_000))
_RIGHT: Final = frozenset(range(1, 6))


@frozen
class Timing:
    """Median seconds of one command, and how much it printed."""

    line: str
    shape: ClusterShape
    lines: int
    ours: float
    ganetis: float
    bare: float

    @property
    def ratio(self) -> float:
        """Ours, of Ganeti's."""
        return self.ours / self.ganetis


def main(argv: Sequence[str] | None = None) -> int:
    """Measures and prints the table; returns 0, or 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.commands", description="Time whole commands.")
    parser.parse_args(argv)
    if not Path("/usr/sbin/gnt-instance").exists():
        print("Ganeti's commands are not installed (Debian's package ganeti); there is nothing to compare with.")
        return 0
    timings = [timing for shape in _SHAPES for timing in _time_all(shape)]
    print(_render(timings))
    return 0 if all(timing.ratio <= TARGET for timing in timings) else 1


def _time_all(shape: ClusterShape) -> Iterator[Timing]:
    with _served(shape) as paths:
        for words in _COMMANDS:
            print(f"timing {' '.join(words)} with {shape.instances:,} instances", file=sys.stderr, flush=True)
            yield _time(words, shape, paths)


@contextmanager
def _served(shape: ClusterShape) -> Iterator[ClusterPaths]:
    """A cluster with jobs, and our daemon that answers from it."""
    with cluster_on_disk(shape) as cluster:
        queue = cluster.paths.queue_dir
        queue.mkdir(exist_ok=True)
        for job in make_jobs([cluster.instance], _JOBS):
            write_job(queue, job)
        with OURS.start(cluster.paths):
            yield cluster.paths


def _time(words: Sequence[str], shape: ClusterShape, paths: ClusterPaths) -> Timing:
    name, *rest = words
    program = f"import sys; from ganeti_lite.commands.{name.replace('-', '_')} import main; sys.exit(main())"
    commands = (
        [sys.executable, "-c", program, *rest],
        [f"/usr/sbin/{name}", *rest],
        [sys.executable, "-c", "pass"],
    )
    environment = {**os.environ, **paths.environment(), "PYTHONPATH": str(PROJECT), "LC_ALL": "C.UTF-8"}
    taken: list[list[float]] = [[] for _ in commands]
    printed: list[str] = []
    for _ in range(_ROUNDS):
        for command, times in zip(commands, taken, strict=True):
            seconds, output = _run(command, environment)
            times.append(seconds)
            printed.append(output)
    assert name == "gnt-cluster" or printed[0] == printed[1], f"{' '.join(words)} does not print the same"
    ours, ganetis, bare = map(median, taken)
    return Timing(" ".join(words), shape, printed[0].count("\n"), ours, ganetis, bare)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, str]:
    started = time.perf_counter()
    done = subprocess.run(
        command,
        env={**environment} if command[0] == sys.executable else {**environment, "PYTHONPATH": ""},
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_COMMAND_LIMIT,
    )
    return time.perf_counter() - started, done.stdout


def _render(timings: Sequence[Timing]) -> str:
    header = ("command", "instances/nodes", "lines", "ours", "Ganeti's", "ours of Ganeti's", "target", "met")
    rows = [
        (
            timing.line,
            f"{timing.shape.instances:,}/{timing.shape.nodes:,}",
            f"{timing.lines:,}",
            format_seconds(timing.ours),
            format_seconds(timing.ganetis),
            f"{timing.ratio:.2f}",
            f"{TARGET:g}",
            "yes" if timing.ratio <= TARGET else "NO",
        )
        for timing in timings
    ]
    bare = median(timing.bare for timing in timings)
    table = align_columns([header, *rows], _RIGHT)
    return (
        f"{table}\n\nMedian of {_ROUNDS} runs, in turn. An interpreter that does nothing takes {format_seconds(bare)}."
    )


if __name__ == "__main__":
    sys.exit(main())
