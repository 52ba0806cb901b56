"""The program ``gnt-instance``."""

from collections.abc import Sequence
from typing import Final

from .definitions import Program
from .listing import list_command, list_fields_command
from .program import run_program
from .resources import INSTANCE

PROGRAM: Final = Program(
    name="gnt-instance",
    commands=(list_command(INSTANCE), list_fields_command(INSTANCE)),
    missing=frozenset(
        {
            "activate-disks",
            "add",
            "add-tags",
            "batch-create",
            "change-group",
            "console",
            "deactivate-disks",
            "failover",
            "grow-disk",
            "info",
            "list-tags",
            "migrate",
            "modify",
            "move",
            "reboot",
            "recreate-disks",
            "reinstall",
            "remove",
            "remove-tags",
            "rename",
            "replace-disks",
            "shutdown",
            "startup",
        }
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
