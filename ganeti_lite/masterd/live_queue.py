"""The jobs that are not over: taken in, kept on disk, started when it is their turn, ended.

What a client is told, and what follows from a job's state, comes after that state is on disk. A disk that is full
keeps new jobs out; jobs that are under way wait for room.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from twisted.application.service import Service
from twisted.internet.defer import Deferred, DeferredList, gatherResults, inlineCallbacks, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from ganeti_lite.constants import JobStatus
from ganeti_lite.errors import GenericError, OpExecError
from ganeti_lite.jobs import job_name, transitions
from ganeti_lite.opcodes import decode_opcode
from ganeti_lite.serving.source import Runner
from ganeti_lite.snapshot import Job, JobRecord, UnreadableJob

from .atomic_write import FileWriteError
from .dependencies import UnresolvableError, resolve_relative
from .execution import JobRun
from .job_filters import Rule
from .job_writer import JobWriter
from .livelock import is_held
from .queue_store import QueueStore
from .replication import DRAIN, SERIAL, Replication
from .schedule import Schedule
from .times import split_time

RETRY_SECONDS: Final = 5.0
"""Until a job that could not be written is written again."""

STOP_PATIENCE: Final = 60.0
"""Seconds that running jobs have to end when the daemon is stopped."""

CANCEL_PATIENCE: Final = 44.0
"""Seconds that a client waits for a job to be cancelled, as Ganeti's daemon has it."""

LIVELOCK_SECONDS: Final = 2.0
"""Between two looks at whether a process of Ganeti's that carries a job out is still alive."""

MakeRun = Callable[[Job], JobRun]
Answer = tuple[bool, str]
"""Whether something was done, and what to tell the client."""


