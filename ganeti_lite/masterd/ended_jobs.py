"""The jobs that are over, until they are moved to the archive."""

from collections.abc import Callable, Generator, Sequence
from typing import Any, Final

from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.interfaces import IReactorTime

from ganeti_lite.snapshot import Job

from .shared_queue import SharedQueue

ARCHIVE_BATCH: Final = 10
"""Jobs that are archived at once; then the time is looked at."""


class EndedJobs:
    """Puts away what is over.

    :param clock: what archiving may take is measured by.
    :param now: seconds since 1970.
    """

    def __init__(self, queue: SharedQueue, clock: IReactorTime, now: Callable[[], float]) -> None:
        self._queue = queue
        self._clock = clock
        self._now = now

    @inlineCallbacks
    def archive(self, job_ids: Sequence[int]) -> Generator[Deferred[Any], Any, list[int]]:
        """Move jobs that are over to the archive; the ids of those that are there now."""
        over = []
        for job_id in job_ids:
            record = yield self._queue.read(job_id)
            if isinstance(record, Job) and record.status.is_final and not record.is_archived:
                over.append(job_id)
        yield self._queue.archive(over)
        return over

    @inlineCallbacks
    def archive_old(self, age: int, timeout: int) -> Generator[Deferred[Any], Any, tuple[int, int]]:
        """Archive all jobs that ended long ago.

        :param age: seconds since then; -1 for any.
        :param timeout: seconds that it may take.
        :returns: how many were archived, and how many were not looked at before the time was up.
        """
        deadline = self._clock.seconds() + timeout
        records = yield self._queue.load()
        jobs = [record for record in records if isinstance(record, Job) and record.status.is_final]
        latest = self._now() - age
        archived = looked_at = 0
        while looked_at < len(jobs) and self._clock.seconds() < deadline:
            batch = jobs[looked_at : looked_at + ARCHIVE_BATCH]
            looked_at += len(batch)
            moved = yield self.archive([job.id for job in batch if age < 0 or _ended_at(job) < latest])
            archived += len(moved)
        return archived, len(jobs) - looked_at


def _ended_at(job: Job) -> float:
    """When a job ended, in seconds since 1970; infinitely late if it says nothing of that."""
    time_of = job.end or job.start
    return float("inf") if time_of is None else time_of[0] + time_of[1] / 1e6
