"""The program ``gnt-network``."""

from collections.abc import Sequence
from typing import Final

from ganeti_lite.constants import TagKind

from .definitions import Program
from .listing import list_command, list_fields_command
from .loading import lazily, load_tag_commands
from .program import run_program
from .resources import NETWORK

PROGRAM: Final = Program(
    name="gnt-network",
    loaders={
        "list": lambda: list_command(NETWORK),
        "list-fields": lambda: list_fields_command(NETWORK),
        **load_tag_commands(TagKind.NETWORK, "<network-name>"),
        "add": lazily("networks.changes", "ADD"),
        "connect": lazily("networks.changes", "CONNECT"),
        "disconnect": lazily("networks.changes", "DISCONNECT"),
        "info": lazily("networks.info", "INFO"),
        "modify": lazily("networks.changes", "MODIFY"),
        "remove": lazily("networks.changes", "REMOVE"),
    },
    missing=frozenset(),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
