"""``ganeti-lite completion``: the scripts for shells, and what they ask for."""

import argparse
import os
from collections.abc import Sequence
from importlib import resources

from ._candidates import complete

_SCRIPTS = {"bash": "bash.sh", "zsh": "zsh.sh"}


def main(arguments: Sequence[str]) -> int:
    """Run it; returns the exit code.

    :raises SystemExit: after ``--help`` with code 0, after wrong arguments with code 2.
    """
    parser = argparse.ArgumentParser(
        prog="ganeti-lite completion",
        description="Prints the script that lets a shell complete the commands gnt-*, for its start-up file.",
    )
    parser.add_argument("shell", choices=[*_SCRIPTS, "candidates"], help="the shell; the scripts ask for candidates")
    parser.add_argument("words", nargs="*", help="for candidates: the command line so far, behind --")
    options = parser.parse_args(arguments)
    if options.shell in _SCRIPTS:
        print(resources.files(__package__).joinpath(_SCRIPTS[options.shell]).read_text(), end="")
    elif options.words:
        print(*complete(options.words, os.environ), sep="\n")
    return 0
