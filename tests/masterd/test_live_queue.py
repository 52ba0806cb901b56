"""The jobs that are not over: what is taken, started, ended, and what a new daemon makes of an old one's."""

import fcntl
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.constants import JobStatus
from ganeti_lite.errors import GenericError
from ganeti_lite.jobs import transitions
from ganeti_lite.masterd.atomic_write import FileWriteError
from ganeti_lite.masterd.live_queue import LIVELOCK_SECONDS, RETRY_SECONDS
from ganeti_lite.masterd.queue_store import QueueStore
from ganeti_lite.snapshot import Job
from tests.doubles.log_events import logged
from tests.doubles.manual_runner import ManualRunner

from .queues import QueueOwner, delay
from .results import outcome


@pytest.fixture
def owner(tmp_path: Path) -> QueueOwner:
    """A queue that is empty."""
    return QueueOwner(tmp_path).open()


def test_a_job_is_on_disk_and_started(owner: QueueOwner) -> None:
    """Its number is the next one; the candidates have the serial and the job."""
    assert owner.submit([delay()], [delay()]) == [[True, 1], [True, 2]]
    assert owner.copies.sent == ["serial", "job-1", "job-2"]
    assert owner.read(1)["ops"][0]["status"] == "queued"
    assert owner.read(1)["received_timestamp"] == [1_800_000_000, 250_000]
    assert owner.runs.keys() == {1, 2}
    assert owner.queue.last_id == 2


def test_no_more_run_than_may(tmp_path: Path) -> None:
    """The next one starts when one has ended, or when more are allowed."""
    owner = QueueOwner(tmp_path, limit=1).open()
    owner.submit([delay()], [delay()], [delay()])
    assert owner.runs.keys() == {1}
    owner.runs[1].end()
    assert owner.runs.keys() == {1, 2}
    owner.queue.set_rules((), 2)
    assert owner.runs.keys() == {1, 2, 3}


def test_a_dependency_that_cannot_be_is_refused_alone(owner: QueueOwner) -> None:
    """The other jobs of the request are taken."""
    outcomes = owner.submit([delay()], [delay(depends=[[-5, []]])], [delay(depends=[[-1, []]])])
    assert [taken for taken, _ in outcomes] == [True, False, True]
    assert "-5" in outcomes[1][1]


def test_without_room_for_a_number_nothing_is_taken(owner: QueueOwner) -> None:
    """The error says why; the next job has the next number."""
    owner.failures.append(FileWriteError("Cannot write serial: No space left on device"))
    with pytest.raises(GenericError, match="No space left"):
        owner.submit([delay()])
    assert owner.submit([delay()]) == [[True, 1]]


def test_a_state_that_cannot_be_written_is_tried_again(owner: QueueOwner) -> None:
    """Until it is on disk nothing follows from it."""
    owner.submit([delay()])
    owner.failures += [FileWriteError("full")] * 2
    owner.runs[1].end()
    assert owner.read(1)["ops"][0]["status"] == "queued"
    owner.clock.pump([RETRY_SECONDS, RETRY_SECONDS])
    assert owner.read(1)["ops"][0]["status"] == "success"


def test_jobs_are_cancelled_by_where_they_stand(tmp_path: Path) -> None:
    """In the queue at once; those that run are told; others are not there."""
    owner = QueueOwner(tmp_path, limit=1).open()
    owner.submit([delay()], [delay()])
    assert outcome(owner.queue.cancel(2)) == (True, "Dequeued job 2")
    assert owner.read(2)["ops"][0]["status"] == "canceled"
    told = "Job no longer waiting, can't cancel (informed it anyway)"
    assert outcome(owner.queue.cancel(1)) == (False, told)
    assert outcome(owner.queue.cancel(1, kill=True)) == (True, "SIGKILL send to the process")
    assert owner.runs[1].orders == ["cancel", "kill"]
    for job_id in (2, 99):
        assert outcome(owner.queue.cancel(job_id)) == (False, f"Job {job_id} not found in queue")


