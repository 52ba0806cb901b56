"""The jobs that are over, until they are moved to the archive.

Which they are, and since when, is remembered from the moment at which it is seen, so that archiving what is old costs
what it moves and not what lies there. A job that is not known, since its file could not be read, say, is found by its
id.
"""

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from math import inf
from typing import Any, Final

from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.interfaces import IReactorTime

from ganeti_lite.snapshot import Job, UnreadableJob

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
        self._ends: dict[int, float] = {}  # of each, in seconds since 1970

    def add(self, job: Job) -> None:
        """A job is over, on disk too."""
        self._ends[job.id] = _ended_at(job)

    @inlineCallbacks
    def archive(self, job_ids: Sequence[int]) -> Generator[Deferred[Any], Any, list[int]]:
        """Move jobs that are over to the archive; the ids of those that are there now."""
        over, gone = [], []
        for job_id in job_ids:
            record = yield self._queue.read(job_id)
            if isinstance(record, UnreadableJob):
                gone += [job_id] if record.is_missing else []
            elif record.is_archived:
                gone.append(job_id)
            elif record.status.is_final:
                over.append(job_id)
        if over:
            yield self._queue.archive(over)
        for job_id in (*over, *gone):
            self._ends.pop(job_id, None)
        return over

    @inlineCallbacks
    def archive_old(self, age: int, timeout: int) -> Generator[Deferred[Any], Any, tuple[int, int]]:
        """Archive all jobs that ended long ago, in order of their ids.

        :param age: seconds since then; -1 for any.
        :param timeout: seconds that it may take.
        :returns: how many were archived, and how many were not looked at before the time was up.
        """
        deadline = self._clock.seconds() + timeout
        latest = self._now() - age
        ids = sorted(self._ends)
        old = {job_id for job_id, end in self._ends.items() if age < 0 or end < latest}
        archived = looked_at = 0
        for batch, position in _divide(ids, old):
            if self._clock.seconds() >= deadline:
                break
            moved = yield self.archive(batch)
            archived += len(moved)
            looked_at = position
        return archived, len(ids) - looked_at


def _divide(ids: Sequence[int], old: Collection[int]) -> Iterator[tuple[list[int], int]]:
    """The *old* ones in batches, each with how many of all *ids* have been looked at when it is done."""
    batch: list[int] = []
    for position, job_id in enumerate(ids):
        if job_id in old:
            if len(batch) == ARCHIVE_BATCH:
                yield batch, position
                batch = []
            batch.append(job_id)
    yield batch, len(ids)


def _ended_at(job: Job) -> float:
    """When a job ended, in seconds since 1970; infinitely late if it says nothing of that."""
    time_of = job.end or job.start
    return inf if time_of is None else time_of[0] + time_of[1] / 1e6
