"""The queue on this node's disk, and its copies on the master candidates: each change comes there after it is here.

What touches the disk is done elsewhere, one thing after the other; here nobody waits for it but who asks.
"""

from collections.abc import Generator, Iterable, Sequence
from functools import partial
from typing import Any, Final

from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger

from ganeti_lite.constants import JobStatus
from ganeti_lite.jobs import job_name
from ganeti_lite.serving.source import Runner
from ganeti_lite.snapshot import Job, JobRecord

from .atomic_write import FileWriteError
from .job_writer import JobWriter
from .queue_store import QueueStore
from .replication import DRAIN, SERIAL, Replication

RETRY_SECONDS: Final = 5.0
"""Until a job that could not be written is written again."""


class SharedQueue:
    """The queue directory and those who have copies of it.

    :param run: runs what touches the disk, one after the other, in a thread.
    """

    log = Logger()

    def __init__(self, store: QueueStore, run: Runner, replication: Replication, clock: IReactorTime) -> None:
        self._store = store
        self._run = run
        self._replication = replication
        self._clock = clock
        self._writer = JobWriter(run, store.write)
        self._unwritten: dict[int, Job] = {}  # the newest state of each job that is being written

    @property
    def last_id(self) -> int:
        """The highest id that was given to a job."""
        return self._store.serial

    @property
    def is_drained(self) -> bool:
        """Whether clients' jobs are refused."""
        return self._store.is_drained

    @inlineCallbacks
    def set_drain(self, is_drained: bool) -> Generator[Deferred[Any], Any, None]:
        """Let the queue take no new jobs, or take them again."""
        yield self._run(partial(self._store.set_drain, is_drained))
        yield self._replication.replicate([DRAIN])

    def load(self) -> Deferred[list[JobRecord]]:
        """The jobs that are not in the archive, in order of their ids."""
        return self._run(self._store.load_live)

    def read(self, job_id: int) -> Deferred[JobRecord]:
        """What the files say of a job."""
        return self._run(partial(self._store.find, job_id))

    def read_status(self, job_id: int) -> JobStatus | None:
        """How a job stands by its file, which is read at once; None if that cannot be told."""
        record = self._store.find(job_id)
        return record.status if isinstance(record, Job) else None

    def allocate(self, count: int) -> Deferred[int]:
        """The first of so many ids in a row, which are never given again.

        :raises FileWriteError: there are none.
        """
        return self._run(partial(self._store.allocate, count))

    def tell_serial(self) -> Deferred[None]:
        """Tell the candidates which ids have been given; done when they know, or it has taken too long."""
        return self._replication.replicate([SERIAL])

    def write(self, job: Job) -> Deferred[None]:
        """Put a job into its file, of which nobody is told yet.

        :raises FileWriteError: it is not there.
        """
        return self._writer.write(job)

    def tell(self, ids: Iterable[int]) -> Deferred[None]:
        """Send jobs to the candidates; done when they have them, or it has taken too long."""
        return self._replication.replicate(map(job_name, ids))

    def refresh(self, ids: Iterable[int]) -> None:
        """Send them jobs that they may have already, when there is nothing else to be sent."""
        self._replication.refresh(map(job_name, ids))

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
                yield deferLater(self._clock, RETRY_SECONDS, lambda: None)
            else:
                if self._unwritten.get(job.id) is newest:
                    del self._unwritten[job.id]
                break
        if is_told:
            yield self.tell([job.id])

    @inlineCallbacks
    def archive(self, ids: Sequence[int]) -> Generator[Deferred[Any], Any, None]:
        """Move the files of jobs into the archive, here and there.

        :raises FileWriteError: one cannot be moved.
        """
        moved: list[tuple[str, str]] = yield self._run(partial(self._store.archive, ids))
        if moved:
            yield self._replication.archive([name for name, _ in moved])
