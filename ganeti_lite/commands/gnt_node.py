"""The program ``gnt-node``."""

from collections.abc import Sequence
from typing import Final

from .definitions import Program
from .listing import list_command, list_fields_command
from .program import run_program
from .resources import NODE

PROGRAM: Final = Program(
    name="gnt-node",
    commands=(list_command(NODE), list_fields_command(NODE)),
    missing=frozenset(
        {
            "add",
            "add-tags",
            "evacuate",
            "failover",
            "health",
            "info",
            "list-drbd",
            "list-storage",
            "list-tags",
            "migrate",
            "modify",
            "modify-storage",
            "power",
            "powercycle",
            "remove",
            "remove-tags",
            "repair-storage",
            "restricted-command",
            "volumes",
        }
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
