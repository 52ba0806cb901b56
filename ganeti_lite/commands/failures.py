"""What a command says and how it ends when something fails.

Source: what Ganeti 3.0's commands print; scripts know the first lines and the exit codes.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from ganeti_lite.clients.luxi import AnswerTimeoutError, ClientError, NoPermissionError, NoServerError
from ganeti_lite.constants import ExitCode
from ganeti_lite.errors import (
    ConfigurationError,
    GanetiError,
    JobLost,
    OpPrereqError,
    ParameterError,
    RemoteError,
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
        case OpPrereqError():
            kind = f"error type: {error.code}, error details:"
            return Failure(["Failure: prerequisites not met for this operation:", kind, str(error.args[0])])
        case ParameterError():
            return Failure([f"Failure: unknown/wrong parameter name '{error}'"])
        case ConfigurationError():
            return Failure([f"Corrupt configuration file: {error}", "Aborting."], CONFIGURATION_EXIT_CODE)
        case JobLost():
            return Failure([f"Error checking job status: {error}"])
        case RemoteError():
            return Failure([f"Unhandled Ganeti error: {_show_remote(error)}"])
        case _:
            return Failure([f"Unhandled Ganeti error: {error}"])


def _show_remote(error: RemoteError) -> str:
    arguments = error.args[1]
    return (
        str(arguments[0])
        if isinstance(arguments, list) and len(arguments) == 1
        else f"{error.remote_class} {arguments}"
    )


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
