"""The queue here and on the candidates: what is told when, and what cannot be written."""

from pathlib import Path

import pytest

from ganeti_lite.constants import JobStatus
from ganeti_lite.jobs import transitions
from ganeti_lite.masterd.atomic_write import FileWriteError
from ganeti_lite.masterd.shared_queue import RETRY_SECONDS
from ganeti_lite.snapshot import Job

from .queues import QueueOwner, delay
from .results import outcome

QUEUED = transitions.submitted(1, [delay()], (1, 0))
WAITING = transitions.waiting(QUEUED, 0, (1, 1))
RUNNING = transitions.running(WAITING, 0, delay(), (1, 2))


@pytest.fixture
def owner(tmp_path: Path) -> QueueOwner:
    """A queue with one job, of which nobody was told."""
    owner = QueueOwner(tmp_path)
    outcome(owner.queue.allocate(1))
    outcome(owner.queue.write(QUEUED))
    return owner


def test_what_is_written_can_be_told(owner: QueueOwner) -> None:
    """The number, then jobs; each when it is said."""
    assert owner.copies.sent == []
    outcome(owner.queue.tell_serial())
    outcome(owner.queue.tell([1]))
    assert owner.copies.sent == ["serial", "job-1"]
    owner.queue.refresh([1])
    assert owner.copies.refreshed == ["job-1"]
    assert owner.queue.last_id == 1


def test_jobs_are_read(owner: QueueOwner) -> None:
    """One, or all that are not archived; a job that is not there has no status."""
    job = outcome(owner.queue.read(1))
    assert isinstance(job, Job)
    assert [record.id for record in outcome(owner.queue.load())] == [job.id]
    assert owner.queue.read_status(1) is JobStatus.QUEUED
    assert owner.queue.read_status(99) is None


def test_a_state_is_written_before_it_is_told(owner: QueueOwner) -> None:
    """And the candidates need not hear of each."""
    outcome(owner.queue.save(WAITING, is_told=False))
    assert owner.copies.sent == []
    outcome(owner.queue.save(RUNNING))
    assert owner.copies.sent == ["job-1"]
    assert owner.read(1)["ops"][0]["status"] == "running"


def test_a_state_that_cannot_be_written_is_tried_again(owner: QueueOwner) -> None:
    """Until it is on disk nothing follows from it."""
    owner.failures += [FileWriteError("full")] * 2
    saving = owner.queue.save(WAITING)
    owner.clock.advance(RETRY_SECONDS)
    assert (owner.read(1)["ops"][0]["status"], owner.copies.sent) == ("queued", [])
    assert not saving.called
    owner.clock.advance(RETRY_SECONDS)
    outcome(saving)
    assert (owner.read(1)["ops"][0]["status"], owner.copies.sent) == ("waiting", ["job-1"])


def test_an_old_state_never_replaces_a_newer_one(owner: QueueOwner) -> None:
    """Though it could not be written when it was its turn, and the newer one could."""
    owner.failures.append(FileWriteError("full"))
    saved: list[str] = []
    owner.queue.save(WAITING).addCallback(lambda _: saved.append("waiting"))
    owner.queue.save(RUNNING).addCallback(lambda _: saved.append("running"))
    assert saved == ["running"]
    owner.clock.advance(RETRY_SECONDS)
    assert saved == ["running", "waiting"]
    assert owner.read(1)["ops"][0]["status"] == "running"


def test_what_is_archived_is_archived_there_too(owner: QueueOwner) -> None:
    """The candidates are told what has moved, and nothing of what was not there."""
    outcome(owner.queue.archive([99]))
    assert owner.copies.archived == []
    outcome(owner.queue.archive([1, 99]))
    assert owner.copies.archived == ["job-1"]
    assert (owner.path / "archive/0/job-1").exists()


def test_the_drain_flag_is_told(owner: QueueOwner) -> None:
    """When it is set, and when it is removed."""
    for is_drained in (True, False):
        outcome(owner.queue.set_drain(is_drained))
        assert owner.queue.is_drained is is_drained
    assert owner.copies.sent == ["drain", "drain"]
