"""The program ``gnt-debug``."""

from collections.abc import Sequence
from typing import Final

from .definitions import Program
from .loading import lazily
from .program import run_program

PROGRAM: Final = Program(
    name="gnt-debug",
    loaders={
        "delay": lazily("jobs.delay", "DELAY"),
        "locks": lazily("jobs.locks", "LOCKS"),
    },
    missing=frozenset(
        {
            "allocator",
            "iallocator",
            "metad",
            "submit-job",
            "test-jobqueue",
            "test-osparams",
            "wconfd",
        }
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
