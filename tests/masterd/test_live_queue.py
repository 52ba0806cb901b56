"""The jobs that are not over: what is taken, started, ended, and what a new daemon makes of an old one's."""

import fcntl
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from twisted.internet.defer import Deferred, maybeDeferred, succeed
from twisted.internet.task import Clock

from ganeti_lite.constants import JobStatus
from ganeti_lite.errors import GenericError
from ganeti_lite.jobs import RecordCache, transitions
from ganeti_lite.masterd.atomic_write import FileWriteError
from ganeti_lite.masterd.live_queue import LIVELOCK_SECONDS, RETRY_SECONDS, LiveQueue
from ganeti_lite.masterd.queue_store import QueueStore
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

    def replicate(self, names: Iterable[str]) -> Deferred[None]:
        """Have all of it at once."""
        self.sent += names
        return succeed(None)

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

    def end(self, *, status: JobStatus = JobStatus.SUCCESS) -> None:
        """The job ends so."""
        if status is JobStatus.SUCCESS:
            self.job = transitions.waiting(self.job, 0, (1, 1))
            self.job = transitions.running(self.job, 0, delay(), (1, 2))
            self.job = transitions.succeeded(self.job, 0, None, (1, 3))
        elif status is JobStatus.CANCELED:
            self.job = transitions.canceled(self.job, (1, 1))
        self._save(self.job).addCallback(lambda _: self._ended.callback(self.job))


class Daemon:
    """A queue on disk and the jobs that run."""

    def __init__(self, path: Path, limit: int = 20) -> None:
        self.path = path
        self.clock = Clock()
        self.copies = Copies()
        self.runs: dict[int, Run] = {}
        self.store = QueueStore(str(path))
        self.failures: list[Exception] = []
        self.queue = LiveQueue(
            self.store,
            self._run,
            self.copies,  # type: ignore[arg-type]  # has all of it that is used
            self._make_run,  # type: ignore[arg-type]  # as above
            RecordCache(str(path)).find,
            self.clock,
            lambda: NOW,
        )
        self.queue.startService()
        self.queue.set_rules((), limit)

    def _run(self, function: Any, /) -> Deferred[Any]:
        def work() -> Any:
            if self.failures:
                raise self.failures.pop(0)
            return function()

        return maybeDeferred(work)

    def _make_run(self, job: Job) -> Run:
        self.runs[job.id] = Run(job, self.queue.save)
        return self.runs[job.id]

    def open(self) -> "Daemon":
        """Take up what is there, and start."""
        outcome(self.queue.load())
        self.queue.open()
        return self

    def submit(self, *jobs: list[dict[str, Any]]) -> list[list[Any]]:
        """What becomes of jobs."""
        result: list[list[Any]] = outcome(self.queue.submit(jobs))
        return result

    def read(self, job_id: int) -> Mapping[str, Any]:
        """A job's file."""
        content: Mapping[str, Any] = json.loads((self.path / f"job-{job_id}").read_bytes())
        return content

    def end(self) -> None:
        """Let others have the queue."""
        self.store.close()


@pytest.fixture
def daemon(tmp_path: Path) -> Daemon:
    """A queue that is empty."""
    return Daemon(tmp_path).open()


def test_a_job_is_on_disk_and_started(daemon: Daemon) -> None:
    """Its number is the next one; the candidates have the serial and the job."""
    assert daemon.submit([delay()], [delay()]) == [[True, 1], [True, 2]]
    assert daemon.copies.sent == ["serial", "job-1", "job-2"]
    assert daemon.read(1)["ops"][0]["status"] == "queued"
    assert daemon.read(1)["received_timestamp"] == [1_800_000_000, 250_000]
    assert daemon.runs.keys() == {1, 2}
    assert daemon.queue.last_id == 2


def test_no_more_run_than_may(tmp_path: Path) -> None:
    """The next one starts when one has ended, or when more are allowed."""
    daemon = Daemon(tmp_path, limit=1).open()
    daemon.submit([delay()], [delay()], [delay()])
    assert daemon.runs.keys() == {1}
    daemon.runs[1].end()
    assert daemon.runs.keys() == {1, 2}
    daemon.queue.set_rules((), 2)
    assert daemon.runs.keys() == {1, 2, 3}


def test_a_dependency_that_cannot_be_is_refused_alone(daemon: Daemon) -> None:
    """The other jobs of the request are taken."""
    outcomes = daemon.submit([delay()], [delay(depends=[[-5, []]])], [delay(depends=[[-1, []]])])
    assert [taken for taken, _ in outcomes] == [True, False, True]
    assert "-5" in outcomes[1][1]


def test_without_room_for_a_number_nothing_is_taken(daemon: Daemon) -> None:
    """The error says why; the next job has the next number."""
    daemon.failures.append(FileWriteError("Cannot write serial: No space left on device"))
    with pytest.raises(GenericError, match="No space left"):
        daemon.submit([delay()])
    assert daemon.submit([delay()]) == [[True, 1]]


def test_a_state_that_cannot_be_written_is_tried_again(daemon: Daemon) -> None:
    """Until it is on disk nothing follows from it."""
    daemon.submit([delay()])
    daemon.failures += [FileWriteError("full")] * 2
    daemon.runs[1].end()
    assert daemon.read(1)["ops"][0]["status"] == "queued"
    daemon.clock.pump([RETRY_SECONDS, RETRY_SECONDS])
    assert daemon.read(1)["ops"][0]["status"] == "success"


