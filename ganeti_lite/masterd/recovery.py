"""What becomes of the jobs that an earlier daemon has left: what waited goes on, what was being done has failed.

Jobs of a process of Ganeti's that is still alive are left to it until it has ended.
"""

from collections.abc import Callable, Generator
from typing import Any, Final, TypeAlias

from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from ganeti_lite.constants import JobStatus
from ganeti_lite.jobs import transitions
from ganeti_lite.snapshot import Job

from .livelock import is_held
from .shared_queue import SharedQueue
from .times import split_time

LIVELOCK_SECONDS: Final = 2.0
"""Between two looks at whether a process of Ganeti's that carries a job out is still alive."""

OnDecided: TypeAlias = Callable[[Job], None]
"""Called with a job of which it is clear now what becomes of it, and which is on disk so."""


class Recovery:
    """Takes up jobs that were begun by another process.

    :param now: seconds since 1970.
    """

    log = Logger()

    def __init__(self, queue: SharedQueue, clock: IReactorTime, now: Callable[[], float]) -> None:
        self._queue = queue
        self._clock = clock
        self._now = now
        self._is_stopped = False

    def stop(self) -> None:
        """Look at no process again."""
        self._is_stopped = True

    @inlineCallbacks
    def take_up(self, job: Job, go_on: OnDecided, on_end: OnDecided) -> Generator[Deferred[Any], Any, None]:
        """Decide about a job as it was found; done when that is on disk, or the job is another process's.

        :param go_on: called if it is to be started, now or when that process has ended.
        :param on_end: called if it is over.
        """
        if job.status.is_final:
            on_end(job)
        elif job.status is JobStatus.QUEUED:
            go_on(job)
        elif job.livelock is not None and is_held(job.livelock):
            self.log.info("job {job} belongs to a process that is still alive", job=job.id)
            self._clock.callLater(LIVELOCK_SECONDS, self._look_again, job.id, go_on, on_end)
        elif job.status is JobStatus.WAITING:
            queued = transitions.requeued(job)
            yield self._queue.save(queued)
            go_on(queued)
        else:
            self.log.warn("job {job} was running when its daemon ended", job=job.id)
            interrupted = transitions.interrupted(job, split_time(self._now()))
            yield self._queue.save(interrupted)
            on_end(interrupted)

    @inlineCallbacks
    def _look_again(self, job_id: int, go_on: OnDecided, on_end: OnDecided) -> Generator[Deferred[Any], Any, None]:
        record = yield self._queue.read(job_id)
        if isinstance(record, Job) and not self._is_stopped:
            yield self.take_up(record, go_on, on_end)
