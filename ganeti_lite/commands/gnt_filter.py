"""The program ``gnt-filter``."""

from collections.abc import Sequence
from typing import Final

from .definitions import Program
from .listing import list_command, list_fields_command
from .loading import lazily
from .program import run_program
from .resources import RULE

PROGRAM: Final = Program(
    name="gnt-filter",
    loaders={
        "list": lambda: list_command(RULE),
        "list-fields": lambda: list_fields_command(RULE),
        "add": lazily("rules.changes", "ADD"),
        "delete": lazily("rules.changes", "DELETE"),
        "info": lazily("rules.info", "INFO"),
        "replace": lazily("rules.changes", "REPLACE"),
    },
    missing=frozenset(),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
