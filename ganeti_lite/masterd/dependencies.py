"""What a job's dependencies on other jobs mean for it. Pure.

* A job waits until all jobs that its opcodes depend on have ended. Then each opcode is judged when its turn comes, its
  dependencies in their order.
* A list without statuses accepts success and error. Who depends on a job that was cancelled, and does not say that
  this will do, is cancelled as well.

Texts are those of Ganeti 3.0; that a job waits for itself is an error here, as in 2.7 (there it waits for ever).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import msgspec
from attrs import frozen

from ganeti_lite.constants import JobStatus
from ganeti_lite.errors import GenericError
from ganeti_lite.snapshot import Job, JobOpcode

ACCEPTED: Final = (JobStatus.SUCCESS, JobStatus.ERROR)
"""The ways to end that will do where none is said."""

FindStatus: TypeAlias = Callable[[int], JobStatus | None]
"""How a job stands, archived ones included; None if there is no such job."""


@frozen
class Dependency:
    """A job that must have ended before.

    :ivar statuses: the ways to end that will do; none for success and error.
    """

    job_id: int
    statuses: tuple[JobStatus, ...] = ()


@frozen
class Ready:
    """Nothing stands in the way."""


@frozen
class Waits:
    """These jobs have to end first."""

    ids: frozenset[int]


@frozen
class MustCancel:
    """It cannot run, since a job that it depends on was cancelled: it is to be cancelled, too."""


@frozen
class Fails:
    """It cannot run: the opcode fails with ``["OpExecError", [text]]``."""

    text: str


Verdict: TypeAlias = Ready | Waits | MustCancel | Fails


class UnresolvableError(GenericError):
    """A relative id points to no job."""


def resolve_relative(inputs: Sequence[Mapping[str, Any]], job_id: int, position: int | None) -> list[dict[str, Any]]:
    """Opcodes as :func:`~ganeti_lite.opcodes.decode_opcode` gives them, with ids in place of relative ones.

    :param position: how many jobs of the same request are before this one: the only ones that a relative id can mean,
        as in 2.7. None for a request of one job: there it counts back from the job's own id, as in 3.0.
    :raises UnresolvableError: there is no such job.
    """
    return [{**opcode, "depends": _resolve(opcode.get("depends"), job_id, position)} for opcode in inputs]


def _resolve(depends: Sequence[Any] | None, job_id: int, position: int | None) -> list[list[Any]] | None:
    if depends is None:
        return None
    return [[_resolve_one(number, job_id, position), statuses] for number, statuses in depends]


def _resolve_one(number: int, job_id: int, position: int | None) -> int:
    if number >= 0:
        return number
    if position is not None and -number > position:
        raise UnresolvableError(f"Unable to resolve relative job ID {number}")
    if job_id + number < 0:
        raise UnresolvableError(f"Invalid value for job ID ' {job_id + number}'")
    return job_id + number


class _Input(msgspec.Struct):
    depends: list[tuple[int, list[JobStatus]]] | None = None


_DECODER: Final = msgspec.json.Decoder(_Input)


def read_dependencies(opcode: JobOpcode) -> tuple[Dependency, ...]:
    """What an opcode depends on; nothing if that cannot be read, since then it is no opcode, and fails for that."""
    try:
        depends = _DECODER.decode(opcode.input).depends or ()
    except msgspec.DecodeError:
        return ()
    return tuple(Dependency(job_id, tuple(statuses)) for job_id, statuses in depends)


def judge_job(job: Job, find: FindStatus) -> Verdict:
    """Whether a job can be started: it waits for what any of its opcodes depends on, else the next one decides."""
    unfinished = [read_dependencies(opcode) for opcode in job.opcodes if not opcode.status.is_final]
    pending: set[int] = set()
    for dependency in (dependency for dependencies in unfinished for dependency in dependencies):
        if dependency.job_id == job.id:
            return Fails("Job can't depend on itself")
        status = find(dependency.job_id)
        if status is not None and not status.is_final:
            pending.add(dependency.job_id)
    if pending:
        return Waits(frozenset(pending))
    return judge_opcode(unfinished[0], find) if unfinished else Ready()


def judge_opcode(dependencies: Sequence[Dependency], find: FindStatus) -> Verdict:
    """Whether an opcode whose turn has come can run; the first dependency that stands in the way decides."""
    for dependency in dependencies:
        verdict = _judge(dependency, find(dependency.job_id))
        if not isinstance(verdict, Ready):
            return verdict
    return Ready()


def _judge(dependency: Dependency, status: JobStatus | None) -> Verdict:
    if status is None:
        return Fails(f"Dependency error: Job {dependency.job_id} not found")
    if not status.is_final:
        return Waits(frozenset({dependency.job_id}))
    if status in (dependency.statuses or ACCEPTED):
        return Ready()
    if status is JobStatus.CANCELED:
        return MustCancel()
    required = ", ".join(dependency.statuses)
    reason = f"finished with status '{status}', not one of '{required}' as required"
    return Fails(f"Dependency job {dependency.job_id} {reason}")
