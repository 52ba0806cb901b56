"""Errors that travel over Luxi, each of which knows its wire form.

An execution error is sent as ``[class, [argument, ...]]`` and leaves the connection usable; a request that
could not even be parsed is answered with a plain string (:class:`RequestParseError`), after which the
connection is closed. Source: the error classes that Ganeti 3.0's clients know by name.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from ganeti_lite.constants import ErrorCode


class GanetiError(Exception):
    """Any failure that a client is told by class name and arguments.

    :ivar args: the arguments in wire order; the first is a message for people, except where a class says else.
    """

    wire_class: ClassVar[str] = "GenericError"

    def to_wire(self) -> list[object]:
        """The form ``[class, [argument, ...]]`` of an error answer."""
        return [self.wire_class, list(self.args)]


class GenericError(GanetiError):
    """A failure that has no class of its own."""


class OpPrereqError(GanetiError):
    """The request is well-formed, but what it asks for cannot be: arguments are the message and, mostly, a code.

    :param code: None where Ganeti gives none.
    """

    wire_class = "OpPrereqError"

    def __init__(self, message: str, code: str | None = ErrorCode.WRONG_INPUT) -> None:
        super().__init__(*((message,) if code is None else (message, str(code))))

    @property
    def code(self) -> str | None:
        """One of :class:`~ganeti_lite.constants.ErrorCode`, or what a newer daemon sent; None if there is none."""
        return str(self.args[1]) if len(self.args) > 1 else None


class ParameterError(GanetiError):
    """A field name or a comparison in a filter does not fit."""

    wire_class = "ParameterError"


class ConfigurationError(GanetiError):
    """There is no valid configuration to answer from."""

    wire_class = "ConfigurationError"


class BlockDeviceError(GanetiError):
    """Files cannot be read: the class that Ganeti's query daemon has for an unreadable job queue."""

    wire_class = "BlockDeviceError"


class ProgrammerError(GanetiError):
    """An internal failure."""

    wire_class = "ProgrammerError"


class JobLost(GanetiError):
    """A job's file is not there (any more)."""

    wire_class = "JobLost"


class JobQueueError(GanetiError):
    """The job queue cannot do what is asked of it."""

    wire_class = "JobQueueError"


class JobQueueDrainError(JobQueueError):
    """The queue takes no new jobs, because somebody has said so."""

    wire_class = "JobQueueDrainError"


class JobQueueFull(JobQueueError):
    """The queue takes no new jobs, because it has too many; there are no arguments."""

    wire_class = "JobQueueFull"


class OpExecError(GanetiError):
    """An opcode that could begin has failed."""

    wire_class = "OpExecError"


class OpResultError(GanetiError):
    """An opcode's result is not of the type that it must have."""

    wire_class = "OpResultError"


class OpCodeUnknown(GanetiError):
    """There is no opcode of that name, or this daemon does not execute it."""

    wire_class = "OpCodeUnknown"


class TypeEnforcementError(GanetiError):
    """A parameter of an object has a value that is not of its type."""

    wire_class = "TypeEnforcementError"


class TagError(GanetiError):
    """That is no tag, or the object has it, or has it not, or has too many."""

    wire_class = "TagError"


class ParseError(GanetiError):
    """A text in an opcode does not say what it should."""

    wire_class = "ParseError"


class HypervisorError(GanetiError):
    """A hypervisor does not take that parameter, or that value of it."""

    wire_class = "HypervisorError"


class LockError(GanetiError):
    """A lock cannot be had, however long one waits."""

    wire_class = "LockError"


class ReservationError(GanetiError):
    """What an opcode has chosen (a MAC address, an IP address, a volume) belongs to somebody else."""

    wire_class = "ReservationError"


class AddressPoolError(GanetiError):
    """A network has no such address, or none that is free."""

    wire_class = "AddressPoolError"


class ResolverError(GanetiError):
    """A name has no address; arguments are the name, and the number and text of the resolver's error."""

    wire_class = "ResolverError"


class HooksFailure(GanetiError):
    """The hooks before an opcode could not be run."""

    wire_class = "HooksFailure"


class HooksAbort(HooksFailure):
    """Hooks before an opcode forbid it; the only argument is a list of ``[node, script, output]``."""

    wire_class = "HooksAbort"


class LuxiError(GanetiError):
    """The server cannot serve this request on this socket, or the protocol was violated."""

    wire_class = "LuxiError"


class ResultValidationError(GanetiError):
    """An allocator's result is not of the form that it should have."""

    wire_class = "ResultValidationError"


class RemoteError(GanetiError):
    """A node that an opcode cannot do without does not answer, however often it is asked."""

    wire_class = "RemoteError"


class ForeignError(GanetiError):
    """An error of a class that this side does not know; arguments are the class and its arguments as received."""


class RequestParseError(Exception):
    """A request that is no request: answered by a plain string, then the connection is closed.

    :ivar reason: what is wrong, without the prefix that :attr:`wire_text` puts in front.
    """

    PREFIX: ClassVar[str] = "Failed to parse request: "

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def wire_text(self) -> str:
        """The whole string of the error answer; clients know the prefix."""
        return self.PREFIX + self.reason


_KNOWN: Final[Mapping[str, type[GanetiError]]] = {
    cls.wire_class: cls
    for cls in (
        GenericError,
        OpPrereqError,
        ParameterError,
        ConfigurationError,
        BlockDeviceError,
        ProgrammerError,
        JobLost,
        JobQueueError,
        JobQueueDrainError,
        JobQueueFull,
        OpExecError,
        OpResultError,
        OpCodeUnknown,
        TypeEnforcementError,
        TagError,
        HypervisorError,
        ParseError,
        LockError,
        ReservationError,
        AddressPoolError,
        ResolverError,
        HooksFailure,
        HooksAbort,
        LuxiError,
        RemoteError,
        ResultValidationError,
    )
}


def error_from_wire(name: str, arguments: Sequence[object]) -> GanetiError:
    """The error that ``[name, arguments]`` stands for; a :class:`ForeignError` where the class is not known."""
    cls = _KNOWN.get(name)
    if cls is None or (cls is OpPrereqError and not 1 <= len(arguments) <= 2):
        return ForeignError(name, list(arguments))
    if cls is OpPrereqError and len(arguments) == 1:
        return OpPrereqError(str(arguments[0]), None)
    return cls(*arguments)
