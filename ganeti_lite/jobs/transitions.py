"""How a job moves on: pure functions, each from a job to the next one.

* queued → waiting (for locks) → running → success or error; queued → canceled; waiting → canceling → canceled.
* Once an opcode has failed or been cancelled, those behind it end with it.
* A job ends with its last opcode. What has ended never changes again.

Every function raises :class:`TransitionError` where the job stands elsewhere. ``now`` and ``received`` are
``(seconds, microseconds)`` since 1970. Source of statuses, times and texts: job files of Ganeti 3.0.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import msgspec
from attrs import evolve

from ganeti_lite.constants import JobStatus, LogType
from ganeti_lite.snapshot import Job, JobOpcode, JsonText, LogEntry, Time

from ._encode import encode_value

CANCELED: Final = "Job canceled by request"
"""The result of an opcode that was cancelled once its job had begun."""

PRECEDING_FAILED: Final = ("OpExecError", ("Preceding opcode failed",))
"""The result of an opcode whose turn never came."""

_DEATH_SOURCE: Final = "gnt:daemon:luxid:deathdetection"
"""Under which name Ganeti puts the death of a job into its opcodes' reason trails."""

_NULL: Final = JsonText(b"null")
_PENDING: Final = frozenset({JobStatus.QUEUED, JobStatus.WAITING})
_UNFINISHED: Final = frozenset(status for status in JobStatus if not status.is_final)

_replace = msgspec.structs.replace


class TransitionError(Exception):
    """A job cannot do this from where it stands; the text says which and why."""


def submitted(job_id: int, inputs: Iterable[Mapping[str, object]], received: Time) -> Job:
    """A new job.

    :param inputs: its opcodes, complete as :func:`~ganeti_lite.opcodes.decode_opcode` gives them, with the ids of the
        jobs that they depend on. Each one's reason trail gets an entry that names the job.
    """
    opcodes = tuple(_enqueue(job_id, index, opcode, received) for index, opcode in enumerate(inputs))
    return Job(id=job_id, opcodes=opcodes, received=received)


def _enqueue(job_id: int, index: int, opcode: Mapping[str, Any], received: Time) -> JobOpcode:
    name = str(opcode["OP_ID"]).removeprefix("OP_").lower()
    entry = (f"gnt:opcode:{name}", f"job={job_id};index={index}", _nanoseconds(received))
    known = {**opcode, "reason": [*opcode.get("reason", ()), entry]}
    return JobOpcode(
        input=encode_value(known),
        status=JobStatus.QUEUED,
        result=_NULL,
        log=(),
        priority=opcode.get("priority") or 0,
    )


def waiting(job: Job, index: int, now: Time) -> Job:
    """An opcode begins to wait for its locks; one that was running waits again."""
    opcode = _expect(job, index, {JobStatus.QUEUED, JobStatus.RUNNING})
    start = now if opcode.status is JobStatus.QUEUED else opcode.start_timestamp
    return _put(evolve(job, start=job.start or now), index, status=JobStatus.WAITING, start_timestamp=start)


def running(job: Job, index: int, input_: Mapping[str, object], now: Time) -> Job:
    """An opcode has its locks.

    :param input_: the opcode, from now on with full names and UUIDs.
    """
    _expect(job, index, {JobStatus.WAITING})
    return _put(job, index, status=JobStatus.RUNNING, input=encode_value(input_), exec_timestamp=now)


def succeeded(job: Job, index: int, result: object, now: Time) -> Job:
    """An opcode is done, and with the last one the job."""
    _expect(job, index, {JobStatus.RUNNING})
    done = _put(job, index, status=JobStatus.SUCCESS, result=encode_value(result), end_timestamp=now)
    return evolve(done, end=now) if all(opcode.status.is_final for opcode in done.opcodes) else done


def failed(job: Job, index: int, error_result: object, now: Time) -> Job:
    """An opcode has failed, and with it the job.

    :param error_result: ``[class, [argument, …]]``, or a text where there is no class.
    """
    _expect(job, index, _UNFINISHED)
    broken = _put(job, index, status=JobStatus.ERROR, result=encode_value(error_result), end_timestamp=now)
    rest = partial(_replace, status=JobStatus.ERROR, result=encode_value(PRECEDING_FAILED))
    return evolve(_change_unfinished(broken, rest), end=now)


def failed_next(job: Job, error_result: object, now: Time) -> Job:
    """The first opcode that is not over has failed, whether or not it was begun, and with it the job."""
    _expect_status(job, _UNFINISHED)
    index = next(index for index, opcode in enumerate(job.opcodes) if not opcode.status.is_final)
    begun = waiting(job, index, now) if job.opcodes[index].status is JobStatus.QUEUED else job
    return failed(begun, index, error_result, now)


def canceling(job: Job) -> Job:
    """A job that waits for locks is to be cancelled: what takes locks for it gives up."""
    _expect_status(job, {JobStatus.WAITING, JobStatus.CANCELING})
    return _change_unfinished(job, partial(_replace, status=JobStatus.CANCELING))


