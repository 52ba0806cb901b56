"""The program ``gnt-backup``."""

from collections.abc import Sequence
from typing import Final

from .definitions import Program
from .listing import list_command, list_fields_command
from .program import run_program
from .resources import EXPORT

PROGRAM: Final = Program(
    name="gnt-backup",
    loaders={
        "list": lambda: list_command(EXPORT),
        "list-fields": lambda: list_fields_command(EXPORT),
    },
    missing=frozenset(
        {
            "export",
            "import",
            "remove",
        }
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
