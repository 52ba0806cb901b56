"""What clients may ask of the job daemon besides queries: a method's arguments → a frozen request. Pure.

An argument of the wrong form is a :class:`~ganeti_lite.errors.RequestParseError`, an order that cannot be a
:class:`~ganeti_lite.errors.GenericError`; forms and texts are those of Ganeti 3.0, as far as clients depend on them.
Nothing is accepted that fails only later for something that can be seen here: a job without opcodes, an opcode that
this daemon does not carry out, a value that cannot be kept, a priority that does not exist.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final, TypeAlias

from attrs import frozen

from ganeti_lite.config import freeze
from ganeti_lite.errors import GenericError, RequestParseError
from ganeti_lite.opcodes import COMMON_PARAMETERS, OPCODES, Absent, OpcodeError, decode_opcode
from ganeti_lite.wire.arguments import (
    MismatchError,
    conversion_error,
    read_bool,
    read_integer,
    read_job_id,
    read_list,
    read_string,
    render,
)

from .job_filters import Action, MalformedRuleError, Predicate, parse_action, parse_predicate

PRIORITIES: Final = (-10, 0, 10)
"""What a job may be submitted with: high, normal, low."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Opcodes: TypeAlias = tuple[Mapping[str, Any], ...]
"""Of one job, complete as :func:`~ganeti_lite.opcodes.decode_opcode` gives them; relative ids as they were sent."""


@frozen
class SubmitJob:
    """Take a job.

    :ivar ignores_drain: even if the queue is drained.
    """

    opcodes: Opcodes
    ignores_drain: bool = False


@frozen
class SubmitManyJobs:
    """Take several jobs, in their order."""

    jobs: tuple[Opcodes, ...]


@frozen
class CancelJob:
    """Cancel a job; with *kill* even one that runs."""

    job_id: int
    kill: bool = False


@frozen
class ArchiveJob:
    """Move a finished job into the archive."""

    job_id: int


@frozen
class AutoArchiveJobs:
    """Archive all jobs that ended long ago.

    :ivar age: seconds since then; -1 for any.
    :ivar timeout: seconds that it may take.
    """

    age: int
    timeout: int


@frozen
class ChangeJobPriority:
    """Give the opcodes that do not run yet another priority: one of :data:`PRIORITIES`."""

    job_id: int
    priority: int


@frozen
class SetDrainFlag:
    """Take no further jobs, or take them again."""

    is_drained: bool


@frozen
class SetWatcherPause:
    """Let the watchers pause.

    :ivar until: seconds since 1970; None to end the pause.
    """

    until: int | None


@frozen
class ReplaceFilter:
    """Put a rule in the place of another one, or make one.

    :ivar uuid: of the rule; None for a new one.
    :ivar reason_trail: what came with it; the daemon appends its own entry.
    """

    uuid: str | None
    priority: int
    predicates: tuple[Predicate, ...]
    action: Action
    reason_trail: tuple[tuple[str, str, int], ...]


@frozen
class DeleteFilter:
    """Remove a rule."""

    uuid: str


JobOrder: TypeAlias = (
    SubmitJob
    | SubmitManyJobs
    | CancelJob
    | ArchiveJob
    | AutoArchiveJobs
    | ChangeJobPriority
    | SetDrainFlag
    | SetWatcherPause
    | ReplaceFilter
    | DeleteFilter
)


def decode_order(method: str, args: object, implemented: Collection[str]) -> JobOrder:
    """What a client orders.

    :param method: a key of :data:`ORDERS`.
    :param args: any JSON value.
    :param implemented: the ``OP_ID`` of each opcode that this daemon carries out.
    :raises RequestParseError: the arguments are not of the form that the method takes.
    :raises GenericError: it is of that form, and refused.
    """
    if method in _SUBMISSIONS:
        return _SUBMISSIONS[method](args, implemented)
    least, most, build = _OTHERS[method]
    if not isinstance(args, list) or not least <= len(args) <= most:
        raise conversion_error(args, f"expecting {most} arguments" if least == most else f"expecting {least} to {most}")
    try:
        return build(*args)
    except (MismatchError, MalformedRuleError) as error:
        raise conversion_error(args, str(error)) from error


def _submit_job(args: object, implemented: Collection[str]) -> SubmitJob:
    return SubmitJob(_read_job("SubmitJob", _read_only(args), implemented))


def _submit_to_drained(args: object, implemented: Collection[str]) -> SubmitJob:
    return SubmitJob(_read_job("SubmitJobToDrainedQueue", _read_only(args), implemented), ignores_drain=True)


def _submit_many(args: object, implemented: Collection[str]) -> SubmitManyJobs:
    jobs = _read_only(args)
    if not all(isinstance(job, list) for job in jobs):
        raise conversion_error(args, "Unable to read list")
    return SubmitManyJobs(tuple(_read_job("SubmitManyJobs", job, implemented) for job in jobs))


def _read_only(args: object) -> list[Any]:
    """The one argument, a list."""
    match args:
        case [list(only)]:
            return only
    raise conversion_error(args, "Unable to read list")


