"""The job queue on disk: who asks sees what is there now, who waits is woken, and nothing is left behind."""

import os
from pathlib import Path

import pytest
from twisted.internet.defer import CancelledError

from ganeti_lite.errors import BlockDeviceError
from ganeti_lite.serving.job_queue import ARCHIVE_SECONDS

from .served_queue import Serving, no_watch, status_of


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
    assert [status_of(record) for record in serving.finish(first).snapshot.jobs.ordered] == ["queued"]


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
    assert [status_of(job) for job in serving.finish(serving.queue.find([2, 5, 1]))] == [
        "running",
        "no such file",
        "success",
    ]
