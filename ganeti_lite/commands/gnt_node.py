"""The program ``gnt-node``."""

from collections.abc import Sequence
from typing import Final

from ganeti_lite.constants import TagKind

from .definitions import Program
from .listing import list_command, list_fields_command
from .loading import lazily, load_tag_commands
from .program import run_program
from .resources import NODE

PROGRAM: Final = Program(
    name="gnt-node",
    loaders={
        "list": lambda: list_command(NODE),
        "list-fields": lambda: list_fields_command(NODE),
        **load_tag_commands(TagKind.NODE, "<node-name>"),
        "info": lazily("nodes.info", "INFO"),
        "list-storage": lazily("nodes.storage", "LIST_STORAGE"),
        "modify": lazily("nodes.changes", "MODIFY"),
    },
    missing=frozenset(
        {
            "add",
            "evacuate",
            "failover",
            "health",
            "list-drbd",
            "migrate",
            "modify-storage",
            "power",
            "powercycle",
            "remove",
            "repair-storage",
            "restricted-command",
            "volumes",
        }
    ),
    aliases={"show": "info"},
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