def _read_job(method: str, opcodes: Iterable[object], implemented: Collection[str]) -> Opcodes:
    """The opcodes of one job, of which there is at least one, and all of which can be carried out."""
    decoded = tuple(_read_opcode(method, raw) for raw in opcodes)
    if not decoded:
        raise GenericError("A job needs at least one opcode")
    for opcode in decoded:
        if opcode["OP_ID"] not in implemented:
            raise GenericError(f"Opcode {opcode['OP_ID']} is not implemented by this job daemon")
        _check_values(opcode)
    return decoded


def _check_values(opcode: Mapping[str, Any]) -> None:
    """Raise GenericError if a parameter has a number or a depth that no configuration can have."""
    for parameter in OPCODES[opcode["OP_ID"]].parameters:
        try:
            freeze(opcode.get(parameter.name))
        except ValueError as error:
            raise GenericError(f"Opcode {opcode['OP_ID']}, {parameter.name}: {error}") from error


def _read_opcode(method: str, raw: object) -> Mapping[str, Any]:
    """An opcode, complete; a reason trail that is missing is empty, as for clients of versions that had none."""
    try:
        return decode_opcode({"reason": [], **raw} if isinstance(raw, dict) else raw)
    except OpcodeError as error:
        raise RequestParseError(f"{method}: {_explain(raw, error)}") from error


def _explain(raw: object, error: OpcodeError) -> str:
    """What is wrong with an opcode, in the words of Ganeti 3.0."""
    if not isinstance(raw, dict):
        return "Unable to read JSObject"
    name = raw.get("OP_ID")
    if "OP_ID" not in raw:
        return f"key 'OP_ID' not found, object contains only {_list(raw)}"
    if not isinstance(name, str) or name not in OPCODES:
        return f"Unknown opcode {name if isinstance(name, str) else render(name)}"
    parameters = (*COMMON_PARAMETERS, *OPCODES[name].parameters)
    allowed = sorted(["OP_ID", *(parameter.name for parameter in parameters)])
    if unknown := [key for key in raw if key not in allowed]:
        return f"Superfluous dictionary keys: {_list(unknown)}, but only {_list(allowed)} allowed."
    for parameter in parameters:
        if parameter.default is Absent.REFUSED and parameter.name not in {"reason", *raw}:
            return f"key '{parameter.name}' not found, object contains only {_list(raw)}"
    return f"Can't parse value for '{error.parameter}': {render(raw.get(error.parameter))} is not {error.expected}"


def _list(names: Iterable[str]) -> str:
    return json.dumps(list(names), ensure_ascii=False, separators=(",", ":"))


def _cancel(job_id: object, kill: object = False) -> CancelJob:
    return CancelJob(read_job_id(job_id), read_bool(kill))


def _change_priority(job_id: object, priority: object) -> ChangeJobPriority:
    number = read_integer(priority)
    if number not in PRIORITIES:
        raise GenericError(f"Invalid priority {number}, allowed are 0, 10, -10")
    return ChangeJobPriority(read_job_id(job_id), number)


def _pause_watcher(until: object) -> SetWatcherPause:
    return SetWatcherPause(None if until is None else read_integer(until))


def _replace_filter(
    uuid: object, priority: object, predicates: object, action: object, reason_trail: object
) -> ReplaceFilter:
    number = read_integer(priority)
    if number < 0:
        raise MismatchError(f"Invalid value for non-negative type '{number}'")
    rule = ReplaceFilter(
        None if uuid is None else read_string(uuid),
        number,
        tuple(map(parse_predicate, read_list(predicates))),
        parse_action(action),
        tuple(map(_read_reason, read_list(reason_trail))),
    )
    if rule.uuid is not None and not _UUID.fullmatch(rule.uuid):
        raise GenericError("Unable to parse UUID")
    return rule


def _read_reason(entry: object) -> tuple[str, str, int]:
    """An entry of a reason trail."""
    match entry:
        case [source, text, time]:
            return read_string(source), read_string(text), read_integer(time)
    raise MismatchError("Unable to read Triple")


_SUBMISSIONS: Final[Mapping[str, Callable[[object, Collection[str]], JobOrder]]] = {
    "SubmitJob": _submit_job,
    "SubmitJobToDrainedQueue": _submit_to_drained,
    "SubmitManyJobs": _submit_many,
}

_OTHERS: Final[Mapping[str, tuple[int, int, Callable[..., JobOrder]]]] = {
    "CancelJob": (1, 2, _cancel),
    "ArchiveJob": (1, 1, lambda job_id: ArchiveJob(read_job_id(job_id))),
    "AutoArchiveJobs": (2, 2, lambda age, timeout: AutoArchiveJobs(read_integer(age), read_integer(timeout))),
    "ChangeJobPriority": (2, 2, _change_priority),
    "SetDrainFlag": (1, 1, lambda is_drained: SetDrainFlag(read_bool(is_drained))),
    "SetWatcherPause": (1, 1, _pause_watcher),
    "ReplaceFilter": (5, 5, _replace_filter),
    "DeleteFilter": (1, 1, lambda uuid: DeleteFilter(read_string(uuid))),
}
"""Fewest and most arguments, and what is made of them."""

ORDERS: Final = frozenset({*_SUBMISSIONS, *_OTHERS})
"""The methods that are orders."""
