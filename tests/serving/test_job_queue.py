"""The job queue on disk: who asks sees what is there now, who waits is woken, and nothing is left behind."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from attrs import evolve
from twisted.internet.defer import CancelledError, Deferred, fail
from twisted.python.failure import Failure

from ganeti_lite.errors import BlockDeviceError
from ganeti_lite.query import JobWatch, QueueView
from ganeti_lite.serving.job_queue import ARCHIVE_SECONDS, JobQueue
from ganeti_lite.serving.needs import ChangeNeeded
from ganeti_lite.serving.queue_changes import OpenWatch
from ganeti_lite.serving.watch import INTERVAL, FolderWatch
from ganeti_lite.snapshot import Job, JobRecord
from tests.doubles.log_events import logged
from tests.doubles.manual_runner import ManualRunner
from tests.doubles.watching import WatchingClock
from tests.jobs.queues import Queue

T = TypeVar("T")
PATIENCE = 60.0


class Serving:
    """A queue's files and the service that reads them, threads and time moved by hand."""

    def __init__(self, path: Path, open_watch: OpenWatch = FolderWatch) -> None:
        self.files = Queue(path)
        self.clock = WatchingClock()
        self.runner = ManualRunner()
        self.queue = JobQueue(str(path), self.clock, self.runner, open_watch)
        self.queue.startService()

    def finish(self, waiting: Deferred[T]) -> T:
        """What comes when all that is to be read has been read."""
        self.runner.run_all()
        outcomes: list[T | Failure] = []
        waiting.addBoth(outcomes.append)
        (outcome,) = outcomes
        if isinstance(outcome, Failure):
            outcome.raiseException()
        return outcome

    def list_all(self, *, with_archive: bool = False) -> QueueView:
        """All jobs."""
        return self.finish(self.queue.list_all(with_archive=with_archive))

    def statuses(self, *, with_archive: bool = False) -> dict[int, str]:
        """The status of each job by its id; why it cannot be read instead."""
        records = self.list_all(with_archive=with_archive).snapshot.jobs.ordered
        return {record.id: _status(record) for record in records}

    def wait(self, job_id: int, previous: str, patience: float = PATIENCE) -> "Waiting":
        """Wait until a job's status is another one."""
        need = ChangeNeeded(job_id, patience, JobWatch(("status",), [previous], 0).is_news)
        return Waiting(self.queue.await_change(need))

    def look(self) -> None:
        """Let the reactor notice what has changed, and the threads do what comes of it."""
        self.clock.notice()
        self.runner.run_all()

    def stop(self) -> None:
        """Stop the service."""
        self.queue.stopService()
        self.clock.advance(0)
        self.runner.run_all()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is kept for anybody."""
        return not self.clock.getDelayedCalls() and not self.clock.readers


class Waiting:
    """Somebody who waits for a job.

    :ivar told: what has come for him.
    """

    def __init__(self, news: Deferred[JobRecord]) -> None:
        self.news = news
        self.told: list[object] = []
        news.addCallbacks(self._tell, self._fail)

    def _tell(self, record: JobRecord) -> None:
        self.told.append(_status(record))

    def _fail(self, failure: Failure) -> None:
        self.told.append(type(failure.value))


def _status(record: JobRecord) -> str:
    return str(record.status) if isinstance(record, Job) else record.reason


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """A queue that is served."""
    serving = Serving(tmp_path / "queue")
    yield serving
    serving.stop()


def no_watch(path: str, _on_change: object, _reactor: object) -> FolderWatch:
    """What opening a watch is where there is no inotify."""
    raise OSError(f"{path} cannot be watched")


def test_nothing_is_read_before_somebody_asks(serving: Serving) -> None:
    """A service that nobody asks has no watch, no timer and no thread."""
    serving.files.write(1, "queued")
    serving.clock.advance(3600)
    assert serving.is_idle
    assert serving.runner.pending == []


def test_what_was_written_before_the_question_is_in_the_answer(serving: Serving) -> None:
    """Two hundred times in a row a file is put into its place, and the very next answer has it."""
    serving.list_all()
    for count in range(200):
        status = ("queued", "running", "success")[count % 3]
        serving.files.write(count % 7, status)
        assert serving.statuses()[count % 7] == status


def test_what_comes_and_goes_is_followed(serving: Serving) -> None:
    """Jobs come, are damaged, archived and removed; each answer has what is there."""
    assert serving.statuses() == {}
    serving.files.write(1, "queued")
    serving.files.write(2, "success")
    assert serving.statuses() == {1: "queued", 2: "success"}
    serving.files.put("job-1", b"{}")
    serving.files.archive(2)
    assert list(serving.statuses()) == [1]
    assert "missing required field" in serving.statuses()[1]
    assert serving.statuses(with_archive=True)[2] == "success"
    serving.files.remove("job-1")
    assert serving.statuses() == {}


def test_without_changes_nothing_is_read(serving: Serving) -> None:
    """Who asks again gets the same view, without a thread; a file that is no job is no change."""
    serving.files.write(1, "queued")
    view = serving.list_all()
    again = serving.queue.list_all(with_archive=False)
    assert serving.runner.pending == []
    assert serving.finish(again) is view
    serving.files.put("serial", b"5")
    assert serving.list_all() is view


def test_questions_at_once_are_answered_from_one_reading(serving: Serving) -> None:
    """Who asks while the directory is being read waits for that, and then needs no reading of its own."""
    serving.files.write(1, "queued")
    waiting = [serving.queue.list_all(with_archive=False) for _ in range(3)]
    assert len(serving.runner.pending) == 1
    serving.runner.run_one()
    views = [serving.finish(each) for each in waiting]
    assert views[0] is views[1] is views[2]


def test_a_change_during_the_reading_is_in_the_next_answer(serving: Serving) -> None:
    """What changes while the directory is read is read for who asks then."""
    serving.list_all()
    serving.files.write(1, "queued")
    first = serving.queue.list_all(with_archive=False)
    serving.runner.run_one()
    serving.files.write(1, "running")
    assert serving.statuses() == {1: "running"}
    assert [_status(record) for record in serving.finish(first).snapshot.jobs.ordered] == ["queued"]


def test_who_gives_up_loses_no_change(serving: Serving) -> None:
    """A question that is cancelled while its jobs are read leaves what has changed to the next one."""
    serving.list_all()
    serving.files.write(1, "queued")
    first, second = (serving.queue.list_all(with_archive=False) for _ in range(2))
    first.cancel()
    with pytest.raises(CancelledError):
        serving.finish(first)
    assert [record.id for record in serving.finish(second).snapshot.jobs.ordered] == [1]


def test_who_gives_up_in_the_queue_does_not_hold_it_up(serving: Serving) -> None:
    """A question that is cancelled before its turn is skipped."""
    serving.files.write(1, "queued")
    first, second, third = (serving.queue.list_all(with_archive=False) for _ in range(3))
    second.cancel()
    with pytest.raises(CancelledError):
        serving.finish(second)
    assert serving.finish(first) is serving.finish(third)


def test_lost_changes_are_found_by_comparing(serving: Serving) -> None:
    """When the system has forgotten what has changed every file is compared, and none that is the same read again."""
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text(encoding="ascii"))
    if limit > 100_000:
        pytest.skip("this system remembers too many events to make it forget some")
    serving.files.write(1, "queued")
    kept = serving.list_all().snapshot.jobs[1, 0]
    for _ in range(limit // 2 + 10):
        os.rename(serving.files.path / "job-1", serving.files.path / "away")
        os.rename(serving.files.path / "away", serving.files.path / "job-1")
    serving.files.write(2, "running")
    assert serving.statuses() == {1: "queued", 2: "running"}
    serving.files.write(2, "success")
    assert serving.statuses() == {1: "queued", 2: "success"}
    assert kept.id == 1


def test_a_replaced_directory_is_read_anew(serving: Serving) -> None:
    """A directory that takes the place of the old one is listed and followed like that."""
    serving.files.write(1, "queued")
    serving.list_all()
    serving.files.path.rename(serving.files.path.with_name("old"))
    serving.files.path.mkdir()
    serving.files.write(2, "queued")
    assert serving.statuses() == {2: "queued"}
    serving.files.write(2, "running")
    assert serving.statuses() == {2: "running"}


def test_a_replaced_parent_is_noticed(tmp_path: Path) -> None:
    """The same when it is a directory further up that is another one."""
    serving = Serving(tmp_path / "parent" / "queue")
    serving.files.write(1, "queued")
    serving.list_all()
    (tmp_path / "parent").rename(tmp_path / "old")
    serving.files.path.mkdir(parents=True)
    serving.files.write(2, "queued")
    assert serving.statuses() == {2: "queued"}
    serving.files.write(2, "running")
    assert serving.statuses() == {2: "running"}
    serving.stop()


@pytest.mark.parametrize("with_archive", [False, True])
def test_a_directory_that_cannot_be_listed_is_an_error(tmp_path: Path, with_archive: bool) -> None:
    """That is told as Ganeti's daemon does; once it can be listed again it is."""
    serving = Serving(tmp_path / "queue")
    serving.files.write(1, "queued")
    serving.list_all(with_archive=with_archive)
    serving.files.path.rename(tmp_path / "away")
    (tmp_path / "queue").write_bytes(b"")
    for _ in range(2):
        with pytest.raises(BlockDeviceError, match=r"Unable to fetch the job list: .*queue: Not a directory"):
            serving.list_all(with_archive=with_archive)
    (tmp_path / "queue").unlink()
    (tmp_path / "away").rename(tmp_path / "queue")
    assert serving.statuses(with_archive=with_archive) == {1: "queued"}
    serving.stop()


