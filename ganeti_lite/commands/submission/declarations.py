"""Commands that run a job of one opcode, as declarations: which options there are, and how they become its parameters.

A declaration names the opcode, what the arguments are, and a :class:`Setting` for each option: the parameter it
stands for, and that parameter's value without it. What a table cannot say is a function of the command's own:

* ``check`` says what is wrong with the options before anything else happens,
* ``build`` makes the parameters that depend on several options,
* ``confirm`` asks the user, unless the option ``--force`` is there,
* ``tell`` makes lines of the result.

Everything else is the same for all: submit, show the log, wait, print, exit code.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from ganeti_lite.clients.jobs import JobClient
from ganeti_lite.commands.connection import CONNECTION_OPTIONS, connect_for_jobs
from ganeti_lite.commands.definitions import Arity, Command, Invocation, Outcome, fail
from ganeti_lite.commands.options import Option, Values
from ganeti_lite.constants import ExitCode

from .running import DRY_RUN, PRIORITY, SUBMISSION_OPTIONS, SUBMIT, make_opcode, run_opcode, submit_only

Parameters = Mapping[str, Any]


class Setting(NamedTuple):
    """An option that stands for a parameter of the opcode.

    :ivar parameter: its name.
    :ivar absent: its value without the option; left to the server if ``None``.
    :ivar present: for a flag, its value with the option.
    :ivar gather: makes the value of all of an option's values, for one that may be repeated.
    """

    option: Option
    parameter: str
    absent: object = None
    present: object = None
    gather: Callable[[Sequence[Any]], object] | None = None

    def read(self, options: Values) -> object:
        """The parameter's value."""
        key = self.option.key
        if not options.has(key):
            return self.absent
        if self.gather is not None:
            return self.gather(options.every(key))
        return self.present if self.option.metavar is None else options.value(key)


def switch_on(option: Option, parameter: str) -> Setting:
    """A flag without which the parameter is false."""
    return Setting(option, parameter, absent=False, present=True)


def switch_off(option: Option, parameter: str) -> Setting:
    """A flag without which the parameter is true."""
    return Setting(option, parameter, absent=True, present=False)


def _accept(_invocation: Invocation) -> str | None:
    return None


def _build_nothing(_invocation: Invocation) -> Parameters:
    return {}


def _confirm(_invocation: Invocation, _client: JobClient) -> bool:
    return True


def _tell_nothing(_invocation: Invocation, _result: Any) -> list[str]:
    return []


class JobCommand(NamedTuple):
    """A command that runs a job.

    :ivar opcode: its ``OP_ID``.
    :ivar arguments: the parameter that each argument is; a last one that begins with ``*`` takes all that are left.
    :ivar synopsis: the arguments, for the help.
    :ivar settings: the options that are parameters by themselves.
    :ivar extra_options: the others.
    :ivar is_submittable: whether the job may be left to itself.
    :ivar has_dry_run: whether it may be only checked.
    :ivar fixed: parameters that are always the same.
    :ivar check: what is wrong with the options, if anything is.
    :ivar build: parameters that depend on several options or arguments.
    :ivar confirm: whether the user wants it.
    :ivar tell: the lines about the result.
    """

    name: str
    opcode: str
    arguments: tuple[str, ...]
    synopsis: str
    description: str
    settings: tuple[Setting, ...] = ()
    extra_options: tuple[Option, ...] = ()
    is_submittable: bool = True
    has_dry_run: bool = True
    fixed: Mapping[str, object] = {}
    check: Callable[[Invocation], str | None] = _accept
    build: Callable[[Invocation], Parameters] = _build_nothing
    confirm: Callable[[Invocation, JobClient], bool] = _confirm
    tell: Callable[[Invocation, Any], list[str]] = _tell_nothing

    @property
    def arity(self) -> Arity:
        """How many arguments there are."""
        if self.arguments and self.arguments[-1].startswith("*"):
            return Arity(len(self.arguments) - 1)
        return Arity(len(self.arguments), len(self.arguments))

    @property
    def options(self) -> tuple[Option, ...]:
        """Everything it takes."""
        return (
            *(setting.option for setting in self.settings),
            *self.extra_options,
            *((DRY_RUN,) if self.has_dry_run else ()),
            PRIORITY,
            *(SUBMISSION_OPTIONS if self.is_submittable else ()),
            *_connection_options(self.settings),
        )

    def parameters(self, invocation: Invocation) -> Parameters:
        """The opcode's parameters."""
        settings = {setting.parameter: setting.read(invocation.options) for setting in self.settings}
        given = {**_name_arguments(self.arguments, invocation.arguments), **self.fixed, **settings}
        return {**{name: value for name, value in given.items() if value is not None}, **self.build(invocation)}

    def as_command(self) -> Command:
        """The command."""
        return Command(self.name, partial(_run, self), self.synopsis, self.description, self.options, arity=self.arity)


def _connection_options(settings: Sequence[Setting]) -> tuple[Option, ...]:
    """Those of :data:`CONNECTION_OPTIONS` that do not mean something else here."""
    taken = {setting.option.key for setting in settings}
    return tuple(option for option in CONNECTION_OPTIONS if option.key not in taken)


def _name_arguments(names: Sequence[str], arguments: Sequence[str]) -> dict[str, object]:
    if names and names[-1].startswith("*"):
        first = len(names) - 1
        return {**dict(zip(names[:first], arguments, strict=False)), names[-1][1:]: list(arguments[first:])}
    return dict(zip(names, arguments, strict=True))


def _run(command: JobCommand, invocation: Invocation) -> Outcome:
    complaint = command.check(invocation)
    if complaint is not None:
        return fail(complaint)
    opcode = make_opcode(invocation, command.opcode, command.parameters(invocation))
    with connect_for_jobs(invocation) as client:
        if not command.confirm(invocation, client):
            return Outcome([], (), ExitCode.FAILURE)
        if invocation.options.has(SUBMIT.key):
            return submit_only(invocation, client, opcode)
        return Outcome(command.tell(invocation, run_opcode(invocation, client, opcode)))


FORCE: Final = Option(("--force", "-f"), "do it without asking, and in spite of what speaks against it")


def is_forced(invocation: Invocation) -> bool:
    """Whether ``--force`` was given."""
    return invocation.options.has(FORCE.key)


def needs_any_of(*settings: Option) -> Callable[[Invocation], str | None]:
    """Complains unless one of several options was given."""
    keys = tuple(option.key for option in settings)

    def check(invocation: Invocation) -> str | None:
        if any(invocation.options.has(key) for key in keys):
            return None
        return "Please give at least one of the parameters."

    return check


def tell_changes(what: str) -> Callable[[Invocation, Any], list[str]]:
    """Tells of each parameter that was changed, as ``(name, value)`` pairs, in an object of such a kind."""

    def tell(invocation: Invocation, changes: Any) -> list[str]:
        if not changes:
            return []
        name = invocation.arguments[0]
        return [f"Modified {what} {name}", *(f" - {parameter:<5} -> {value}" for parameter, value in changes)]

    return tell
