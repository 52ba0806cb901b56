"""The program ``gnt-job``."""

from collections.abc import Sequence
from typing import Final

from .definitions import Program
from .listing import list_command, list_fields_command
from .loading import lazily
from .program import run_program
from .resources import JOB

PROGRAM: Final = Program(
    name="gnt-job",
    loaders={
        "list": lambda: list_command(JOB),
        "list-fields": lambda: list_fields_command(JOB),
        "archive": lazily("jobs.by_number", "ARCHIVE"),
        "autoarchive": lazily("jobs.by_number", "AUTOARCHIVE"),
        "cancel": lazily("jobs.by_number", "CANCEL"),
        "change-priority": lazily("jobs.by_number", "CHANGE_PRIORITY"),
        "info": lazily("jobs.info", "INFO"),
        "wait": lazily("jobs.by_number", "WAIT"),
        "watch": lazily("jobs.by_number", "WATCH"),
    },
    missing=frozenset(),
    aliases={"show": "info"},
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