class LiveQueue(Service):
    """The queue while this daemon is its owner.

    :param run: runs what touches the disk, one after the other, in a thread.
    :param make_run: prepares a job for being carried out.
    :param find: what the queue's files say of a job that is not live any more.
    :param now: seconds since 1970.
    """

    log = Logger()

    def __init__(
        self,
        store: QueueStore,
        run: Runner,
        replication: Replication,
        make_run: MakeRun,
        find: Callable[[int], JobRecord],
        reactor: IReactorTime,
        now: Callable[[], float],
    ) -> None:
        self._store = store
        self._run = run
        self._replication = replication
        self._make_run = make_run
        self._find = find
        self._reactor = reactor
        self._now = now
        self._writer = JobWriter(run, store.write)
        self._schedule = Schedule(0, self._find_status)
        self._runs: dict[int, tuple[JobRun, Deferred[None]]] = {}
        self._unwritten: dict[int, Job] = {}  # the newest state of each job that is being written
        self._is_open = False

    def open(self) -> None:
        """Start jobs from now on, while the service runs."""
        self._is_open = True
        self.review()

    @property
    def is_drained(self) -> bool:
        """Whether clients' jobs are refused."""
        return self._store.is_drained

    def set_rules(self, rules: Sequence[Rule], max_running: int) -> None:
        """Follow the configuration: the rules for jobs, and how many may run at once."""
        self._schedule.set_rules(rules)
        self._schedule.set_limit(max_running)
        self.review()

    @inlineCallbacks
    def load(self) -> Generator[Deferred[Any], Any, None]:
        """Take up the jobs that an earlier daemon has left, before the first new one."""
        records = yield self._run(self._store.load_live)
        for record in records:
            if isinstance(record, UnreadableJob):
                self.log.warn("job {job} cannot be read: {reason}", job=record.id, reason=record.reason)
            elif not record.status.is_final:
                yield self._take_up(record)
        self.log.info("{count} jobs are live", count=len(self._schedule))
        self._replication.refresh([job_name(job.id) for job in self._schedule])  # maybe the last states never came

    @inlineCallbacks
    def _take_up(self, job: Job) -> Generator[Deferred[Any], Any, None]:
        """One of those jobs: what waited goes on, what was being done has failed."""
        if job.livelock is not None and job.status is not JobStatus.QUEUED and is_held(job.livelock):
            self.log.info("job {job} belongs to a process that is still alive", job=job.id)
            self._reactor.callLater(LIVELOCK_SECONDS, self._look_again, job.id)
            return
        match job.status:
            case JobStatus.QUEUED:
                self._schedule.add(job)
            case JobStatus.WAITING:
                queued = transitions.requeued(job)
                yield self.save(queued)
                self._schedule.add(queued)
            case _:
                self.log.warn("job {job} was running when its daemon ended", job=job.id)
                interrupted = transitions.interrupted(job, self._time())
                yield self.save(interrupted)
                self._schedule.finished(interrupted)

    @inlineCallbacks
    def _look_again(self, job_id: int) -> Generator[Deferred[Any], Any, None]:
        record = yield self._run(partial(self._find, job_id))
        if not isinstance(record, Job) or not self.running:
            return
        if record.status.is_final:
            self._schedule.finished(record)
        else:
            yield self._take_up(record)
        self.review()

    def stopService(self) -> Deferred[None]:
        """Start nothing any more; jobs that wait for locks stay in the queue, those that run have some time to end."""
        super().stopService()
        for job_run, _ in self._runs.values():
            job_run.withdraw()
        ending = [ended for _, ended in self._runs.values()]
        if ending:
            self.log.info("waiting for {count} jobs to end", count=len(ending))
        waiting: Deferred[Any] = DeferredList([_follow(ended) for ended in ending])
        waiting.addTimeout(STOP_PATIENCE, self._reactor, lambda *_: None)
        return waiting.addCallback(lambda _: None)

    @inlineCallbacks
    def submit(
        self, wanted: Sequence[Sequence[Mapping[str, Any]]], *, is_one: bool = False
    ) -> Generator[Deferred[Any], Any, list[list[Any]]]:
        """Take jobs in: ``[True, id]`` for each that is on disk now, ``[False, reason]`` for others.

        :param wanted: each a list of opcodes, complete.
        :param is_one: whether it is a request for a single job, whose dependencies count from its own id.
        :raises GenericError: no ids can be had.
        """
        if not wanted:
            return []
        try:
            first = yield self._run(partial(self._store.allocate, len(wanted)))
        except FileWriteError as error:
            raise GenericError(f"The job queue cannot be written: {error}") from error
        # Each candidate is sent the number before the jobs, so that it has no job whose number it would give again.
        told = [self._replication.replicate([SERIAL])]
        received = self._time()
        taking = [
            self._take(first + position, opcodes, None if is_one else position, received)
            for position, opcodes in enumerate(wanted)
        ]
        outcomes: list[list[Any]] = yield gatherResults(taking)
        told.append(self._replication.replicate([job_name(job_id) for is_taken, job_id in outcomes if is_taken]))
        yield gatherResults(told)
        self.review()
        return outcomes

    @inlineCallbacks
    def _take(
        self, job_id: int, opcodes: Sequence[Mapping[str, Any]], position: int | None, received: tuple[int, int]
    ) -> Generator[Deferred[Any], Any, list[Any]]:
        """``[True, id]`` once the job is on disk, or ``[False, reason]``."""
        try:
            job = transitions.submitted(job_id, resolve_relative(opcodes, job_id, position), received)
            yield self._writer.write(job)
        except (UnresolvableError, FileWriteError) as error:
            return [False, str(error)]
        self._schedule.add(job)
        return [True, job_id]

    def submit_further(self, wanted: Sequence[Sequence[Mapping[str, Any]]]) -> Deferred[list[list[Any]]]:
        """Take in jobs that an opcode leads to; refused like clients' while the queue is drained."""
        if self.is_drained:
            raise GenericError("Queue drained")
        return self.submit([[decode_opcode(opcode) for opcode in job] for job in wanted])

    def note_priority(self, job_id: int, priority: int) -> None:
        """A job has become more urgent by waiting for its locks."""
        running = self._runs.get(job_id)
        if running is not None:
            running[0].note_priority(priority)

    @inlineCallbacks
    def save(self, job: Job, is_told: bool = True) -> Generator[Deferred[Any], Any, None]:
        """Have a job's state written, however long it takes, and told to the master candidates if *is_told*.

        If it cannot be written until there is a newer state, that one is written.
        """
        self._unwritten[job.id] = job
        while job.id in self._unwritten:
            newest = self._unwritten[job.id]
            try:
                yield self._writer.write(newest)
            except FileWriteError as error:
                self.log.error("job {job} cannot be written: {error}; trying again", job=job.id, error=error)
                yield deferLater(self._reactor, RETRY_SECONDS, lambda: None)
            else:
                if self._unwritten.get(job.id) is newest:
                    del self._unwritten[job.id]
                break
        if is_told:
            yield self._replication.replicate([job_name(job.id)])

    @inlineCallbacks
    def cancel(self, job_id: int, *, kill: bool = False) -> Generator[Deferred[Any], Any, Answer]:
        """Cancel a job that has not begun; one that has is told, and ends after its present opcode."""
        running = self._runs.get(job_id)
        if running is not None:
            answer: Answer = yield self._cancel_run(*running, kill=kill)
            return answer
        job = self._schedule.get(job_id)
        if job is None or job.status.is_final:
            return False, f"Job {job_id} not found in queue"
        yield self._end(transitions.canceled(job, self._time()))
        return True, f"Dequeued job {job_id}"

    @inlineCallbacks
    def _cancel_run(
        self, job_run: JobRun, ended: Deferred[None], *, kill: bool
    ) -> Generator[Deferred[Any], Any, Answer]:
        if kill:
            job_run.kill()
            return True, "SIGKILL send to the process"
        is_waiting = job_run.is_waiting
        yield job_run.cancel()
        if not is_waiting:
            return False, "Job no longer waiting, can't cancel (informed it anyway)"
        yield _follow(ended).addTimeout(CANCEL_PATIENCE, self._reactor, lambda *_: None)
        status = job_run.job.status
        if status is JobStatus.CANCELED:
            return True, "Job successfully cancelled"
        return False, f"Job could not be canceled, status {status}"

    @inlineCallbacks
    def change_priority(self, job_id: int, priority: int) -> Generator[Deferred[Any], Any, Answer]:
        """Make the opcodes of a job that have not begun more or less urgent."""
        running = self._runs.get(job_id)
        job = self._schedule.get(job_id) if running is None else running[0].job
        if job is None:
            return False, f"Job {job_id} not found in queue"
        changed = transitions.with_priority(job, priority)
        if changed is job:
            return False, f"Job {job_id} had no pending opcodes"
        if running is not None:
            yield running[0].change_priority(priority)
        else:
            self._schedule.replace(changed)
            yield self.save(changed)
            self.review()
        return True, f"Priorities of pending opcodes for job {job_id} have been changed to {priority}"

    @inlineCallbacks
    def archive(self, job_ids: Sequence[int]) -> Generator[Deferred[Any], Any, list[int]]:
        """Move jobs that are over to the archive; the ids of those that are there now."""
        over = []
        for job_id in job_ids:
            record = yield self._run(partial(self._find, job_id))
            if isinstance(record, Job) and record.status.is_final and not record.is_archived:
                over.append(job_id)
        moved: list[tuple[str, str]] = yield self._run(partial(self._store.archive, over))
        if moved:
            yield self._replication.archive([name for name, _ in moved])
        return over

    @inlineCallbacks
    def list_over(self) -> Generator[Deferred[Any], Any, list[Job]]:
        """The jobs that are over and not archived yet, in order of their ids."""
        records = yield self._run(self._store.load_live)
        return [record for record in records if isinstance(record, Job) and record.status.is_final]

    @property
    def last_id(self) -> int:
        """The highest id that was given to a job."""
        return self._store.serial

    @inlineCallbacks
    def set_drain(self, is_drained: bool) -> Generator[Deferred[Any], Any, None]:
        """Let the queue take no new jobs, or take them again."""
        yield self._run(partial(self._store.set_drain, is_drained))
        yield self._replication.replicate([DRAIN])

    def review(self) -> None:
        """Start what is due, and end what cannot be done any more."""
        if not self.running or not self._is_open:
            return
        choice = self._schedule.choose()
        for job_id in choice.start:
            self._start(job_id)
        for job_id in choice.cancel:
            self._settle(job_id, partial(transitions.canceled, now=self._time()))
        for job_id, reason in choice.fail.items():
            error = OpExecError(reason).to_wire()
            self._settle(job_id, partial(_fail_next, error_result=error, now=self._time()))

    def _start(self, job_id: int) -> None:
        job = self._schedule.get(job_id)
        if job is None:
            return
        job_run = self._make_run(job)
        ended: Deferred[None] = Deferred()
        self._runs[job_id] = job_run, ended
        running = job_run.run()
        running.addErrback(lambda failure: self._break_off(job_run.job, failure))
        running.addCallback(lambda job: self._finish(job, ended))

    def _break_off(self, job: Job, failure: Failure) -> Deferred[Job]:
        """A fault of this daemon: what was begun must not be done again."""
        self.log.failure("job {job}", failure, job=job.id)
        if job.status.is_final:
            return succeed(job)
        error = OpExecError(failure.getErrorMessage()).to_wire()
        broken = _fail_next(job, error_result=error, now=self._time())
        return self.save(broken).addCallback(lambda _: broken)

    def _finish(self, job: Job, ended: Deferred[None]) -> None:
        """A job has ended, or waits for others with what is left of it."""
        del self._runs[job.id]
        if job.status.is_final:
            self._schedule.finished(job)
        else:
            self._schedule.add(job)
        ended.callback(None)
        self.review()

    def _settle(self, job_id: int, end: Callable[[Job], Job]) -> None:
        job = self._schedule.get(job_id)
        if job is not None:
            self._end(end(job)).addErrback(partial(self.log.failure, "ending job {job}", job=job_id))

    @inlineCallbacks
    def _end(self, job: Job) -> Generator[Deferred[Any], Any, None]:
        """A job that was never begun is over; others go by that once it is on disk."""
        self._schedule.end(job)
        yield self.save(job)
        self._schedule.finished(job)
        self.review()

    def _find_status(self, job_id: int) -> JobStatus | None:
        record = self._find(job_id)
        return record.status if isinstance(record, Job) else None

    def _time(self) -> tuple[int, int]:
        return split_time(self._now())


def _fail_next(job: Job, *, error_result: object, now: tuple[int, int]) -> Job:
    index = next(index for index, opcode in enumerate(job.opcodes) if not opcode.status.is_final)
    begun = transitions.waiting(job, index, now) if job.opcodes[index].status is JobStatus.QUEUED else job
    return transitions.failed(begun, index, error_result, now)


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
