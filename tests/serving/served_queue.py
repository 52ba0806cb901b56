"""A queue directory that is followed, and somebody who waits for its jobs."""

from pathlib import Path
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from ganeti_lite.query import JobWatch, QueueView
from ganeti_lite.serving.job_queue import JobQueue
from ganeti_lite.serving.needs import ChangeNeeded
from ganeti_lite.serving.queue_changes import OpenWatch
from ganeti_lite.serving.watch import FolderWatch
from ganeti_lite.snapshot import Job, JobRecord
from tests.doubles.manual_runner import ManualRunner
from tests.doubles.watching import WatchingClock
from tests.jobs.queues import Queue

T = TypeVar("T")
PATIENCE = 60.0


class Serving:
    """A queue's files and the service that reads them, threads and time moved by hand."""

    def __init__(self, path: Path, open_watch: OpenWatch = FolderWatch) -> None:
        self.files = Queue(path)
        self.clock = WatchingClock()
        self.runner = ManualRunner()
        self.queue = JobQueue(str(path), self.clock, self.runner, open_watch)
        self.queue.startService()

    def finish(self, waiting: Deferred[T]) -> T:
        """What comes when all that is to be read has been read."""
        self.runner.run_all()
        outcomes: list[T | Failure] = []
        waiting.addBoth(outcomes.append)
        (outcome,) = outcomes
        if isinstance(outcome, Failure):
            outcome.raiseException()
        return outcome

    def list_all(self, *, with_archive: bool = False) -> QueueView:
        """All jobs."""
        return self.finish(self.queue.list_all(with_archive=with_archive))

    def statuses(self, *, with_archive: bool = False) -> dict[int, str]:
        """The status of each job by its id; why it cannot be read instead."""
        records = self.list_all(with_archive=with_archive).snapshot.jobs.ordered
        return {record.id: status_of(record) for record in records}

    def wait(self, job_id: int, previous: str, patience: float = PATIENCE) -> "Waiting":
        """Wait until a job's status is another one."""
        need = ChangeNeeded(job_id, patience, JobWatch(("status",), [previous], 0).is_news)
        return Waiting(self.queue.await_change(need))

    def look(self) -> None:
        """Let the reactor notice what has changed, and the threads do what comes of it."""
        self.clock.notice()
        self.runner.run_all()

    def stop(self) -> None:
        """Stop the service."""
        self.queue.stopService()
        self.clock.advance(0)
        self.runner.run_all()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is kept for anybody."""
        return not self.clock.getDelayedCalls() and not self.clock.readers


class Waiting:
    """Somebody who waits for a job.

    :ivar told: what has come for him.
    """

    def __init__(self, news: Deferred[JobRecord]) -> None:
        self.news = news
        self.told: list[object] = []
        news.addCallbacks(self._tell, self._fail)

    def _tell(self, record: JobRecord) -> None:
        self.told.append(status_of(record))

    def _fail(self, failure: Failure) -> None:
        self.told.append(type(failure.value))


def status_of(record: JobRecord) -> str:
    """The status of a job; why it cannot be read instead."""
    return str(record.status) if isinstance(record, Job) else record.reason


def no_watch(path: str, _on_change: object, _reactor: object) -> FolderWatch:
    """What opening a watch is where there is no inotify."""
    raise OSError(f"{path} cannot be watched")
