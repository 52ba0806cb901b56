"""``ganeti-lite demo``: a made-up cluster with the real daemons and the real commands in front of it.

Simulated node daemons tell what runs. Whatever happens (an error, Ctrl-C, a termination signal), all daemons are
stopped and all files removed, except after success with ``--keep``.
"""

import argparse
import shlex
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import attrs

from ganeti_lite.constants import ExitCode

from ._child import ChildDaemon, DaemonError
from ._daemon import start_job_daemon, start_node_daemons, start_query_daemon
from ._scratch import Scratch, ScratchError, make_scratch
from ._tour import CommandError, show_jobs, show_listing, show_listings
from .certification import write_certificates
from .cluster import ClusterShape
from .noded import NodeControl
from .programs import command_line
from .root import ClusterPaths, write_cluster


@attrs.frozen
class DemoSettings:
    """What the command line says.

    :ivar keep: leave the daemons running and the files in place.
    :ivar root: where to make the cluster; None for a temporary directory.
    :ivar port: UDP port for confd requests; 0 for any free one.
    """

    shape: ClusterShape
    keep: bool
    root: Path | None
    port: int


def main(argv: Sequence[str]) -> int:
    """Runs the demonstration; returns the exit code.

    :raises SystemExit: after ``--help`` with code 0, after wrong arguments with code 2, after a termination signal
        with 128 and the signal's number.
    """
    settings = parse_arguments(argv)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _exit_by_signal)
    try:
        run_demo(settings)
    except (DaemonError, CommandError, ScratchError) as error:
        print(error, file=sys.stderr)
        return ExitCode.FAILURE
    except KeyboardInterrupt:
        print("\nInterrupted; everything is stopped and removed.", file=sys.stderr)
        return 128 + signal.SIGINT
    return ExitCode.SUCCESS


def _exit_by_signal(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def parse_arguments(argv: Sequence[str]) -> DemoSettings:
    """The settings that the arguments ask for.

    :raises SystemExit: they are wrong (code 2), or ``--help`` was among them (code 0).
    """
    parser = _make_parser()
    options = parser.parse_args(argv)
    try:
        shape = ClusterShape(options.nodes, options.instances, options.groups, options.networks, options.seed)
    except ValueError as error:
        parser.error(str(error))
    return DemoSettings(shape, options.keep, options.root, options.port)


def _make_parser() -> argparse.ArgumentParser:
    default = ClusterShape()
    parser = argparse.ArgumentParser(
        prog="ganeti-lite demo",
        description="Make up a believable cluster, serve it with the real daemons, run listings and jobs, clean up.",
    )
    sizes = (
        ("--nodes", default.nodes, "nodes, the master included"),
        ("--instances", default.instances, "instances"),
        ("--groups", default.groups, "node groups"),
        ("--networks", default.networks, "networks"),
        ("--seed", default.seed, "another seed, another cluster"),
    )
    for option, value, what in sizes:
        parser.add_argument(option, type=int, default=value, metavar="N", help=f"{what} (%(default)s)")
    parser.add_argument("--keep", action="store_true", help="leave all of it running, and say how to use it")
    parser.add_argument("--root", type=Path, metavar="DIR", help="a new or empty directory to use (a temporary one)")
    parser.add_argument("--port", type=int, default=0, metavar="PORT", help="UDP port of confd requests (a free one)")
    return parser


def run_demo(settings: DemoSettings) -> None:
    """Makes the cluster, starts the daemons, shows listings and jobs, cleans up.

    :raises ScratchError: there is no place for the cluster.
    :raises DaemonError: a daemon does not serve.
    :raises CommandError: a command failed.
    """
    with ExitStack() as cleanup:
        scratch = make_scratch(settings.root)
        cleanup.callback(scratch.remove)
        shape = settings.shape
        print(
            f"A made-up cluster of {shape.nodes:,} nodes and {shape.instances:,} instances, in\n{scratch.root}",
            flush=True,
        )
        paths = write_cluster(scratch.root, shape)
        daemons = Daemons(cleanup, paths, settings.port)
        show_listings(paths)
        outcome = show_jobs(paths)
        daemons.jobs.stop()
        print("The job daemon is stopped now. Listings go on, and show what it has done:\n", flush=True)
        show_listing(paths, outcome)
        if settings.keep:
            daemons.start_jobs()
            cleanup.pop_all()
            print(_instructions(paths, scratch, daemons.running))
        else:
            print("The daemons are stopped and their files are removed; --keep would leave them.")


class Daemons:
    """The daemons of all nodes, and the query daemon and the job daemon, which call them. All listen.

    :param cleanup: stops them.
    :param port: UDP port of confd requests.
    :raises DaemonError: one does not serve.
    """

    def __init__(self, cleanup: ExitStack, paths: ClusterPaths, port: int) -> None:
        started = time.monotonic()
        self._cleanup = cleanup
        self._paths = paths
        write_certificates(paths)
        self.nodes = self._keep(start_node_daemons(paths, 0))
        self.nodes.await_listening()
        with NodeControl(paths.node_control) as control:
            self._node_port = control.port
        self.query = self._keep(start_query_daemon(paths, port, self._node_port))
        self.jobs = self._keep(start_job_daemon(paths, self._node_port))
        for daemon in (self.query, self.jobs):
            daemon.await_listening()
        seconds = time.monotonic() - started
        print(f"The nodes' daemons, the query daemon and the job daemon listen after {seconds:.1f} s.\n", flush=True)

    def start_jobs(self) -> None:
        """Start the job daemon again."""
        self.jobs = self._keep(start_job_daemon(self._paths, self._node_port))
        self.jobs.await_listening()

    @property
    def running(self) -> Sequence[ChildDaemon]:
        """All of them."""
        return [self.jobs, self.query, self.nodes]

    def _keep(self, daemon: ChildDaemon) -> ChildDaemon:
        self._cleanup.callback(daemon.stop)
        return daemon


def _instructions(paths: ClusterPaths, scratch: Scratch, daemons: Sequence[ChildDaemon]) -> str:
    """How to talk to what keeps running, and how to end it, as lines to paste into a shell."""
    exports = "".join(f"  export {name}={shlex.quote(value)}\n" for name, value in paths.environment().items())
    logs = "".join(f"  {daemon.log}\n" for daemon in daemons)
    pids = " ".join(str(daemon.pid) for daemon in daemons)
    return (
        "The daemons keep running. To talk to them, paste into a shell:\n\n"
        f"{exports}"
        f"  {shlex.join([*command_line('gnt-instance'), 'list'])}\n\n"
        f"Their logs:\n\n{logs}\n"
        "To stop them and remove their files:\n\n"
        f"  kill {pids}; rm -r {shlex.quote(str(scratch.removable))}"
    )
