"""Waiting for jobs of a queue: who is woken when, and what is left behind."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from twisted.internet.defer import CancelledError, Deferred, fail

from ganeti_lite.query import JobWatch
from ganeti_lite.serving.job_queue import JobQueue
from ganeti_lite.serving.needs import ChangeNeeded
from ganeti_lite.serving.watch import INTERVAL
from tests.doubles.log_events import logged
from tests.doubles.watching import WatchingClock
from tests.jobs.queues import Queue

from .served_queue import PATIENCE, Serving, T, Waiting, no_watch


def test_who_waits_is_woken_by_the_change(serving: Serving) -> None:
    """A change of the job's file is told as soon as it is noticed; others, and files that say the same, are not."""
    serving.files.write(1, "queued")
    serving.files.write(2, "queued")
    waiting = serving.wait(1, "queued")
    serving.look()
    serving.files.write(2, "running")
    serving.files.write(1, "queued")
    serving.look()
    assert waiting.told == []
    serving.files.write(1, "running")
    serving.look()
    assert waiting.told == ["running"]
    assert not serving.clock.getDelayedCalls()


@pytest.mark.parametrize("when", ["before", "in between"])
def test_a_change_before_the_first_look_is_no_secret(serving: Serving, when: str) -> None:
    """Who waits for what has happened already, or happens while he comes, is told at once."""
    serving.files.write(1, "queued")
    if when == "before":
        serving.files.write(1, "running")
    waiting = serving.wait(1, "queued")
    if when == "in between":
        serving.files.write(1, "running")
    serving.runner.run_all()
    assert waiting.told == ["running"]


def test_patience_ends(serving: Serving) -> None:
    """Without news the job is told as it is when patience ends; who has none is told at once."""
    serving.files.write(1, "queued")
    waiting = serving.wait(1, "queued")
    serving.look()
    serving.clock.advance(PATIENCE - 1)
    serving.runner.run_all()
    assert waiting.told == []
    serving.clock.advance(1)
    serving.runner.run_all()
    assert waiting.told == ["queued"]
    hasty = serving.wait(1, "queued", patience=0)
    serving.runner.run_all()
    assert hasty.told == ["queued"]
    assert not serving.clock.getDelayedCalls()


def test_who_leaves_leaves_nothing(serving: Serving) -> None:
    """Who gives up waiting has no timer left, whatever is being read for him."""
    serving.files.write(1, "queued")
    waiting = serving.wait(1, "queued")
    waiting.news.cancel()
    serving.files.write(1, "running")
    serving.look()
    assert waiting.told == [CancelledError]
    assert not serving.clock.getDelayedCalls()


def test_three_hundred_are_woken_by_one_change(serving: Serving) -> None:
    """A crowd that waits for one job costs one reading."""
    serving.files.write(1, "queued")
    crowd = [serving.wait(1, "queued") for _ in range(300)]
    serving.look()
    serving.files.write(1, "running")
    serving.clock.notice()
    assert len(serving.runner.pending) == 1
    serving.runner.run_all()
    assert [waiting.told for waiting in crowd] == [["running"]] * 300
    assert not serving.clock.getDelayedCalls()


def test_readings_that_overtake_each_other_take_nobody_back(tmp_path: Path) -> None:
    """Who knows a newer state is not told an older one that somebody else's slow reading brings afterwards."""
    files, clock = Queue(tmp_path / "queue"), WatchingClock()
    readings: list[Deferred[object]] = []

    def read_now_and_tell_later(function: Callable[[], T], /) -> Deferred[T]:
        outcome = function()
        readings.append(Deferred())
        return readings[-1].addCallback(lambda _: outcome)

    queue = JobQueue(str(files.path), clock, read_now_and_tell_later)
    queue.startService()
    files.write(1, "queued")
    need = ChangeNeeded(1, PATIENCE, JobWatch(("status",), ["queued"], 0).is_news)
    first = Waiting(queue.await_change(need))
    files.write(1, "running")
    second = Waiting(queue.await_change(evolve(need, is_news=JobWatch(("status",), ["running"], 0).is_news)))
    slow, quick = readings
    quick.callback(None)
    slow.callback(None)
    assert (first.told, second.told) == (["running"], [])
    queue.stopService()
    clock.advance(0)


@pytest.mark.parametrize("patience", [0, PATIENCE])
def test_archived_and_missing_jobs_are_lost_at_once(serving: Serving, patience: float) -> None:
    """Who comes for a job that is archived already, or never was, is told that it is not there."""
    serving.files.write(1, "success")
    serving.files.archive(1)
    waiting = [serving.wait(job_id, "queued", patience) for job_id in (1, 99)]
    serving.runner.run_all()
    assert [each.told for each in waiting] == [["no such file"]] * 2


