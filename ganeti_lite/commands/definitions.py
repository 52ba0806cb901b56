"""What a program and its commands are made of."""

import time
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from ganeti_lite.constants import ExitCode

from .console import Console
from .options import HELP, Option, Values

DEBUG: Final = Option(("--debug", "-d"), "show where an error comes from, and how long the command took")
REASON: Final = Option(("--reason",), "why the command is run; jobs keep it, queries leave no trace of it", "REASON")

COMMON_OPTIONS: Final = (DEBUG, REASON, HELP)
"""What every command takes."""


class Arity(NamedTuple):
    """How many arguments a command takes.

    :ivar most: no limit if ``None``.
    """

    least: int = 0
    most: int | None = None


NO_ARGUMENTS: Final = Arity(0, 0)
ONE_ARGUMENT: Final = Arity(1, 1)
ANY_ARGUMENTS: Final = Arity()
SOME_ARGUMENTS: Final = Arity(1)


class Invocation(NamedTuple):
    """A command as it was called.

    :ivar environ: the environment variables.
    :ivar program: the program's name, for traces.
    :ivar word: the command's name as it was typed, an alias maybe.
    :ivar clock: seconds since 1970.
    :ivar sleep: waits for so many seconds.
    """

    options: Values
    arguments: tuple[str, ...]
    environ: Mapping[str, str]
    console: Console
    program: str
    word: str
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


class Outcome(NamedTuple):
    """How a command ended.

    :ivar lines: what to print.
    :ivar complaints: what to print to standard error.
    """

    lines: list[str]
    complaints: tuple[str, ...] = ()
    exit_code: int = ExitCode.SUCCESS


def fail(*complaints: str) -> Outcome:
    """The end of a command that did not come to anything."""
    return Outcome([], complaints, ExitCode.FAILURE)


class Command(NamedTuple):
    """One command of a program.

    :ivar synopsis: its arguments, for the help; may be empty.
    :ivar description: a few sentences for the help.
    :ivar own_options: what it takes beside :data:`COMMON_OPTIONS`.
    :ivar defaults_variable: the environment variable with options to put in front of those that are typed.
    :ivar arity: how many arguments it takes.
    """

    name: str
    run: Callable[[Invocation], Outcome]
    synopsis: str
    description: str
    own_options: tuple[Option, ...] = ()
    defaults_variable: str | None = None
    arity: Arity = NO_ARGUMENTS

    @property
    def options(self) -> tuple[Option, ...]:
        """Everything it takes."""
        return self.own_options + COMMON_OPTIONS


class Program(NamedTuple):
    """A program of several commands.

    :ivar loaders: what gives each command, by its name.
    :ivar missing: what Ganeti's program of the same name has beside them.
    :ivar aliases: other names of commands.
    """

    name: str
    loaders: Mapping[str, Callable[[], Command]]
    missing: frozenset[str]
    aliases: Mapping[str, str] = {}

    @property
    def commands(self) -> tuple[Command, ...]:
        """All of them, sorted by name."""
        return tuple(self.loaders[name]() for name in sorted(self.loaders))

    def find(self, name: str) -> Command | None:
        """The command of a name."""
        loader = self.loaders.get(self.aliases.get(name, name))
        return None if loader is None else loader()
