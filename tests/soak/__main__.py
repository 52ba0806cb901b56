"""``python -m tests.soak``: five minutes, or as long as ``--seconds`` says; prints what was done and what was left."""

import argparse
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.confd.daemons import await_true, command_line, environment_of
from tests.confd.live_cluster import LiveCluster, read_config, simulated_nodes
from tests.interop.processes import read_log, serving

from .footprint import Footprint
from .work import Soak, working

WARM_UP: Final = 0.2
"""The part of the time after which the daemon has all that it will have: caches fill, as many connections as ever."""

REST: Final = 1.5
"""Seconds after which nothing that was under way is left: connections that nodes do not close, short timers."""

MEMORY_ALLOWANCE_KIB: Final = 8 * 1024
"""By that much memory may grow: the interpreter gives pieces back late. Two hundred bytes that each query leaves behind
are more in five minutes."""


@contextmanager
def soaked_cluster(folder: Path) -> Iterator[LiveCluster]:
    """A cluster whose daemon tells its timers."""
    with simulated_nodes(folder) as (paths, control):
        options = ["--node-port", str(control.port), "--rpc-deadline", "0.5", "--rpc-retry-after", "0.1"]
        command = [sys.executable, Path(__file__).with_name("daemon.py"), *command_line(paths, *options)[1:]]
        log = paths.root / "confd.log"
        environment = environment_of(paths.master_name)
        with serving(command, path=paths.query_socket, log=log, environment=environment) as daemon:
            yield LiveCluster(paths, control, daemon.pid, log)


def measure_at_rest(soak: Soak) -> Footprint:
    """The footprint when nothing goes on."""
    soak.cluster.control.order([])
    await_true(lambda: soak.cluster.control.traffic.open == 0, "connections to nodes end")
    threading.Event().wait(REST)
    return Footprint.of(soak.cluster.pid, soak.cluster.log)


def find_growth(before: Footprint, after: Footprint) -> list[str]:
    """What has become more."""
    counts = ("descriptors", "threads", "timers")
    grown = [each for each in counts if getattr(after, each) > getattr(before, each)]
    is_larger = after.memory > before.memory + MEMORY_ALLOWANCE_KIB
    return [*grown, "memory"] if is_larger else grown


def soak_for(seconds: float) -> list[str]:
    """Everything for that long; what went wrong."""
    with TemporaryDirectory(prefix="gl") as name, soaked_cluster(Path(name)) as cluster:
        soak = Soak(cluster, read_config(cluster.paths))
        soak.write_next()
        with working(soak):
            threading.Event().wait(WARM_UP * seconds)
        before = measure_at_rest(soak)
        with working(soak):
            threading.Event().wait((1 - WARM_UP) * seconds)
        after = measure_at_rest(soak)
        print(f"{seconds:g} s: {dict(soak.done)}\nbefore {before}\nafter  {after}", flush=True)
        log = read_log(cluster.log)
        failures = ["a traceback in the log"] if "Traceback" in log else []
        return [*soak.faults, *failures, *find_growth(before, after)]


def main(argv: Sequence[str] | None = None) -> int:
    """Soak; returns 0 if nothing went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Have everything change for long.")
    parser.add_argument("--seconds", type=float, default=300.0, metavar="N", help="how long (%(default)g)")
    faults = soak_for(parser.parse_args(argv).seconds)
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    print(f"faults: {len(faults)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
