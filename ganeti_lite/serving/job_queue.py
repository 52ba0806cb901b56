"""The job queue as it is on disk: followed by one watch of its directory, read only where it has changed.

* Nothing is read before somebody asks, and nothing twice that has not changed.
* Who asks sees every change that was made before: what the watch has noticed is taken up first.
* Who waits for a job is woken by a change of its file; nobody polls, except where there is no inotify.
"""

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any, Final, NoReturn

from twisted.application.service import Service
from twisted.internet.defer import Deferred, DeferredLock, inlineCallbacks
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.failure import Failure

from ganeti_lite.errors import BlockDeviceError
from ganeti_lite.jobs import JobFolder, QueueUnreadableError, RecordCache, job_id_of
from ganeti_lite.query import QueueView
from ganeti_lite.snapshot import JobRecord

from .job_listing import JobListing
from .job_waiters import JobWaiters
from .needs import ChangeNeeded
from .queue_changes import OpenWatch, QueueChanges
from .source import Runner
from .watch import INTERVAL, FolderWatch, IWatchReactor

ARCHIVE_SECONDS: Final = 60.0
"""How long the archive's jobs are kept after they have been asked for."""


class JobQueue(Service):
    """Reads the jobs in the directory at *path*, while the service runs.

    :param run: runs reading in a worker thread.
    :param open_watch: how the directory is watched.
    """

    log = Logger()

    def __init__(self, path: str, reactor: IWatchReactor, run: Runner, open_watch: OpenWatch = FolderWatch) -> None:
        self._path = path
        self._clock = reactor
        self._run = run
        self._records = RecordCache(path)
        self._changes = QueueChanges(path, reactor, self._wake, open_watch)
        self._waiters = JobWaiters(reactor, self.find_one)
        self._live = JobListing(JobFolder(path))
        self._whole = JobListing(JobFolder(path, has_archive=True))
        self._turn = DeferredLock()
        self._forgetting: IDelayedCall | None = None
        self._poll = LoopingCall(self._look_around)
        self._poll.clock = reactor

    def stopService(self) -> None:
        """Watch no longer."""
        super().stopService()
        self._changes.stop()
        self._waiters.dismiss()
        if self._poll.running:
            self._poll.stop()
        if self._forgetting is not None and self._forgetting.active():
            self._forgetting.cancel()

    def list_all(self, *, with_archive: bool) -> Deferred[QueueView]:
        """All jobs as they are now; fails with :class:`BlockDeviceError` if they cannot be listed."""
        read = self._read_whole if with_archive else self._read_live
        return self._turn.run(read).addErrback(_explain)

    def find(self, ids: Sequence[int]) -> Deferred[tuple[JobRecord, ...]]:
        """These jobs as they are now."""
        return self._run(lambda: tuple(map(self._records.find, ids)))

    def find_one(self, job_id: int) -> Deferred[JobRecord]:
        """This job as it is now."""
        return self._run(partial(self._records.find, job_id))

    def await_change(self, need: ChangeNeeded) -> Deferred[JobRecord]:
        """The job when it is news, or when patience ends. One that is archived already counts as missing."""
        if need.patience <= 0 or not self.running:
            return self._run(partial(self._records.find_live, need.job_id))
        waiting = self._waiters.add(need)
        self._watch()
        # Whatever changes after this look is noticed, since there is a waiter already.
        self._offer(lambda: [self._records.find_live(need.job_id)])
        return waiting

    @inlineCallbacks
    def _read_live(self) -> Generator[Deferred[Any], Any, QueueView]:
        view: QueueView
        changed = self._changes.take() if self.running else None
        kept = self._live.view
        if kept is not None and changed is not None and not changed and not self._live.folder.unread:
            return kept
        try:
            self._live, view = yield self._run(partial(self._live.read, changed))
        except BaseException:
            self._changes.forget()  # what had changed was not taken up
            raise
        return view

    @inlineCallbacks
    def _read_whole(self) -> Generator[Deferred[Any], Any, QueueView]:
        view: QueueView
        self._whole, view = yield self._run(partial(self._whole.read, None))
        if self._forgetting is not None and self._forgetting.active():
            self._forgetting.reset(ARCHIVE_SECONDS)
        elif self.running:
            self._forgetting = self._clock.callLater(ARCHIVE_SECONDS, self._forget_archive)
        return view

    def _forget_archive(self) -> None:
        self._whole = JobListing(JobFolder(self._path, has_archive=True))

    def _wake(self, names: frozenset[str] | None) -> None:
        """Look at the jobs that have changed and that somebody waits for."""
        jobs = self._waiters.jobs
        if jobs and names is None:
            self._watch()  # what was watched may be another directory by now
        elif names is not None:
            jobs = jobs.intersection(job_id for name in names if (job_id := job_id_of(name)) is not None)
        if jobs:
            self._offer(lambda: [self._records.find(job_id) for job_id in jobs])

    def _offer(self, read: Callable[[], list[JobRecord]]) -> None:
        """Tell those who wait what *read* gives."""
        reading = self._run(read).addCallback(self._waiters.offer, self._waiters.arrivals)
        reading.addErrback(lambda failure: self.log.failure("reading jobs that are waited for", failure))

    def _watch(self) -> None:
        """Have changes noticed: by a watch of the directory, or by a look every so often where there can be none."""
        self._changes.start()
        if not self._changes.is_watched and not self._poll.running:
            self._poll.start(INTERVAL, now=False)

    def _look_around(self) -> None:
        """Without a watch: look at all jobs that somebody waits for."""
        self._wake(None)
        if self._changes.is_watched or not self._waiters.jobs:
            self._poll.stop()


def _explain(failure: Failure) -> NoReturn:
    failure.trap(QueueUnreadableError)
    raise BlockDeviceError(f"Unable to fetch the job list: {failure.getErrorMessage()}") from failure.value
