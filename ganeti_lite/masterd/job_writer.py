"""Jobs on their way to the disk: what comes while others are being written is written together after them.

So many jobs that move on at once cost one wait for the folder, and a job that says much one file for all of it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final

from attrs import define, field
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from ganeti_lite.serving.source import Runner
from ganeti_lite.snapshot import Job

from .atomic_write import FileWriteError

BATCH: Final = 50
"""Jobs that are written together; others, such as those that archive, have the disk between two batches."""

WriteJobs = Callable[[Sequence[Job]], Mapping[int, FileWriteError]]
"""Puts jobs into their files; says by id which could not be, and why."""


@define(eq=False)
class _Pending:
    """A job's newest state, and who waits for it to be on disk."""

    job: Job
    waiting: list[Deferred[None]] = field(factory=list)


class JobWriter:
    """Writes jobs in the order in which they come, each state of a job after those before it.

    :param run: runs what touches the disk.
    """

    def __init__(self, run: Runner, write: WriteJobs) -> None:
        self._run = run
        self._write = write
        self._pending: dict[int, _Pending] = {}
        self._is_writing = False

    def write(self, job: Job) -> Deferred[None]:
        """Done when that state, or a newer one, is on disk; fails with :class:`FileWriteError` if it cannot be."""
        pending = self._pending.setdefault(job.id, _Pending(job))
        pending.job = job
        done: Deferred[None] = Deferred()
        pending.waiting.append(done)
        if not self._is_writing:
            self._write_next()
        return done

    def _write_next(self) -> None:
        batch = [self._pending.pop(job_id) for job_id in list(islice(self._pending, BATCH))]
        self._is_writing = bool(batch)
        if batch:
            writing = self._run(partial(self._write, [pending.job for pending in batch]))
            writing.addBoth(self._finish, batch)

    def _finish(self, failures: Mapping[int, FileWriteError] | Failure, batch: Sequence[_Pending]) -> None:
        """Tell those who have waited; what they do then is in the next batch but one at the latest."""
        self._write_next()
        for pending in batch:
            error = failures if isinstance(failures, Failure) else failures.get(pending.job.id)
            for done in pending.waiting:
                if error is None:
                    done.callback(None)
                else:
                    done.errback(error)
