"""The listings and jobs that a demonstration shows: real command lines, run one after another."""

import os
import shlex
import subprocess
import time
from collections.abc import Sequence
from typing import Final

from .programs import cluster_environment, command_line
from .root import ClusterPaths

TOUR: Final[Sequence[Sequence[str]]] = (
    ("gnt-instance", "list"),
    ("gnt-node", "list"),
    ("gnt-node", "list", "-o", "name,group,role,pinst_cnt,sinst_cnt,tags"),
    ("gnt-instance", "list", "-o", "name,be/vcpus,tags", '"prod" in tags and be/vcpus > 2'),
)

_RUNNING: Final = ("gnt-instance", "list", "--no-headers", "-o", "name", 'status == "running"')
"""Lists what can be stopped."""

_COMMAND_LIMIT: Final = 300.0
"""Seconds for one command."""

_ROWS_SHOWN: Final = 24
_ROWS_OF_LONG_LISTS: Final = 8
"""Rows shown of a list with more than :data:`_ROWS_SHOWN`."""


class CommandError(Exception):
    """A command failed; the message is what it said."""


def show_listings(paths: ClusterPaths) -> None:
    """Runs each command of the tour; prints it, what it printed, and how long it took.

    :raises CommandError: a command failed or took too long.
    """
    for arguments in TOUR:
        show_listing(paths, arguments)


def show_listing(paths: ClusterPaths, arguments: Sequence[str]) -> None:
    """Runs one command that lists something, as above."""
    print(f"$ {shlex.join(arguments)}", flush=True)
    started = time.monotonic()
    listing = _run(paths, arguments)
    print(excerpt(listing, time.monotonic() - started), end="\n\n", flush=True)


def show_jobs(paths: ClusterPaths) -> Sequence[str]:
    """Has an instance stopped, if one runs, and a job done that only waits; shows the jobs.

    :returns: a command that shows what has come of it.
    :raises CommandError: a command failed or took too long.
    """
    running = _run(paths, _RUNNING).split()[:1]
    for arguments in (*(("gnt-instance", "stop", name) for name in running), ("gnt-debug", "delay", "0.5")):
        print(f"$ {shlex.join(arguments)}", flush=True)
        started = time.monotonic()
        said = _run(paths, arguments)
        print(f"{said}(done in {time.monotonic() - started:.2f} s)", end="\n\n", flush=True)
    show_listing(paths, ("gnt-job", "list"))
    return ("gnt-instance", "list", "-o", "name,status", *running)


def _run(paths: ClusterPaths, arguments: Sequence[str]) -> str:
    program, *rest = arguments
    try:
        done = subprocess.run(
            [*command_line(program), *rest],
            env=cluster_environment(paths, os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_COMMAND_LIMIT,
        )
    except subprocess.TimeoutExpired as error:
        raise CommandError(f"{program} has not ended after {_COMMAND_LIMIT:.0f} s.") from error
    if done.returncode != 0:
        raise CommandError(f"{program} failed with exit code {done.returncode}:\n{done.stderr.rstrip()}")
    return done.stdout


def excerpt(listing: str, seconds: float) -> str:
    """A listing with its header, only the first rows of a long one, and a line with count and time."""
    header, *rows = listing.rstrip("\n").split("\n")
    shown = rows if len(rows) <= _ROWS_SHOWN else rows[:_ROWS_OF_LONG_LISTS]
    left_out = len(rows) - len(shown)
    summary = f"({len(rows):,} rows in {seconds:.2f} s" + (f"; {left_out:,} not shown here)" if left_out else ")")
    return "\n".join((header, *shown, summary))
