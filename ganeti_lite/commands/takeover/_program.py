"""The command lines of ``ganeti-lite takeover`` and ``ganeti-lite handback``."""

import argparse
import os
import shlex
import sys
from collections.abc import Sequence

from ganeti_lite.clients.luxi import ClientError
from ganeti_lite.constants import ExitCode
from ganeti_lite.errors import GanetiError
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.socket_place import SocketInUseError
from ganeti_lite.wire.calls import MalformedAnswerError, RequestRefused

from ._daemon import DaemonError
from ._datagrams import give_datagrams_back, take_datagrams
from ._files import SwitchFiles
from ._sample import SAMPLE_SIZE
from ._situation import CannotSwitchError, look, plan_handback, plan_takeover
from ._switch import DifferenceError, Switch

_FAILURES = (
    CannotSwitchError,
    ClientError,
    DaemonError,
    DifferenceError,
    GanetiError,
    MalformedAnswerError,
    OSError,
    RequestRefused,
    SocketInUseError,
)
"""What may go wrong; anything else is a mistake of this program's."""


def main_takeover(argv: Sequence[str]) -> int:
    """Run ``ganeti-lite takeover``; returns the exit code.

    :raises SystemExit: after ``--help`` with code 0, after wrong arguments with code 2.
    """
    parser = _make_parser(
        "takeover",
        "Puts this project's daemon in front of a running Ganeti's: it answers what only reads, and hands everything"
        " else on. Before and behind the switch a sample of answers is compared; if they differ, all is as before.",
    )
    parser.add_argument("--udp", metavar="ADDRESS", help="answer datagrams, too, at this address of Ganeti's confd")
    parser.add_argument(
        "--sample", type=int, default=SAMPLE_SIZE, metavar="N", help="objects of each kind to compare (%(default)s)"
    )
    parser.add_argument(
        "--daemon-options", type=shlex.split, default=[], metavar="TEXT", help="further options of the daemon"
    )
    options = parser.parse_args(argv)
    files = _find_files(options.root)
    datagrams = ["--bind", options.udp] if options.udp else ["--port", "0"]
    switch = Switch(files, [*options.daemon_options, *datagrams], options.sample, _tell)
    try:
        steps = plan_takeover(look(files, switch.daemon))
        if options.dry_run:
            for line in [*(step.value for step in steps), *(["stop Ganeti's confd"] if options.udp else [])]:
                _tell(f"would {line}")
            return ExitCode.SUCCESS
        for step in steps:
            switch.run(step)
        if options.udp:
            _tell("stop Ganeti's confd, and wait until datagrams are answered ...")
            take_datagrams(files, options.udp)
    except CannotSwitchError as error:
        return _fail("takeover", error)
    except (*_FAILURES, KeyboardInterrupt) as error:
        _tell("that did not work: all goes back")
        _hand_back(switch)
        return _fail("takeover", error)
    _tell("done: this project's daemon answers" if steps else "nothing to do: this project's daemon answers already")
    return ExitCode.SUCCESS


def main_handback(argv: Sequence[str]) -> int:
    """Run ``ganeti-lite handback``; returns the exit code.

    :raises SystemExit: as :func:`main_takeover`.
    """
    parser = _make_parser("handback", "Ends this project's daemon, and gives Ganeti's its place back.")
    options = parser.parse_args(argv)
    switch = Switch(_find_files(options.root), (), 0, _tell)
    if options.dry_run:
        for step in plan_handback(look(switch.files, switch.daemon)):
            _tell(f"would {step.value}")
        return ExitCode.SUCCESS
    try:
        _tell("done" if _hand_back(switch) else "nothing to do: this project's daemon has no place here")
    except _FAILURES as error:
        return _fail("handback", error)
    return ExitCode.SUCCESS


def _hand_back(switch: Switch) -> bool:
    """Lead back to the state before any takeover; whether there was anything to do."""
    has_done = False
    while steps := plan_handback(look(switch.files, switch.daemon)):  # each may make another one needless
        switch.run(steps[0])
        has_done = True
    return give_datagrams_back(switch.files) or has_done


def _make_parser(name: str, description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"ganeti-lite {name}", description=description)
    parser.add_argument("--root", metavar="DIR", help="what Ganeti's paths are below ($GANETI_ROOTDIR, else /)")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    return parser


def _find_files(root: str | None) -> SwitchFiles:
    return SwitchFiles(GanetiPaths.from_environ(os.environ) if root is None else GanetiPaths(root))


def _tell(line: str) -> None:
    print(line, flush=True)


def _fail(name: str, error: BaseException) -> int:
    print(f"ganeti-lite {name}: {str(error) or type(error).__name__}", file=sys.stderr)
    return ExitCode.FAILURE
