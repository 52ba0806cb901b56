"""``ganeti-lite``: what has no counterpart among Ganeti's own commands.

A subcommand's module is imported when it is asked for, not before.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from typing import Final

import attrs

_DISTRIBUTION: Final = "ganeti-lite"


@attrs.frozen
class Subcommand:
    """One word after ``ganeti-lite``.

    :ivar summary: a line for the list of subcommands.
    :ivar run: takes the arguments after the word, returns the exit code.
    """

    summary: str
    run: Callable[[Sequence[str]], int]


def _run_demo(arguments: Sequence[str]) -> int:
    from ganeti_lite.simulator import demo  # noqa: PLC0415 -- imported only when asked for

    return demo.main(arguments)


def _run_completion(arguments: Sequence[str]) -> int:
    from ganeti_lite.commands import completion  # noqa: PLC0415 -- as above

    return completion.main(arguments)


def _run_confd(arguments: Sequence[str]) -> int:
    from ganeti_lite.commands import confd  # noqa: PLC0415 -- as above

    return confd.main(arguments)


def _run_takeover(arguments: Sequence[str]) -> int:
    from ganeti_lite.commands import takeover  # noqa: PLC0415 -- as above

    return takeover.main_takeover(arguments)


def _run_handback(arguments: Sequence[str]) -> int:
    from ganeti_lite.commands import takeover  # noqa: PLC0415 -- as above

    return takeover.main_handback(arguments)


def _simulate_nodes(arguments: Sequence[str]) -> int:
    from ganeti_lite.simulator.noded import program  # noqa: PLC0415 -- as above

    return program.main(arguments)


SUBCOMMANDS: Final[Mapping[str, Subcommand]] = {
    "completion": Subcommand("lets a shell complete the commands gnt-*", _run_completion),
    "confd": Subcommand("asks confd daemons over UDP and prints the newest answer", _run_confd),
    "demo": Subcommand("a made-up cluster behind the real daemons: lists and jobs", _run_demo),
    "handback": Subcommand("gives Ganeti's own daemon its place back", _run_handback),
    "simulate-nodes": Subcommand("made-up node daemons for a cluster's configuration", _simulate_nodes),
    "takeover": Subcommand("puts the daemon in front of a running Ganeti's", _run_takeover),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit code.

    :param argv: the arguments without the program's name; by default those of the process.
    :raises SystemExit: after ``--help`` and ``--version`` with code 0, after wrong arguments with code 2.
    """
    options = _make_parser().parse_args(sys.argv[1:] if argv is None else argv)
    return SUBCOMMANDS[options.subcommand].run(options.arguments)


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ganeti-lite",
        description="Tools around the two daemons that answer and work for a Ganeti cluster.",
        epilog="subcommands:\n" + "".join(f"  {name:14} {each.summary}\n" for name, each in SUBCOMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    parser.add_argument(
        "subcommand", choices=SUBCOMMANDS, metavar="SUBCOMMAND", help="what to do; see below, or SUBCOMMAND --help"
    )
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help="the subcommand's own arguments")
    return parser


def _version() -> str:
    try:
        return metadata.version(_DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "(not installed)"
