"""The jobs that are not over: taken in, started when it is their turn, ended.

What a client is told, and what follows from a job's state, comes after that state is on disk. A disk that is full
keeps new jobs out; jobs that are under way wait for room.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from functools import partial
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults, inlineCallbacks
from twisted.logger import Logger

from ganeti_lite.errors import GenericError, OpExecError
from ganeti_lite.jobs import transitions
from ganeti_lite.opcodes import decode_opcode
from ganeti_lite.snapshot import Job, UnreadableJob

from .atomic_write import FileWriteError
from .dependencies import UnresolvableError, resolve_relative
from .ended_jobs import EndedJobs
from .job_filters import Rule
from .recovery import Recovery
from .running_jobs import Answer, RunningJobs
from .schedule import Schedule
from .shared_queue import SharedQueue
from .times import split_time


class LiveQueue(Service):
    """The queue while this daemon is its owner.

    :param ended: is told of each job that is over, those that were so before included.
    :param now: seconds since 1970.
    """

    log = Logger()

    def __init__(
        self,
        queue: SharedQueue,
        runs: RunningJobs,
        ended: EndedJobs,
        recovery: Recovery,
        now: Callable[[], float],
    ) -> None:
        self._queue = queue
        self._runs = runs
        self._ended = ended
        self._recovery = recovery
        self._now = now
        self._schedule = Schedule(0, queue.read_status)
        self._is_open = False

    def open(self) -> None:
        """Start jobs from now on, while the service runs."""
        self._is_open = True
        self.review()

    def set_rules(self, rules: Sequence[Rule], max_running: int) -> None:
        """Follow the configuration: the rules for jobs, and how many may run at once."""
        self._schedule.set_rules(rules)
        self._schedule.set_limit(max_running)
        self.review()

    @inlineCallbacks
    def load(self) -> Generator[Deferred[Any], Any, None]:
        """Take up the jobs that an earlier daemon has left, before the first new one."""
        records = yield self._queue.load()
        for record in records:
            if isinstance(record, UnreadableJob):
                self.log.warn("job {job} cannot be read: {reason}", job=record.id, reason=record.reason)
            elif record.status.is_final:
                self._ended.add(record)
            else:
                yield self._recovery.take_up(record, self._add, self._note_end)
        self.log.info("{count} jobs are live", count=len(self._schedule))
        self._queue.refresh([job.id for job in self._schedule])  # maybe the last states never came

    def stopService(self) -> Deferred[None]:
        """Start nothing any more; jobs that wait for locks stay in the queue, those that run have some time to end."""
        super().stopService()
        self._recovery.stop()
        return self._runs.stop()

    @inlineCallbacks
    def submit(
        self, wanted: Sequence[Sequence[Mapping[str, Any]]], *, is_one: bool = False, ignores_drain: bool = False
    ) -> Generator[Deferred[Any], Any, list[list[Any]]]:
        """Take jobs in: ``[True, id]`` for each that is on disk now, ``[False, reason]`` for others.

        :param wanted: each a list of opcodes, complete.
        :param is_one: whether it is a request for a single job, whose dependencies count from its own id.
        :param ignores_drain: whether they are taken even if the queue is drained.
        :raises GenericError: the queue is drained, or no ids can be had.
        """
        if self._queue.is_drained and not ignores_drain:
            raise GenericError("Queue drained")
        if not wanted:
            return []
        try:
            first = yield self._queue.allocate(len(wanted))
        except FileWriteError as error:
            raise GenericError(f"The job queue cannot be written: {error}") from error
        # Each candidate is sent the number before the jobs, so that it has no job whose number it would give again.
        told = [self._queue.tell_serial()]
        received = self._time()
        taking = [
            self._take(first + position, opcodes, None if is_one else position, received)
            for position, opcodes in enumerate(wanted)
        ]
        outcomes: list[list[Any]] = yield gatherResults(taking)
        told.append(self._queue.tell(job_id for is_taken, job_id in outcomes if is_taken))
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
            yield self._queue.write(job)
        except (UnresolvableError, FileWriteError) as error:
            return [False, str(error)]
        self._schedule.add(job)
        return [True, job_id]

    def submit_further(self, wanted: Sequence[Sequence[Mapping[str, Any]]]) -> Deferred[list[list[Any]]]:
        """Take in jobs that an opcode leads to; refused like clients' while the queue is drained."""
        return self.submit([[decode_opcode(opcode) for opcode in job] for job in wanted])

    @inlineCallbacks
    def cancel(self, job_id: int, *, kill: bool = False) -> Generator[Deferred[Any], Any, Answer]:
        """Cancel a job that has not begun; one that has is told, and ends after its present opcode."""
        if self._runs.get(job_id) is not None:
            answer: Answer = yield self._runs.cancel(job_id, kill=kill)
            return answer
        job = self._schedule.get(job_id)
        if job is None or job.status.is_final:
            return False, f"Job {job_id} not found in queue"
        yield self._end(transitions.canceled(job, self._time()))
        return True, f"Dequeued job {job_id}"

    @inlineCallbacks
    def change_priority(self, job_id: int, priority: int) -> Generator[Deferred[Any], Any, Answer]:
        """Make the opcodes of a job that have not begun more or less urgent."""
        running = self._runs.get(job_id)
        job = self._schedule.get(job_id) if running is None else running
        if job is None:
            return False, f"Job {job_id} not found in queue"
        changed = transitions.with_priority(job, priority)
        if changed is job:
            return False, f"Job {job_id} had no pending opcodes"
        if running is not None:
            yield self._runs.change_priority(job_id, priority)
        else:
            self._schedule.replace(changed)
            yield self._queue.save(changed)
            self.review()
        return True, f"Priorities of pending opcodes for job {job_id} have been changed to {priority}"

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
            self._settle(job_id, partial(transitions.failed_next, error_result=error, now=self._time()))

    def _start(self, job_id: int) -> None:
        job = self._schedule.get(job_id)
        if job is not None:
            self._runs.start(job, self._note_stop)

    def _settle(self, job_id: int, end: Callable[[Job], Job]) -> None:
        job = self._schedule.get(job_id)
        if job is not None:
            self._end(end(job)).addErrback(partial(self.log.failure, "ending job {job}", job=job_id))

    @inlineCallbacks
    def _end(self, job: Job) -> Generator[Deferred[Any], Any, None]:
        """A job that was never begun is over; others go by that once it is on disk."""
        self._schedule.end(job)
        yield self._queue.save(job)
        self._note_end(job)

    def _note_stop(self, job: Job) -> None:
        """A job is not being carried out any more: it is over, or waits for others with what is left of it."""
        if job.status.is_final:
            self._note_end(job)
        else:
            self._add(job)

    def _note_end(self, job: Job) -> None:
        """A job is over, on disk too."""
        self._ended.add(job)
        self._schedule.finished(job)
        self.review()

    def _add(self, job: Job) -> None:
        """A job is to be started when it is its turn."""
        self._schedule.add(job)
        self.review()

    def _time(self) -> tuple[int, int]:
        return split_time(self._now())
