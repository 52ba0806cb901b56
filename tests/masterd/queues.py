"""A queue of live jobs without a daemon around it: nothing runs but what the test moves on."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred, succeed
from twisted.internet.task import Clock

from ganeti_lite.constants import JobStatus
from ganeti_lite.jobs import transitions
from ganeti_lite.masterd.ended_jobs import EndedJobs
from ganeti_lite.masterd.live_queue import LiveQueue
from ganeti_lite.masterd.queue_store import QueueStore
from ganeti_lite.masterd.recovery import Recovery
from ganeti_lite.masterd.running_jobs import RunningJobs
from ganeti_lite.masterd.shared_queue import SharedQueue
from ganeti_lite.opcodes import decode_opcode
from ganeti_lite.snapshot import Job

from .results import outcome

NOW = 1_800_000_000.25


def delay(**parameters: Any) -> dict[str, Any]:
    """An opcode, complete."""
    return decode_opcode({"OP_ID": "OP_TEST_DELAY", "duration": 1, "reason": [], **parameters})


class Copies:
    """Stands in for the candidates: remembers what it was told to send."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.archived: list[str] = []
        self.refreshed: list[str] = []

    def replicate(self, names: Iterable[str]) -> Deferred[None]:
        """Have all of it at once."""
        self.sent += names
        return succeed(None)

    def refresh(self, names: Iterable[str]) -> None:
        """Have it, too."""
        self.refreshed += names

    def archive(self, names: Iterable[str]) -> Deferred[None]:
        """The same."""
        self.archived += names
        return succeed(None)


class Run:
    """Stands in for a job that is carried out: the test says how it goes on."""

    def __init__(self, job: Job, save: Any) -> None:
        self.job = job
        self.is_waiting = False
        self.orders: list[str] = []
        self._save = save
        self._ended: Deferred[Job] = Deferred()

    def run(self) -> Deferred[Job]:
        """Until it is told to end."""
        return self._ended

    def cancel(self) -> Deferred[None]:
        """Note it."""
        self.orders.append("cancel")
        return succeed(None)

    def kill(self) -> None:
        """Note it."""
        self.orders.append("kill")

    def withdraw(self) -> None:
        """Note it."""
        self.orders.append("withdraw")

    def change_priority(self, priority: int) -> Deferred[None]:
        """Note it."""
        self.orders.append(f"priority {priority}")
        return succeed(None)

    def note_priority(self, priority: int) -> None:
        """Note it."""
        self.orders.append(f"raised to {priority}")

    def fail(self, error: Exception) -> None:
        """The daemon itself has a fault."""
        self._ended.errback(error)

    def end(self, *, status: JobStatus = JobStatus.SUCCESS, at: float = NOW) -> None:
        """The job ends so."""
        if status is JobStatus.SUCCESS:
            self.job = transitions.waiting(self.job, 0, (1, 1))
            self.job = transitions.running(self.job, 0, delay(), (1, 2))
            self.job = transitions.succeeded(self.job, 0, None, (int(at), 0))
        elif status is JobStatus.CANCELED:
            self.job = transitions.canceled(self.job, (1, 1))
        self._save(self.job).addCallback(lambda _: self._ended.callback(self.job))


class QueueOwner:
    """A queue on disk, its live and its ended jobs; what touches the disk is done at once.

    :ivar now: the time, in seconds since 1970.
    :ivar copies: those of the candidates.
    :ivar runs: the jobs that were started.
    :ivar disk: runs what touches it.
    :ivar failures: what the next accesses to the disk fail with.
    """

    def __init__(self, path: Path, limit: int = 20) -> None:
        self.path = path
        self.now = NOW
        self.clock = Clock()
        self.copies = Copies()
        self.runs: dict[int, Run] = {}
        self.store = QueueStore(str(path))
        self.failures: list[Exception] = []
        self.disk: Callable[[Callable[[], Any]], Deferred[Any]] = maybeDeferred
        copies: Any = self.copies  # has all of a replication that is used, and so have the runs
        make_run: Any = self._make_run
        self.queue = SharedQueue(self.store, self._run, copies, self.clock)
        self.ended = EndedJobs(self.queue, self.clock, lambda: self.now)
        running = RunningJobs(make_run, self.queue.save, self.clock, lambda: self.now)
        recovery = Recovery(self.queue, self.clock, lambda: self.now)
        self.live = LiveQueue(self.queue, running, self.ended, recovery, lambda: self.now)
        self.live.startService()
        self.live.set_rules((), limit)

    def _run(self, function: Any, /) -> Deferred[Any]:
        def work() -> Any:
            if self.failures:
                raise self.failures.pop(0)
            return function()

        return self.disk(work)

    def _make_run(self, job: Job) -> Run:
        self.runs[job.id] = Run(job, self.queue.save)
        return self.runs[job.id]

    def open(self) -> "QueueOwner":
        """Take up what is there, and start."""
        outcome(self.live.load())
        self.live.open()
        return self

    def submit(self, *jobs: list[dict[str, Any]]) -> list[list[Any]]:
        """What becomes of jobs."""
        result: list[list[Any]] = outcome(self.live.submit(jobs))
        return result

    def run(self, count: int, *, at: float = NOW) -> None:
        """Have so many jobs done, which end at a time."""
        for job_id, _ in enumerate(range(count), self.queue.last_id + 1):
            self.submit([delay()])
            self.runs[job_id].end(at=at)

    def read(self, job_id: int) -> Mapping[str, Any]:
        """A job's file."""
        content: Mapping[str, Any] = json.loads((self.path / f"job-{job_id}").read_bytes())
        return content


def put_aside(path: Path, *jobs: Job) -> None:
    """What an earlier daemon has left."""
    store = QueueStore(str(path))
    store.allocate(len(jobs))
    store.write(jobs)
    store.close()
