"""What a program and its commands are made of."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from ganeti_lite.constants import ExitCode

from .options import HELP, Option, Values

DEBUG: Final = Option(("--debug", "-d"), "show where an error comes from, and how long the command took")
REASON: Final = Option(("--reason",), "why the command is run; queries leave no trace of it", "REASON")

COMMON_OPTIONS: Final = (DEBUG, REASON, HELP)
"""What every command takes."""


class Invocation(NamedTuple):
    """A command as it was called.

    :ivar environ: the environment variables.
    """

    options: Values
    arguments: tuple[str, ...]
    environ: Mapping[str, str]


class Outcome(NamedTuple):
    """How a command ended.

    :ivar lines: what to print.
    :ivar complaints: what to print to standard error.
    """

    lines: list[str]
    complaints: tuple[str, ...] = ()
    exit_code: int = ExitCode.SUCCESS


class Command(NamedTuple):
    """One command of a program.

    :ivar synopsis: its arguments, for the help; empty if it takes none.
    :ivar description: a few sentences for the help.
    :ivar own_options: what it takes beside :data:`COMMON_OPTIONS`.
    :ivar defaults_variable: the environment variable with options to put in front of those that are typed.
    """

    name: str
    run: Callable[[Invocation], Outcome]
    synopsis: str
    description: str
    own_options: tuple[Option, ...] = ()
    defaults_variable: str | None = None

    @property
    def options(self) -> tuple[Option, ...]:
        """Everything it takes."""
        return self.own_options + COMMON_OPTIONS


class Program(NamedTuple):
    """A program of several commands.

    :ivar missing: what Ganeti's program of the same name has beside them.
    """

    name: str
    commands: tuple[Command, ...]
    missing: frozenset[str]

    def find(self, name: str) -> Command | None:
        """The command of a name."""
        return next((command for command in self.commands if command.name == name), None)
