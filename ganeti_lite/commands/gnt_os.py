"""The program ``gnt-os``."""

from collections.abc import Sequence
from typing import Final

from .definitions import Program
from .loading import lazily
from .program import run_program

PROGRAM: Final = Program(
    name="gnt-os",
    loaders={
        "diagnose": lazily("operating_systems", "DIAGNOSE"),
        "info": lazily("operating_systems", "INFO"),
        "list": lazily("operating_systems", "LIST"),
    },
    missing=frozenset(
        {
            "modify",
        }
    ),
    aliases={"show": "info"},
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