def test_a_job_that_waits_for_locks_is_cancelled_while_the_client_waits(owner: QueueOwner) -> None:
    """The answer comes when it has ended."""
    owner.submit([delay()])
    run = owner.runs[1]
    run.is_waiting = True
    answers: list[Any] = []
    owner.queue.cancel(1).addCallback(answers.append)
    assert (run.orders, answers) == (["cancel"], [])
    run.end(status=JobStatus.CANCELED)
    assert answers == [(True, "Job successfully cancelled")]


def test_priorities_change(tmp_path: Path) -> None:
    """Of what has not begun; who is more urgent goes first."""
    owner = QueueOwner(tmp_path, limit=1).open()
    owner.submit([delay()], [delay()], [delay()])
    text = "Priorities of pending opcodes for job {} have been changed to -10"
    assert outcome(owner.queue.change_priority(3, -10)) == (True, text.format(3))
    assert owner.read(3)["ops"][0]["priority"] == -10
    assert outcome(owner.queue.change_priority(1, -10)) == (True, text.format(1))
    assert owner.runs[1].orders == ["priority -10"]
    assert outcome(owner.queue.change_priority(99, 0)) == (False, "Job 99 not found in queue")
    owner.runs[1].end()
    assert owner.runs.keys() == {1, 3}


def test_only_what_is_over_is_archived(owner: QueueOwner) -> None:
    """The candidates are told what has moved."""
    owner.submit([delay()], [delay()])
    owner.runs[1].end()
    assert [job.id for job in outcome(owner.queue.list_over())] == [1]
    assert outcome(owner.queue.archive([1, 2, 99])) == [1]
    assert (owner.path / "archive/0/job-1").exists()
    assert owner.copies.archived == ["job-1"]
    assert outcome(owner.queue.archive([1])) == []


def test_the_drain_flag_is_for_clients(owner: QueueOwner) -> None:
    """Who submits on his own behalf asks for it first; jobs of jobs are refused."""
    outcome(owner.queue.set_drain(True))
    assert owner.queue.is_drained
    assert "drain" in owner.copies.sent
    with pytest.raises(GenericError, match="Queue drained"):
        owner.queue.submit_further([[{"OP_ID": "OP_TEST_DELAY", "duration": 1, "reason": []}]])
    outcome(owner.queue.set_drain(False))
    assert not owner.queue.is_drained


def test_who_depends_on_a_failure_fails(owner: QueueOwner) -> None:
    """It ends with the reason, as if it had been tried."""
    owner.submit([delay()], [delay(depends=[[1, ["error"]]])])
    owner.runs[1].end()
    (opcode,) = owner.read(2)["ops"]
    assert opcode["status"] == "error"
    assert "Dependency job 1 finished with status 'success'" in opcode["result"][1][0]
    assert 2 not in owner.runs


def test_an_old_state_never_replaces_a_newer_one(owner: QueueOwner) -> None:
    """Though it could not be written when it was its turn, and the newer one could."""
    owner.submit([delay()])
    waiting = transitions.waiting(owner.runs[1].job, 0, (1, 1))
    running = transitions.running(waiting, 0, delay(), (1, 2))
    owner.failures.append(FileWriteError("full"))
    saved: list[str] = []
    owner.queue.save(waiting).addCallback(lambda _: saved.append("waiting"))
    owner.queue.save(running).addCallback(lambda _: saved.append("running"))
    assert saved == ["running"]
    owner.clock.advance(RETRY_SECONDS)
    assert saved == ["running", "waiting"]
    assert owner.read(1)["ops"][0]["status"] == "running"


def test_what_follows_from_a_cancelled_job_waits_until_that_is_on_disk(tmp_path: Path) -> None:
    """Others that depend on it are not started before; nor can it be started, or be changed, any more."""
    owner = QueueOwner(tmp_path, limit=1).open()
    owner.submit([delay()], [delay()], [delay(depends=[[2, ["success", "canceled"]]])])
    disk = ManualRunner()
    owner.disk = disk
    cancelling = owner.queue.cancel(2)
    owner.queue.set_rules((), 20)
    assert owner.runs.keys() == {1}
    assert outcome(owner.queue.cancel(2)) == (False, "Job 2 not found in queue")
    assert outcome(owner.queue.change_priority(2, -10)) == (False, "Job 2 had no pending opcodes")
    disk.run_all()
    assert outcome(cancelling) == (True, "Dequeued job 2")
    assert owner.read(2)["ops"][0]["status"] == "canceled"
    assert owner.runs.keys() == {1, 3}


