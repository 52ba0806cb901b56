"""The program ``gnt-network``."""

from collections.abc import Sequence
from typing import Final

from .definitions import Program
from .listing import list_command, list_fields_command
from .program import run_program
from .resources import NETWORK

PROGRAM: Final = Program(
    name="gnt-network",
    commands=(list_command(NETWORK), list_fields_command(NETWORK)),
    missing=frozenset(
        {
            "add",
            "add-tags",
            "connect",
            "disconnect",
            "info",
            "list-tags",
            "modify",
            "remove",
            "remove-tags",
        }
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