def canceled(job: Job, now: Time) -> Job:
    """A job is cancelled: all of it if it had not begun, else what was left of it.

    As in Ganeti 3.0, opcodes of a job that had not begun have ends and no results; else they have the result
    :data:`CANCELED`, and only the one that was begun has an end.
    """
    _expect_status(job, _UNFINISHED - {JobStatus.RUNNING})
    if all(opcode.status is JobStatus.QUEUED for opcode in job.opcodes):
        cancel = partial(_replace, status=JobStatus.CANCELED, end_timestamp=now)
        return evolve(_change_unfinished(job, cancel), end=now)
    begun = next((index for index, opcode in enumerate(job.opcodes) if _is_begun(opcode)), None)
    ended = job if begun is None else _put(job, begun, end_timestamp=now)
    cancel = partial(_replace, status=JobStatus.CANCELED, result=encode_value(CANCELED))
    return evolve(_change_unfinished(ended, cancel), end=now)


def _is_begun(opcode: JobOpcode) -> bool:
    return not opcode.status.is_final and opcode.start_timestamp is not None


def with_log(job: Job, index: int, type_: LogType, payload: object, now: Time) -> Job:
    """An opcode has said something. Serial numbers go on from the highest that any opcode of the job has.

    :param payload: JSON; for a list of messages, each becomes an entry of its own.
    """
    opcode = _expect(job, index, _UNFINISHED)
    last = max((entry.serial for entry in job.log), default=0)
    said: Sequence[object] = (payload,)
    if type_ is LogType.MESSAGE_LIST and isinstance(payload, list | tuple):
        type_, said = LogType.MESSAGE, payload
    entries = (LogEntry(serial, now, type_, encode_value(item)) for serial, item in enumerate(said, last + 1))
    return _put(job, index, log=(*(opcode.log or ()), *entries))


def with_priority(job: Job, priority: int) -> Job:
    """The opcodes that do not run yet are as urgent as *priority*; the same job if there are none."""
    pending = {index for index, opcode in enumerate(job.opcodes) if opcode.status in _PENDING}
    if not pending:
        return job
    opcodes = (
        _replace(opcode, priority=priority) if index in pending else opcode for index, opcode in enumerate(job.opcodes)
    )
    return evolve(job, opcodes=tuple(opcodes))


def interrupted(job: Job, now: Time) -> Job:
    """A job that ran, or was being cancelled, when the daemon ended, and cannot go on.

    Text and reason are those that Ganeti 3.0 has for a job whose process has died; unlike there, what had been done
    before keeps its results.
    """
    _expect_status(job, _UNFINISHED)
    text = f"detected death of job {job.id}"
    entry = [_DEATH_SOURCE, text, _nanoseconds(now)]

    def die(opcode: JobOpcode) -> JobOpcode:
        given = _add_reason(opcode.input, entry)
        return _replace(opcode, input=given, status=JobStatus.ERROR, result=encode_value(text), end_timestamp=now)

    return evolve(_change_unfinished(job, die), end=now)


def _add_reason(given: JsonText, entry: list[object]) -> JsonText:
    """An opcode with one more entry in its reason trail; itself if it has no such trail."""
    try:
        opcode: Any = msgspec.json.decode(given)
    except msgspec.DecodeError:
        return given
    if not isinstance(opcode, dict) or not isinstance(opcode.get("reason"), list):
        return given
    return encode_value({**opcode, "reason": [*opcode["reason"], entry]})


def requeued(job: Job) -> Job:
    """A job whose next opcode waited for locks when the daemon ended, back in the queue.

    Its opcodes begin anew, but for those that are done; the process that it belonged to is forgotten.
    """
    _expect_status(job, _PENDING)
    back = partial(_replace, status=JobStatus.QUEUED, result=_NULL, start_timestamp=None, exec_timestamp=None)
    queued = _change_unfinished(job, back)
    start = job.start if any(opcode.status.is_final for opcode in job.opcodes) else None
    return evolve(queued, start=start, livelock=None, process_id=None)


def _expect(job: Job, index: int, statuses: Iterable[JobStatus]) -> JobOpcode:
    """The opcode at *index*, which has one of *statuses*, and so have come to an end well all those before it."""
    opcode = job.opcodes[index]
    if opcode.status not in statuses:
        raise TransitionError(f"job {job.id}: opcode {index} is {opcode.status} already")
    if any(before.status is not JobStatus.SUCCESS for before in job.opcodes[:index]):
        raise TransitionError(f"job {job.id}: the turn of opcode {index} has not come")
    return opcode


def _expect_status(job: Job, statuses: Iterable[JobStatus]) -> None:
    if job.status not in statuses:
        raise TransitionError(f"job {job.id} is {job.status}")


def _put(job: Job, index: int, **changed: object) -> Job:
    """The job with an opcode of which *changed* is so now."""
    opcodes = job.opcodes
    return evolve(job, opcodes=(*opcodes[:index], _replace(opcodes[index], **changed), *opcodes[index + 1 :]))


def _change_unfinished(job: Job, change: Callable[[JobOpcode], JobOpcode]) -> Job:
    """The job after *change* of all opcodes that are not over."""
    return evolve(job, opcodes=tuple(opcode if opcode.status.is_final else change(opcode) for opcode in job.opcodes))


def _nanoseconds(time: Time) -> int:
    return time[0] * 10**9 + time[1] * 1000
