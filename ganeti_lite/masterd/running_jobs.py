"""The jobs that are being carried out: started, told to stop, ended."""

from collections.abc import Callable, Generator
from typing import Any, Final, TypeAlias

from attrs import field, frozen
from twisted.internet.defer import Deferred, DeferredList, inlineCallbacks, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from ganeti_lite.constants import JobStatus
from ganeti_lite.errors import OpExecError
from ganeti_lite.jobs import transitions
from ganeti_lite.snapshot import Job

from .execution import JobRun
from .times import split_time

STOP_PATIENCE: Final = 60.0
"""Seconds that running jobs have to end when the daemon is stopped."""

CANCEL_PATIENCE: Final = 44.0
"""Seconds that a client waits for a job to be cancelled, as Ganeti's daemon has it."""

MakeRun: TypeAlias = Callable[[Job], JobRun]
"""Prepares a job for being carried out."""

Answer: TypeAlias = tuple[bool, str]
"""Whether something was done, and what to tell the client."""

OnEnd: TypeAlias = Callable[[Job], None]
"""Called with a job when no more is done for it: it is over, or waits for others with what is left of it."""


@frozen(eq=False)
class _Running:
    """A job that is being carried out, who is to be told when it is not any more, and what fires after that."""

    run: JobRun
    on_end: OnEnd
    ended: Deferred[None] = field(factory=Deferred)


class RunningJobs:
    """Jobs that are being carried out.

    :param save: has a job's state written.
    :param now: seconds since 1970.
    """

    log = Logger()

    def __init__(
        self,
        make_run: MakeRun,
        save: Callable[[Job], Deferred[None]],
        clock: IReactorTime,
        now: Callable[[], float],
    ) -> None:
        self._make_run = make_run
        self._save = save
        self._clock = clock
        self._now = now
        self._all: dict[int, _Running] = {}

    def get(self, job_id: int) -> Job | None:
        """A job as it is now; None if it is not being carried out."""
        running = self._all.get(job_id)
        return None if running is None else running.run.job

    def start(self, job: Job, on_end: OnEnd) -> None:
        """Carry out what is left of a job."""
        running = self._all[job.id] = _Running(self._make_run(job), on_end)
        ending = running.run.run()
        ending.addErrback(lambda failure: self._break_off(running.run.job, failure))
        ending.addCallback(lambda job: self._finish(job, running))

    def stop(self) -> Deferred[None]:
        """Have those that wait for locks put back, and the others end behind their present opcode.

        Done when all have, or patience has an end.
        """
        for running in self._all.values():
            running.run.withdraw()
        ending = [running.ended for running in self._all.values()]
        if ending:
            self.log.info("waiting for {count} jobs to end", count=len(ending))
        waiting: Deferred[Any] = DeferredList([_follow(ended) for ended in ending])
        waiting.addTimeout(STOP_PATIENCE, self._clock, lambda *_: None)
        return waiting.addCallback(lambda _: None)

    @inlineCallbacks
    def cancel(self, job_id: int, *, kill: bool) -> Generator[Deferred[Any], Any, Answer]:
        """End a job that is being carried out: at once if it waits for locks, else after its present opcode."""
        running = self._all[job_id]
        if kill:
            running.run.kill()
            return True, "SIGKILL send to the process"
        is_waiting = running.run.is_waiting
        yield running.run.cancel()
        if not is_waiting:
            return False, "Job no longer waiting, can't cancel (informed it anyway)"
        yield _follow(running.ended).addTimeout(CANCEL_PATIENCE, self._clock, lambda *_: None)
        status = running.run.job.status
        if status is JobStatus.CANCELED:
            return True, "Job successfully cancelled"
        return False, f"Job could not be canceled, status {status}"

    def change_priority(self, job_id: int, priority: int) -> Deferred[None]:
        """Make what is left of a job that is being carried out more or less urgent."""
        return self._all[job_id].run.change_priority(priority)

    def note_priority(self, job_id: int, priority: int) -> None:
        """A job has become more urgent by waiting for its locks."""
        running = self._all.get(job_id)
        if running is not None:
            running.run.note_priority(priority)

    def _break_off(self, job: Job, failure: Failure) -> Deferred[Job]:
        """A fault of this daemon: what was begun must not be done again."""
        self.log.failure("job {job}", failure, job=job.id)
        if job.status.is_final:
            return succeed(job)
        error = OpExecError(failure.getErrorMessage()).to_wire()
        broken = transitions.failed_next(job, error, split_time(self._now()))
        return self._save(broken).addCallback(lambda _: broken)

    def _finish(self, job: Job, running: _Running) -> None:
        del self._all[job.id]
        running.on_end(job)
        running.ended.callback(None)


def _follow(event: Deferred[None]) -> Deferred[None]:
    """A Deferred that fires with *event*, and that may be given up without harm to it."""
    if event.called:
        return succeed(None)
    following: Deferred[None] = Deferred()

    def tell(outcome: Failure | None) -> Failure | None:
        if not following.called:
            following.callback(None)
        return outcome

    event.addBoth(tell)
    return following
