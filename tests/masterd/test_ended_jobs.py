"""The jobs that are over: which of them are archived, and how long that may take."""

import fcntl
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.jobs import transitions
from ganeti_lite.masterd.ended_jobs import ARCHIVE_BATCH
from ganeti_lite.masterd.recovery import LIVELOCK_SECONDS
from ganeti_lite.snapshot import JobRecord, UnreadableJob

from .queues import NOW, QueueOwner, delay, put_aside
from .results import outcome


@pytest.fixture
def owner(tmp_path: Path) -> QueueOwner:
    """A queue that is empty."""
    return QueueOwner(tmp_path).open()


def archive_old(owner: QueueOwner, age: int, timeout: int = 29) -> tuple[int, int]:
    """How many were archived, and how many not looked at."""
    archived, left = outcome(owner.ended.archive_old(age, timeout))
    return archived, left


def test_only_what_is_over_is_archived(owner: QueueOwner) -> None:
    """And once; the candidates are told what has moved."""
    owner.submit([delay()], [delay()])
    owner.runs[1].end()
    assert outcome(owner.ended.archive([1, 2, 99])) == [1]
    assert (owner.path / "archive/0/job-1").exists()
    assert owner.copies.archived == ["job-1"]
    assert outcome(owner.ended.archive([1])) == []


def test_old_jobs_are_archived_all_together(owner: QueueOwner) -> None:
    """Those that ended longer ago than the age; what is younger was looked at, too."""
    owner.run(3, at=NOW - 100)
    owner.run(2, at=NOW - 10)
    assert archive_old(owner, 50) == (3, 0)
    assert archive_old(owner, 50) == (0, 0)
    assert archive_old(owner, -1) == (2, 0)


def test_archiving_ends_when_its_time_is_up(owner: QueueOwner) -> None:
    """A batch is moved as a whole; those that were not looked at are counted."""
    owner.run(2 * ARCHIVE_BATCH + 1)
    assert archive_old(owner, -1, timeout=0) == (0, 2 * ARCHIVE_BATCH + 1)
    archive = owner.store.archive

    def archive_slowly(ids: Any) -> list[tuple[str, str]]:
        owner.clock.advance(20)
        return archive(ids)

    owner.store.archive = archive_slowly  # type: ignore[method-assign]  # time passes only in here
    assert archive_old(owner, -1) == (2 * ARCHIVE_BATCH, 1)


def test_only_what_is_archived_is_read(owner: QueueOwner) -> None:
    """However many others there are, over or not."""
    owner.run(3, at=NOW - 100)
    owner.run(2, at=NOW - 10)
    owner.submit([delay()])
    read: list[int] = []
    find = owner.store.find

    def note(job_id: int) -> JobRecord:
        read.append(job_id)
        return find(job_id)

    owner.store.find = note  # type: ignore[method-assign]  # what is read is what it costs
    owner.store.load_live = list  # type: ignore[method-assign]  # as above: it would find nothing
    assert archive_old(owner, 50) == (3, 0)
    assert read == [1, 2, 3]
    assert archive_old(owner, 50) == (0, 0)
    assert read == [1, 2, 3]


def test_what_was_over_before_the_daemon_began_is_archived(tmp_path: Path) -> None:
    """By the end that its file has; so is what the daemon itself has ended then."""
    jobs = [
        transitions.waiting(transitions.submitted(number, [delay()], (1, 0)), 0, (int(NOW) - 90, 0))
        for number in (1, 2, 3)
    ]
    running = [transitions.running(job, 0, delay(), (int(NOW) - 80, 0)) for job in jobs]
    over = [
        transitions.succeeded(job, 0, None, (int(NOW) - ago, 0)) for job, ago in zip(running, (60, 40), strict=False)
    ]
    put_aside(tmp_path, *over, running[2])
    owner = QueueOwner(tmp_path).open()
    assert archive_old(owner, 50) == (1, 0)
    assert archive_old(owner, 30) == (1, 0)
    owner.now += 31
    assert archive_old(owner, 30) == (1, 0)


def test_what_another_process_has_ended_is_archived(tmp_path: Path) -> None:
    """Once this daemon has seen it."""
    livelock = tmp_path / "livelock"
    livelock.touch()
    waiting = transitions.waiting(transitions.submitted(1, [delay()], (1, 0)), 0, (2, 0))
    foreign = evolve(transitions.running(waiting, 0, delay(), (3, 0)), livelock=str(livelock))
    put_aside(tmp_path, foreign)
    with livelock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        owner = QueueOwner(tmp_path).open()
        owner.store.write([transitions.succeeded(foreign, 0, None, (4, 0))])
    assert archive_old(owner, 50) == (0, 0)
    owner.clock.advance(LIVELOCK_SECONDS)
    assert archive_old(owner, 50) == (1, 0)


def test_what_was_cancelled_is_archived(owner: QueueOwner) -> None:
    """Though it never ran."""
    owner.live.set_rules((), 0)
    owner.submit([delay()], [delay()])
    for job_id in (1, 2):
        outcome(owner.live.cancel(job_id))
    assert outcome(owner.ended.archive([1])) == [1]
    assert archive_old(owner, -1) == (1, 0)


def test_a_file_that_somebody_removes_is_forgotten(owner: QueueOwner) -> None:
    """It is looked for once."""
    owner.run(2)
    (owner.path / "job-1").unlink()
    assert archive_old(owner, -1) == (1, 0)
    assert archive_old(owner, -1, timeout=0) == (0, 0)


def test_a_file_that_cannot_be_read_now_is_read_the_next_time(owner: QueueOwner) -> None:
    """It is as it was."""
    owner.run(1)
    find = owner.store.find
    owner.store.find = lambda job_id: UnreadableJob(job_id, "Too many open files")  # type: ignore[method-assign]
    assert archive_old(owner, -1) == (0, 0)
    owner.store.find = find  # type: ignore[method-assign]  # there are fewer now
    assert archive_old(owner, -1) == (1, 0)


def test_a_job_that_says_nothing_of_its_end_stays(tmp_path: Path) -> None:
    """Ganeti's daemon leaves jobs without opcodes for ever; who asks for any age has them archived."""
    put_aside(tmp_path, evolve(transitions.submitted(1, [], (1, 0)), opcodes=()))
    owner = QueueOwner(tmp_path).open()
    assert archive_old(owner, 0) == (0, 0)
    assert archive_old(owner, -1) == (1, 0)
