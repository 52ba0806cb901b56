"""The program ``gnt-group``."""

from collections.abc import Sequence
from typing import Final

from .definitions import Program
from .listing import list_command, list_fields_command
from .program import run_program
from .resources import GROUP

PROGRAM: Final = Program(
    name="gnt-group",
    commands=(list_command(GROUP), list_fields_command(GROUP)),
    missing=frozenset(
        {
            "add",
            "add-tags",
            "assign-nodes",
            "evacuate",
            "info",
            "list-tags",
            "modify",
            "remove",
            "remove-tags",
            "rename",
            "show-ispecs-cmd",
        }
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
