"""The program ``gnt-group``."""

from collections.abc import Sequence
from typing import Final

from ganeti_lite.constants import TagKind

from .definitions import Program
from .listing import list_command, list_fields_command
from .loading import lazily, load_tag_commands
from .program import run_program
from .resources import GROUP

PROGRAM: Final = Program(
    name="gnt-group",
    loaders={
        "list": lambda: list_command(GROUP),
        "list-fields": lambda: list_fields_command(GROUP),
        **load_tag_commands(TagKind.GROUP, "<group-name>"),
        "add": lazily("groups.changes", "ADD"),
        "assign-nodes": lazily("groups.changes", "ASSIGN_NODES"),
        "info": lazily("groups.info", "INFO"),
        "modify": lazily("groups.changes", "MODIFY"),
        "remove": lazily("groups.changes", "REMOVE"),
        "rename": lazily("groups.changes", "RENAME"),
    },
    missing=frozenset(
        {
            "evacuate",
            "show-ispecs-cmd",
        }
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