def test_a_job_that_ends_and_is_archived_is_told_as_it_ended(serving: Serving) -> None:
    """Who has waited since before is told the end, though it is in the archive by now; one that vanishes is lost."""
    for job_id in (1, 2):
        serving.files.write(job_id, "running")
    ending, vanishing = serving.wait(1, "running"), serving.wait(2, "running")
    serving.look()
    serving.files.write(1, "success")
    serving.files.archive(1)
    serving.files.remove("job-2")
    serving.look()
    assert (ending.told, vanishing.told) == (["success"], ["no such file"])


def test_a_damaged_job_is_told(serving: Serving) -> None:
    """A file that becomes unreadable is news, with the reason."""
    serving.files.write(1, "running")
    waiting = serving.wait(1, "running")
    serving.look()
    serving.files.put("job-1", b"")
    serving.look()
    assert "job file 1" in str(waiting.told[0])


def test_who_waits_while_the_directory_is_replaced_is_woken(serving: Serving) -> None:
    """Another directory in the place of the old one is looked into, and followed for who waits on."""
    for job_id in (1, 2):
        serving.files.write(job_id, "queued")
    first, second = serving.wait(1, "queued"), serving.wait(2, "queued")
    serving.look()
    serving.files.path.rename(serving.files.path.with_name("old"))
    serving.files.path.mkdir()
    serving.files.write(1, "running")
    serving.files.write(2, "queued")
    serving.look()
    assert (first.told, second.told) == (["running"], [])
    serving.files.write(2, "running")
    serving.look()
    assert second.told == ["running"]
    assert not serving.clock.getDelayedCalls()


def test_who_waits_while_a_question_finds_the_directory_replaced_is_woken(serving: Serving) -> None:
    """The same when it is somebody else's question by which that is found."""
    serving.files.write(1, "queued")
    waiting = serving.wait(1, "queued")
    serving.look()
    serving.files.path.rename(serving.files.path.with_name("old"))
    serving.files.path.mkdir()
    serving.files.write(1, "queued")
    assert serving.statuses() == {1: "queued"}
    serving.files.write(1, "running")
    serving.look()
    assert waiting.told == ["running"]


def test_without_inotify_who_waits_is_woken_by_looking(tmp_path: Path) -> None:
    """Where nothing can be watched there is a look in every interval as long as somebody waits, and no longer."""
    serving = Serving(tmp_path / "queue", no_watch)
    for job_id in (1, 2):
        serving.files.write(job_id, "queued")
    first, second = serving.wait(1, "queued"), serving.wait(2, "queued")
    serving.look()
    for waiting, job_id in ((first, 1), (second, 2)):
        serving.files.write(job_id, "running")
        serving.clock.advance(INTERVAL)
        serving.look()
        assert waiting.told == ["running"]
    serving.clock.advance(INTERVAL)
    assert serving.is_idle


def test_a_watch_takes_over_from_looking(tmp_path: Path) -> None:
    """Looking ends as soon as there can be a watch; what changes around that moment is told."""
    serving = Serving(tmp_path / "queue")
    serving.files.path.rmdir()
    serving.files.path.symlink_to(tmp_path / "later")
    waiting = serving.wait(1, "queued")
    assert waiting.told == []
    (tmp_path / "later").mkdir()
    serving.files.write(1, "queued")
    serving.runner.run_all()
    serving.clock.advance(INTERVAL)
    serving.look()
    assert len(serving.clock.getDelayedCalls()) == 1
    serving.files.write(1, "running")
    serving.look()
    assert waiting.told == ["running"]
    assert not serving.clock.getDelayedCalls()
    serving.stop()


def test_stopping_leaves_nothing(tmp_path: Path) -> None:
    """After the service has stopped there is no descriptor, no timer and nobody who waits, also of who asks then."""
    before = len(os.listdir("/proc/self/fd"))
    serving = Serving(tmp_path / "queue")
    serving.files.write(1, "queued")
    serving.list_all(with_archive=True)
    serving.list_all()
    waiting = serving.wait(1, "queued")
    reading = serving.queue.list_all(with_archive=True)
    assert len(os.listdir("/proc/self/fd")) == before + 1
    serving.stop()
    assert waiting.told == [CancelledError]
    serving.finish(reading)
    late = serving.wait(1, "queued")
    assert serving.statuses() == {1: "queued"}
    assert late.told == ["queued"]
    serving.clock.advance(0)
    assert serving.is_idle
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_reading_that_fails_is_logged(tmp_path: Path) -> None:
    """A fault while a job is read is told in the log at first, and when patience ends to who waits."""
    clock = WatchingClock()
    queue = JobQueue(str(tmp_path), clock, lambda _: fail(RuntimeError("no thread")))
    queue.startService()
    with logged() as log:
        waiting = Waiting(queue.await_change(ChangeNeeded(1, PATIENCE, lambda _: True)))
    assert log.failures == ["reading jobs that are waited for"]
    clock.advance(PATIENCE)
    assert waiting.told == [RuntimeError]
    queue.stopService()
    clock.advance(0)
    assert not clock.getDelayedCalls()