def test_jobs_are_cancelled_by_where_they_stand(tmp_path: Path) -> None:
    """In the queue at once; those that run are told; others are not there."""
    daemon = Daemon(tmp_path, limit=1).open()
    daemon.submit([delay()], [delay()])
    assert outcome(daemon.queue.cancel(2)) == (True, "Dequeued job 2")
    assert daemon.read(2)["ops"][0]["status"] == "canceled"
    told = "Job no longer waiting, can't cancel (informed it anyway)"
    assert outcome(daemon.queue.cancel(1)) == (False, told)
    assert outcome(daemon.queue.cancel(1, kill=True)) == (True, "SIGKILL send to the process")
    assert daemon.runs[1].orders == ["cancel", "kill"]
    for job_id in (2, 99):
        assert outcome(daemon.queue.cancel(job_id)) == (False, f"Job {job_id} not found in queue")


def test_a_job_that_waits_for_locks_is_cancelled_while_the_client_waits(daemon: Daemon) -> None:
    """The answer comes when it has ended."""
    daemon.submit([delay()])
    run = daemon.runs[1]
    run.is_waiting = True
    answers: list[Any] = []
    daemon.queue.cancel(1).addCallback(answers.append)
    assert (run.orders, answers) == (["cancel"], [])
    run.end(status=JobStatus.CANCELED)
    assert answers == [(True, "Job successfully cancelled")]


def test_priorities_change(tmp_path: Path) -> None:
    """Of what has not begun; who is more urgent goes first."""
    daemon = Daemon(tmp_path, limit=1).open()
    daemon.submit([delay()], [delay()], [delay()])
    text = "Priorities of pending opcodes for job {} have been changed to -10"
    assert outcome(daemon.queue.change_priority(3, -10)) == (True, text.format(3))
    assert daemon.read(3)["ops"][0]["priority"] == -10
    assert outcome(daemon.queue.change_priority(1, -10)) == (True, text.format(1))
    assert daemon.runs[1].orders == ["priority -10"]
    assert outcome(daemon.queue.change_priority(99, 0)) == (False, "Job 99 not found in queue")
    daemon.runs[1].end()
    assert daemon.runs.keys() == {1, 3}


def test_only_what_is_over_is_archived(daemon: Daemon) -> None:
    """The candidates are told what has moved."""
    daemon.submit([delay()], [delay()])
    daemon.runs[1].end()
    assert [job.id for job in outcome(daemon.queue.list_over())] == [1]
    assert outcome(daemon.queue.archive([1, 2, 99])) == [1]
    assert (daemon.path / "archive/0/job-1").exists()
    assert daemon.copies.archived == ["job-1"]
    assert outcome(daemon.queue.archive([1])) == []


def test_the_drain_flag_is_for_clients(daemon: Daemon) -> None:
    """Who submits on his own behalf asks for it first; jobs of jobs are refused."""
    outcome(daemon.queue.set_drain(True))
    assert daemon.queue.is_drained
    assert "drain" in daemon.copies.sent
    with pytest.raises(GenericError, match="Queue drained"):
        daemon.queue.submit_further([[{"OP_ID": "OP_TEST_DELAY", "duration": 1, "reason": []}]])
    outcome(daemon.queue.set_drain(False))
    assert not daemon.queue.is_drained


def test_who_depends_on_a_failure_fails(daemon: Daemon) -> None:
    """It ends with the reason, as if it had been tried."""
    daemon.submit([delay()], [delay(depends=[[1, ["error"]]])])
    daemon.runs[1].end()
    (opcode,) = daemon.read(2)["ops"]
    assert opcode["status"] == "error"
    assert "Dependency job 1 finished with status 'success'" in opcode["result"][1][0]
    assert 2 not in daemon.runs


def put_aside(path: Path, *jobs: Job) -> None:
    """What an earlier daemon has left."""
    store = QueueStore(str(path))
    store.allocate(len(jobs))
    for job in jobs:
        store.write(job)
    store.close()


def test_an_earlier_daemons_jobs_are_taken_up(tmp_path: Path) -> None:
    """Queued and waiting ones go on; what was being done has failed, and says so."""
    queued = [transitions.submitted(number, [delay()], (1, 0)) for number in (1, 2, 3)]
    waiting = [transitions.waiting(job, 0, (2, 0)) for job in queued[1:]]
    put_aside(tmp_path, queued[0], waiting[0], transitions.running(waiting[1], 0, delay(), (3, 0)))
    (tmp_path / "job-4").write_bytes(b"garbage")
    daemon = Daemon(tmp_path).open()
    assert daemon.runs.keys() == {1, 2}
    assert daemon.read(2)["start_timestamp"] is None
    assert daemon.read(3)["ops"][0]["result"] == "detected death of job 3"
    assert daemon.submit([delay()]) == [[True, 5]]


def test_a_job_of_a_process_that_lives_is_left_alone(tmp_path: Path) -> None:
    """Until that process has ended; then it is seen what became of it."""
    livelock = tmp_path / "livelock"
    livelock.touch()
    waiting = transitions.waiting(transitions.submitted(1, [delay()], (1, 0)), 0, (2, 0))
    put_aside(tmp_path, evolve(waiting, livelock=str(livelock)))
    with livelock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        daemon = Daemon(tmp_path).open()
        daemon.clock.advance(LIVELOCK_SECONDS)
        assert not daemon.runs
    daemon.clock.advance(LIVELOCK_SECONDS)
    assert daemon.runs.keys() == {1}
    assert "livelock" not in daemon.read(1)


def test_a_stop_waits_for_what_runs(daemon: Daemon) -> None:
    """Nothing new is started, and what runs is told to stay behind its present opcode."""
    daemon.submit([delay()])
    stopped: list[None] = []
    daemon.queue.stopService().addCallback(stopped.append)
    assert daemon.runs[1].orders == ["withdraw"]
    assert not stopped
    daemon.runs[1].end()
    assert stopped == [None]
