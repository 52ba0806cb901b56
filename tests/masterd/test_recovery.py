"""What a new daemon makes of an old one's jobs."""

import fcntl
from pathlib import Path

from attrs import evolve

from ganeti_lite.jobs import transitions
from ganeti_lite.masterd.recovery import LIVELOCK_SECONDS

from .queues import QueueOwner, delay, put_aside


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
