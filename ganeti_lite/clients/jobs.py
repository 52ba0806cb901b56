"""A client that submits jobs and waits for them; built on :class:`~ganeti_lite.clients.luxi.LuxiClient`.

An opcode is a mapping as it goes over the wire: ``OP_ID`` and its parameters. A job is a sequence of them.

How to wait is what Ganeti's own clients do: ask for changes of the status, with all log entries that have not been
seen; an answer with log entries never ends the wait, one without does if the job has come to its end. Then ask for
the results.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from ganeti_lite.constants import JobStatus
from ganeti_lite.errors import GanetiError, GenericError, JobLost, OpExecError, error_from_wire
from ganeti_lite.wire.calls import MalformedAnswerError

from .luxi import ConnectionLostError, LuxiClient, NoServerError

Opcode = Mapping[str, object]

CHANGE_TIMEOUT: Final = 60
"""Seconds that a server may wait for a change of a job before it answers anyway; what Ganeti's clients say."""

ARCHIVE_TIMEOUT: Final = 89
"""Seconds that a server may spend on archiving old jobs; the same."""

RESTART_PATIENCE: Final = 75.0
"""Seconds that a server which has gone away during a wait has to come back; about what Ganeti's clients give it."""

_RESTART_PAUSE: Final = 0.5
"""Seconds between two looks whether it is back."""

NOT_CHANGED: Final = "nochange"
"""What Ganeti up to 2.11 answered when that time was over; later ones tell the status once more."""

_ENDS_A_WAIT: Final = frozenset({JobStatus.SUCCESS, JobStatus.ERROR, JobStatus.CANCELING, JobStatus.CANCELED})


class LogEntry(NamedTuple):
    """A line of a job's log.

    :ivar serial: counts the entries of a job from 1.
    :ivar seconds: since 1970.
    :ivar kind: one of :class:`~ganeti_lite.constants.LogType`.
    :ivar message: a text, or for some kinds any JSON value.
    """

    serial: int
    seconds: float
    kind: str
    message: object


class Submission(NamedTuple):
    """What became of one of several jobs.

    :ivar job_id: ``None`` if it was refused.
    :ivar refusal: why.
    """

    job_id: int | None
    refusal: str = ""


class Verdict(NamedTuple):
    """What a server made of an order to a job, in its own words."""

    is_done: bool
    text: str


class JobWatcher:
    """What a wait has to tell; each method may be overridden."""

    def on_log(self, entry: LogEntry) -> None:
        """There is a new entry in the log."""

    def on_status(self, status: str) -> None:
        """The job has this status, still or by now."""

    def on_no_change(self, status: str | None) -> None:
        """Nothing has happened for long; the status is ``None`` until one was told."""


class JobCanceledError(GenericError):
    """The job has been canceled, or is about to be."""