def test_without_inotify_every_answer_is_right(tmp_path: Path) -> None:
    """Where nothing can be watched, every question has the files compared, and what is the same is the same view."""
    serving = Serving(tmp_path / "queue", no_watch)
    for count in range(50):
        status = ("queued", "running", "success")[count % 3]
        serving.files.write(1, status)
        assert serving.statuses() == {1: status}
    assert serving.list_all() is serving.list_all()
    assert serving.is_idle


def test_the_archive_is_forgotten_after_a_while(serving: Serving) -> None:
    """Archived jobs are kept for who asks again soon, and then not."""
    serving.files.write(1, "success")
    serving.files.archive(1)
    job = serving.list_all(with_archive=True).snapshot.jobs[1, 0]
    serving.clock.advance(ARCHIVE_SECONDS - 1)
    assert serving.list_all(with_archive=True).snapshot.jobs[1, 0] is job
    serving.clock.advance(ARCHIVE_SECONDS - 1)
    assert serving.list_all(with_archive=True).snapshot.jobs[1, 0] is job
    serving.clock.advance(ARCHIVE_SECONDS)
    assert not serving.clock.getDelayedCalls()
    assert serving.list_all(with_archive=True).snapshot.jobs[1, 0] is not job


def test_single_jobs_are_found_where_they_are(serving: Serving) -> None:
    """Jobs by id come in the order asked, archived or not, there or not."""
    serving.files.write(1, "success")
    serving.files.archive(1)
    serving.files.write(2, "running")
    assert [_status(job) for job in serving.finish(serving.queue.find([2, 5, 1]))] == [
        "running",
        "no such file",
        "success",
    ]


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
