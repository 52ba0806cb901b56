"""What a command says and how it ends when something fails.

Source: what Ganeti 3.0's commands print; scripts know the first lines and the exit codes.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

from ganeti_lite.clients.luxi import AnswerTimeoutError, ClientError, NoPermissionError, NoServerError
from ganeti_lite.constants import ExitCode
from ganeti_lite.errors import (
    ConfigurationError,
    ForeignError,
    GanetiError,
)
from ganeti_lite.wire.calls import MalformedAnswerError, RequestRefused

from .filters.errors import FilterSyntaxError

CONFIGURATION_EXIT_CODE: Final = 2
"""How a command ends when the cluster's configuration is broken; otherwise the code of wrong usage."""


class Failure(NamedTuple):
    """How to end.

    :ivar lines: what to say on standard error.
    """

    lines: Sequence[str]
    exit_code: int = ExitCode.FAILURE


EXPLAINED: Final = (GanetiError, RequestRefused, MalformedAnswerError, ClientError, FilterSyntaxError)
"""The errors that :func:`explain_failure` takes."""


def explain_failure(error: Exception) -> Failure:
    """What to say about an error of one of the classes :data:`EXPLAINED`."""
    match error:
        case GanetiError():
            return _explain_ganeti_error(error)
        case ClientError():
            return Failure(_explain_client_error(error))
        case FilterSyntaxError():
            first, *others = error.explain()
            return Failure([f"Error while parsing query filter: {first}", *others])
        case _:
            return Failure(["Unhandled protocol error while talking to the master daemon:", str(error)])


def _explain_ganeti_error(error: GanetiError) -> Failure:
    match error:
        case ForeignError(args=[name, arguments]):
            text = str(arguments[0]) if isinstance(arguments, list) and len(arguments) == 1 else f"{name} {arguments}"
            return Failure(_explain_by_class(str(name), arguments, text))
        case ConfigurationError():
            return Failure([f"Corrupt configuration file: {error}", "Aborting."], CONFIGURATION_EXIT_CODE)
        case _:
            return Failure(_explain_by_class(error.wire_class, error.args, str(error)))


def _explain_by_class(name: str, arguments: Sequence[Any], text: str) -> list[str]:
    """What is said of an error of that class; *text* if nothing is known of it."""
    explain = _BY_CLASS.get(name)
    if explain is not None:
        with suppress(TypeError, ValueError, IndexError):  # arguments that an error of this class does not have
            return explain(arguments)
    return [f"Unhandled Ganeti error: {text}"]


def _show(arguments: Sequence[object]) -> str:
    """An error's arguments as Python shows those of an exception."""
    return str(arguments[0]) if len(arguments) == 1 else str(tuple(arguments)) if arguments else ""


def _explain_hooks(arguments: Sequence[Any]) -> list[str]:
    return [
        "Failure: hooks execution failed:",
        *(
            f"  node: {node}, script: {script}, output: {output}"
            if output
            else f"  node: {node}, script: {script} (no output)"
            for node, script, output in arguments[0]
        ),
    ]


def _explain_prerequisites(arguments: Sequence[Any]) -> list[str]:
    intro = "Failure: prerequisites not met for this operation:"
    match arguments:
        case [text, code]:
            return [intro, f"error type: {code}, error details:", str(text)]
        case _:
            return [intro, _show(arguments)]


_BY_CLASS: Final[Mapping[str, Callable[[Sequence[Any]], list[str]]]] = {
    "HooksAbort": _explain_hooks,
    "HooksFailure": lambda arguments: [f"Failure: hooks general failure: {_show(arguments)}"],
    "OpPrereqError": _explain_prerequisites,
    "ParameterError": lambda arguments: [f"Failure: unknown/wrong parameter name '{_show(arguments)}'"],
    "JobLost": lambda arguments: [f"Error checking job status: {_show(arguments)}"],
    "OpExecError": lambda arguments: ["Failure: command execution error:", _show(arguments)],
    "TagError": lambda arguments: ["Failure: invalid tag(s) given:", _show(arguments)],
    "JobQueueDrainError": lambda _arguments: [
        "Failure: the job queue is marked for drain and doesn't accept new requests"
    ],
    "JobQueueFull": lambda _arguments: [
        "Failure: the job queue is full and doesn't accept new job submissions until old jobs are archived"
    ],
    "TypeEnforcementError": lambda arguments: [f"Parameter Error: {_show(arguments)}"],
    "ResolverError": lambda arguments: [f"Failure: can't resolve hostname '{arguments[0]}'"],
}
"""What is said of an error, by its class's name and from its arguments; of others, their text."""


def _explain_client_error(error: ClientError) -> list[str]:
    match error:
        case NoServerError():
            return [
                "Cannot communicate with the config daemon.",
                "Is the process running and listening for connections?",
                str(error),
            ]
        case NoPermissionError():
            return [
                "It seems you don't have permissions to connect to the master daemon.",
                "Please retry as a different user.",
                str(error),
            ]
        case AnswerTimeoutError():
            return ["Timeout while talking to the master daemon:", str(error)]
        case _:
            return ["The connection to the master daemon was lost:", str(error)]
