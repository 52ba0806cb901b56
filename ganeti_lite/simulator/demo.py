"""``ganeti-lite demo``: a made-up cluster with the real daemon and the real commands in front of it.

Whatever happens (an error, Ctrl-C, a termination signal), the daemon is stopped and all files are removed, except
after success with ``--keep``.
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

from ._daemon import DaemonError, QueryDaemon
from ._scratch import Scratch, ScratchError, make_scratch
from ._tour import CommandError, show_listings
from .cluster import ClusterShape
from .programs import command_line
from .root import ClusterPaths, write_cluster


@attrs.frozen
class DemoSettings:
    """What the command line says.

    :ivar keep: leave the daemon running and the files in place.
    :ivar root: where to make the cluster; None for a temporary directory.
    :ivar port: UDP port for confd queries; None for the daemon's default.
    """

    shape: ClusterShape
    keep: bool
    root: Path | None
    port: int | None


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
        description="Make up a believable cluster, serve it with the real query daemon, run some listings, clean up.",
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
    parser.add_argument("--port", type=int, metavar="PORT", help="UDP port for confd queries (the daemon's default)")
    return parser


def run_demo(settings: DemoSettings) -> None:
    """Makes the cluster, starts the daemon, shows the listings, cleans up.

    :raises ScratchError: there is no place for the cluster.
    :raises DaemonError: the daemon does not serve.
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
        daemon = _start_daemon(cleanup, paths, settings.port)
        show_listings(paths)
        if settings.keep:
            cleanup.pop_all()
            print(_instructions(paths, scratch, daemon))
        else:
            print("The daemon is stopped and its files are removed; --keep would leave them.")


def _start_daemon(cleanup: ExitStack, paths: ClusterPaths, port: int | None) -> QueryDaemon:
    started = time.monotonic()
    daemon = QueryDaemon(paths, port)
    cleanup.callback(daemon.stop)
    daemon.await_listening()
    print(f"The query daemon listens after {time.monotonic() - started:.1f} s.\n", flush=True)
    return daemon


def _instructions(paths: ClusterPaths, scratch: Scratch, daemon: QueryDaemon) -> str:
    """How to talk to what keeps running, and how to end it, as lines to paste into a shell."""
    exports = "".join(f"  export {name}={shlex.quote(value)}\n" for name, value in paths.environment().items())
    return (
        "The daemon keeps running. To talk to it, paste into a shell:\n\n"
        f"{exports}"
        f"  {shlex.join([*command_line('gnt-instance'), 'list'])}\n\n"
        f"Its log:\n\n  {daemon.log}\n\n"
        "To stop it and remove its files:\n\n"
        f"  kill {daemon.pid}; rm -r {shlex.quote(str(scratch.removable))}"
    )