class JobClient:
    """A connection to the server that takes jobs; a context manager that closes it.

    Each call raises what :meth:`LuxiClient.call` does.

    :ivar luxi: the connection.
    """

    def __init__(
        self,
        luxi: LuxiClient,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.luxi = luxi
        self._clock = clock
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.luxi.close()

    def submit(self, opcodes: Sequence[Opcode]) -> int:
        """The id of a new job."""
        return _read_id(self.luxi.call("SubmitJob", [list(opcodes)]))

    def submit_many(self, jobs: Sequence[Sequence[Opcode]]) -> list[Submission]:
        """What became of each of several new jobs, in their order."""
        answers = self.luxi.call("SubmitManyJobs", [[list(job) for job in jobs]])
        if not isinstance(answers, list) or len(answers) != len(jobs):
            raise MalformedAnswerError("the answer does not say what became of each job")
        return [_read_submission(answer) for answer in answers]

    def wait(self, job_id: int | str, watcher: JobWatcher | None = None) -> Sequence[Any]:
        """The results of a job's opcodes, once it has succeeded. A server may be restarted meanwhile.

        :raises JobCanceledError: it was canceled.
        :raises JobLost: there is no such job (any more).
        :raises GanetiError: one of its opcodes has failed: the opcode's own error, or one of class ``OpExecError``.
        """
        patience = max(1, min(CHANGE_TIMEOUT, int(self.luxi.answer_timeout / 2)))  # else a long job looks like silence
        _await_end(
            lambda *args: self._ask("WaitForJobChange", [job_id, *args, patience]), job_id, watcher or JobWatcher()
        )
        rows = _read_rows(self._ask("QueryJobs", [[job_id], ["status", "opstatus", "opresult"]]))
        if not rows or rows[0] is None:
            raise JobLost(f"Job with id {job_id} lost")
        return _read_results(*rows[0])

    def query(self, job_ids: Sequence[int | str] | None, fields: Sequence[str]) -> list[list[Any]]:
        """The values of ``fields`` for each job, in the order of ``job_ids``; all jobs if there are none."""
        return _read_rows(self.luxi.call("QueryJobs", [None if job_ids is None else list(job_ids), list(fields)]))

    def cancel(self, job_id: int | str, *, kill: bool = False) -> Verdict:
        """Cancel a job.

        :param kill: end its process if it is running already.
        """
        return _read_verdict(self.luxi.call("CancelJob", [job_id, kill]))

    def change_priority(self, job_id: int | str, priority: int) -> Verdict:
        """Change the priority of what a job has still to do; smaller is more urgent."""
        return _read_verdict(self.luxi.call("ChangeJobPriority", [job_id, priority]))

    def archive(self, job_id: int | str) -> bool:
        """Move a finished job to the archive; whether it was."""
        return bool(self.luxi.call("ArchiveJob", [job_id]))

    def archive_older_than(self, seconds: int) -> tuple[int, int]:
        """Archive the jobs that ended so long ago, all finished ones for -1: how many were, how many not looked at."""
        match self.luxi.call("AutoArchiveJobs", [seconds, ARCHIVE_TIMEOUT]):
            case [int(archived), int(unchecked)]:
                return archived, unchecked
            case _:
                raise MalformedAnswerError("the answer does not count jobs")

    def set_drained(self, is_drained: bool) -> None:
        """Let the queue refuse new jobs, or take them again."""
        self.luxi.call("SetDrainFlag", [is_drained])

    def pause_watcher(self, until: float | None) -> float | None:
        """Pause the watcher until a point in time, in seconds since 1970; not at all for ``None``. What is in force."""
        match self.luxi.call("SetWatcherPause", [until]):
            case None | int() | float() as in_force:
                return in_force
            case _:
                raise MalformedAnswerError("the answer is no point in time")

    def replace_filter(
        self, uuid: str | None, priority: int, predicates: object, action: object, reason: Sequence[object]
    ) -> object:
        """Set a rule for jobs, a new one for ``None``; its UUID."""
        return self.luxi.call("ReplaceFilter", [uuid, priority, predicates, action, list(reason)])

    def delete_filter(self, uuid: str) -> None:
        """Remove a rule for jobs."""
        self.luxi.call("DeleteFilter", [uuid])

    def _ask(self, method: str, args: object) -> object:
        """The answer to a question, put anew to a server that has gone away before it could answer and is back.

        Not for orders: whether the server has taken one before it went away cannot be told.
        """
        deadline: float | None = None
        while True:
            try:
                if deadline is not None:
                    self.luxi.reconnect()
                return self.luxi.call(method, args)
            except (ConnectionLostError, NoServerError):
                now = self._clock()
                deadline = now + RESTART_PATIENCE if deadline is None else deadline
                if now >= deadline:
                    raise
                self._sleep(_RESTART_PAUSE)


def _await_end(ask: Callable[..., object], job_id: int | str, watcher: JobWatcher) -> None:
    """Return at a job's end.

    :param ask: brings the next change, given the fields, their last known values and the last entry's serial.
    """
    known: object = None
    serial: int | None = None
    status: str | None = None
    while True:
        answer = ask(["status"], known, serial)
        if answer == NOT_CHANGED:
            watcher.on_no_change(status)
            continue
        if not answer:
            raise JobLost(f"Job with id {job_id} lost")
        known, entries = _read_change(answer)
        status = known[0]
        for entry in entries:
            serial = entry.serial if serial is None else max(serial, entry.serial)
            watcher.on_log(entry)
        watcher.on_status(status)
        if not entries and status in _ENDS_A_WAIT:
            return


def _read_rows(answer: object) -> list[list[Any]]:
    if not isinstance(answer, list):
        raise MalformedAnswerError("the answer has no jobs")
    return answer


def _read_change(answer: object) -> tuple[list[str], list[LogEntry]]:
    match answer:
        case [[str(status)], list() | None as entries]:
            return [status], [_read_entry(entry) for entry in entries or ()]
        case _:
            raise MalformedAnswerError("the answer does not say how a job has changed")


def _read_entry(entry: object) -> LogEntry:
    match entry:
        case [int(serial), [int(seconds), int(microseconds)], str(kind), message]:
            return LogEntry(serial, seconds + microseconds / 1e6, kind, message)
        case _:
            raise MalformedAnswerError("the answer has an entry of a job's log that is none")


def _read_results(status: str, statuses: Sequence[str], results: Sequence[Any]) -> Sequence[Any]:
    if status == JobStatus.SUCCESS:
        return results
    if status in (JobStatus.CANCELING, JobStatus.CANCELED):
        raise JobCanceledError("Job was canceled")
    if status is None:
        raise JobLost("Can't load job file")
    for index, (opcode_status, result) in enumerate(zip(statuses, results, strict=False)):
        if opcode_status == JobStatus.ERROR:
            raise _read_error(result, index if JobStatus.SUCCESS in statuses[:index] else None)
    raise OpExecError(str(results))


def _read_error(result: object, index: int | None) -> GanetiError:
    """What a failed opcode's result says.

    :param index: the opcode's place, if something before it has succeeded.
    """
    match result:
        case [str(name), list(arguments)]:
            return error_from_wire(name, arguments)
        case _ if index is not None:
            return OpExecError(f"partial failure (opcode {index}): {result}")
        case _:
            return OpExecError(str(result))


def _read_id(answer: object) -> int:
    match answer:
        case int():
            return answer
        case str() if answer.isdecimal():  # as Ganeti up to 2.5 answers
            return int(answer)
        case _:
            raise MalformedAnswerError("the answer is no job id")


def _read_submission(answer: object) -> Submission:
    match answer:
        case [True, job_id]:
            return Submission(_read_id(job_id))
        case [False, refusal]:
            return Submission(None, str(refusal))
        case _:
            raise MalformedAnswerError("the answer does not say what became of a job")


def _read_verdict(answer: object) -> Verdict:
    match answer:
        case [bool(is_done), text]:
            return Verdict(is_done, str(text))
        case _:
            raise MalformedAnswerError("the answer does not say what was done")