def test_a_fault_of_the_daemon_ends_the_job(owner: QueueOwner) -> None:
    """It is never done again for that; the log has the fault."""
    owner.submit([delay()])
    with logged() as log:
        owner.runs[1].fail(ZeroDivisionError())
    assert log.failures == ["job 1"]
    assert owner.read(1)["ops"][0]["status"] == "error"
    assert outcome(owner.queue.cancel(1)) == (False, "Job 1 not found in queue")


def put_aside(path: Path, *jobs: Job) -> None:
    """What an earlier daemon has left."""
    store = QueueStore(str(path))
    store.allocate(len(jobs))
    store.write(jobs)
    store.close()


def test_an_earlier_daemons_jobs_are_taken_up(tmp_path: Path) -> None:
    """Queued and waiting ones go on; what was being done has failed, and says so."""
    queued = [transitions.submitted(number, [delay()], (1, 0)) for number in (1, 2, 3)]
    waiting = [transitions.waiting(job, 0, (2, 0)) for job in queued[1:]]
    put_aside(tmp_path, queued[0], waiting[0], transitions.running(waiting[1], 0, delay(), (3, 0)))
    (tmp_path / "job-4").write_bytes(b"garbage")
    owner = QueueOwner(tmp_path).open()
    assert owner.runs.keys() == {1, 2}
    assert owner.copies.refreshed == ["job-1", "job-2"]
    assert owner.read(2)["start_timestamp"] is None
    assert owner.read(3)["ops"][0]["result"] == "detected death of job 3"
    assert owner.submit([delay()]) == [[True, 5]]


def test_a_job_of_a_process_that_lives_is_left_alone(tmp_path: Path) -> None:
    """Until that process has ended; then it is seen what became of it."""
    livelock = tmp_path / "livelock"
    livelock.touch()
    waiting = transitions.waiting(transitions.submitted(1, [delay()], (1, 0)), 0, (2, 0))
    put_aside(tmp_path, evolve(waiting, livelock=str(livelock)))
    with livelock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        owner = QueueOwner(tmp_path).open()
        owner.clock.advance(LIVELOCK_SECONDS)
        assert not owner.runs
    owner.clock.advance(LIVELOCK_SECONDS)
    assert owner.runs.keys() == {1}
    assert "livelock" not in owner.read(1)


def test_who_depends_on_a_job_of_another_process_goes_on(tmp_path: Path) -> None:
    """When that process has ended the job, or has ended itself."""
    livelock = tmp_path / "livelock"
    livelock.touch()
    jobs = [transitions.waiting(transitions.submitted(number, [delay()], (1, 0)), 0, (2, 0)) for number in (1, 2)]
    foreign = [evolve(transitions.running(job, 0, delay(), (3, 0)), livelock=str(livelock)) for job in jobs]
    waiters = [
        transitions.submitted(number + 2, [delay(depends=[[number, ["success", "error"]]])], (1, 0))
        for number in (1, 2)
    ]
    put_aside(tmp_path, *foreign, *waiters)
    with livelock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        owner = QueueOwner(tmp_path).open()
        owner.store.write([transitions.succeeded(foreign[0], 0, None, (4, 0))])
        owner.clock.advance(LIVELOCK_SECONDS)
        assert owner.runs.keys() == {3}
    owner.clock.advance(LIVELOCK_SECONDS)
    assert owner.read(2)["ops"][0]["result"] == "detected death of job 2"
    assert owner.runs.keys() == {3, 4}


def test_a_stop_waits_for_what_runs(owner: QueueOwner) -> None:
    """Nothing new is started, and what runs is told to stay behind its present opcode."""
    owner.submit([delay()])
    stopped: list[None] = []
    owner.queue.stopService().addCallback(stopped.append)
    assert owner.runs[1].orders == ["withdraw"]
    assert not stopped
    owner.runs[1].end()
    assert stopped == [None]
