"""The jobs that are not over: what is taken, started, ended."""

from pathlib import Path

import pytest

from ganeti_lite.errors import GenericError
from ganeti_lite.masterd.atomic_write import FileWriteError
from tests.doubles.log_events import logged
from tests.doubles.manual_runner import ManualRunner

from .queues import QueueOwner, delay
from .results import outcome
from .small_cluster import SNAPSHOT


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
    owner.live.set_rules((), 2)
    assert owner.runs.keys() == {1, 2, 3}


def test_every_end_is_noticed(tmp_path: Path) -> None:
    """However many run: none is watched, so that there is no such limit as Ganeti's number of tracked jobs."""
    limit = SNAPSHOT.cluster.max_tracked_jobs + 5
    owner = QueueOwner(tmp_path, limit).open()
    owner.submit(*[[delay()]] * (limit + 1))
    assert len(owner.runs) == limit
    owner.runs[limit].end()
    assert len(owner.runs) == limit + 1


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


def test_jobs_are_cancelled_by_where_they_stand(tmp_path: Path) -> None:
    """In the queue at once; those that run are told; others are not there."""
    owner = QueueOwner(tmp_path, limit=1).open()
    owner.submit([delay()], [delay()])
    assert outcome(owner.live.cancel(2)) == (True, "Dequeued job 2")
    assert owner.read(2)["ops"][0]["status"] == "canceled"
    told = "Job no longer waiting, can't cancel (informed it anyway)"
    assert outcome(owner.live.cancel(1)) == (False, told)
    assert outcome(owner.live.cancel(1, kill=True)) == (True, "SIGKILL send to the process")
    assert owner.runs[1].orders == ["cancel", "kill"]
    for job_id in (2, 99):
        assert outcome(owner.live.cancel(job_id)) == (False, f"Job {job_id} not found in queue")


def test_priorities_change(tmp_path: Path) -> None:
    """Of what has not begun; who is more urgent goes first."""
    owner = QueueOwner(tmp_path, limit=1).open()
    owner.submit([delay()], [delay()], [delay()])
    text = "Priorities of pending opcodes for job {} have been changed to -10"
    assert outcome(owner.live.change_priority(3, -10)) == (True, text.format(3))
    assert owner.read(3)["ops"][0]["priority"] == -10
    assert outcome(owner.live.change_priority(1, -10)) == (True, text.format(1))
    assert owner.runs[1].orders == ["priority -10"]
    assert outcome(owner.live.change_priority(99, 0)) == (False, "Job 99 not found in queue")
    owner.runs[1].end()
    assert owner.runs.keys() == {1, 3}


def test_the_drain_flag_is_for_clients(owner: QueueOwner) -> None:
    """And for jobs of jobs; who has a reason to passes it by."""
    outcome(owner.queue.set_drain(True))
    with pytest.raises(GenericError, match="Queue drained"):
        owner.submit([delay()])
    with pytest.raises(GenericError, match="Queue drained"):
        outcome(owner.live.submit_further([[{"OP_ID": "OP_TEST_DELAY", "duration": 1, "reason": []}]]))
    assert outcome(owner.live.submit([[delay()]], ignores_drain=True)) == [[True, 1]]


def test_who_depends_on_a_failure_fails(owner: QueueOwner) -> None:
    """It ends with the reason, as if it had been tried."""
    owner.submit([delay()], [delay(depends=[[1, ["error"]]])])
    owner.runs[1].end()
    (opcode,) = owner.read(2)["ops"]
    assert opcode["status"] == "error"
    assert "Dependency job 1 finished with status 'success'" in opcode["result"][1][0]
    assert 2 not in owner.runs


def test_what_follows_from_a_cancelled_job_waits_until_that_is_on_disk(tmp_path: Path) -> None:
    """Others that depend on it are not started before; nor can it be started, or be changed, any more."""
    owner = QueueOwner(tmp_path, limit=1).open()
    owner.submit([delay()], [delay()], [delay(depends=[[2, ["success", "canceled"]]])])
    disk = ManualRunner()
    owner.disk = disk
    cancelling = owner.live.cancel(2)
    owner.live.set_rules((), 20)
    assert owner.runs.keys() == {1}
    assert outcome(owner.live.cancel(2)) == (False, "Job 2 not found in queue")
    assert outcome(owner.live.change_priority(2, -10)) == (False, "Job 2 had no pending opcodes")
    disk.run_all()
    assert outcome(cancelling) == (True, "Dequeued job 2")
    assert owner.read(2)["ops"][0]["status"] == "canceled"
    assert owner.runs.keys() == {1, 3}


def test_what_a_fault_has_ended_is_over(owner: QueueOwner) -> None:
    """It is on disk so, and nobody can cancel it any more."""
    owner.submit([delay()])
    with logged():
        owner.runs[1].fail(ZeroDivisionError())
    assert owner.read(1)["ops"][0]["status"] == "error"
    assert outcome(owner.live.cancel(1)) == (False, "Job 1 not found in queue")


def test_a_stop_waits_for_what_runs(owner: QueueOwner) -> None:
    """Nothing new is started meanwhile."""
    owner.live.set_rules((), 1)
    owner.submit([delay()], [delay()])
    stopping = owner.live.stopService()
    assert not stopping.called
    owner.runs[1].end()
    outcome(stopping)
    assert owner.runs.keys() == {1}
