"""Which job files have changed: collected until somebody asks, and never fewer than have."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ganeti_lite.serving.queue_changes import MAX_NAMES, QueueChanges
from tests.doubles.log_events import logged
from tests.doubles.watching import WatchingClock


class Following:
    """Changes of a directory, and what was told of them at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = WatchingClock()
        self.told: list[set[str] | None] = []
        self.changes = QueueChanges(str(path), self.clock, self._note)

    def _note(self, names: frozenset[str] | None) -> None:
        self.told.append(None if names is None else set(names))

    def take(self) -> set[str] | None:
        """Names of what has changed since the last question; None for anything."""
        names = self.changes.take()
        return None if names is None else set(names)

    @property
    def is_watched(self) -> bool:
        """Whether changes are noticed."""
        return self.changes.is_watched

    def touch(self, *names: str) -> None:
        """Have files come or change."""
        for name in names:
            (self.path / name).touch()

    def stop(self) -> None:
        """Follow no longer."""
        self.changes.stop()
        self.clock.advance(0)


@pytest.fixture
def following(tmp_path: Path) -> Iterator[Following]:
    """A directory whose changes are followed once somebody asks."""
    path = tmp_path / "queue"
    path.mkdir()
    following = Following(path)
    yield following
    following.stop()


def test_the_first_question_may_be_about_anything(following: Following) -> None:
    """Nothing is watched before somebody asks; from then on just what changes is named, and once."""
    following.touch("job-1")
    assert (following.is_watched, following.take(), following.is_watched) == (False, None, True)
    assert following.take() == set()
    following.touch("job-2", "job-3")
    following.touch("job-2")
    assert following.take() == {"job-2", "job-3"}
    assert following.take() == set()


def test_changes_are_told_at_once_and_collected(following: Following) -> None:
    """What is noticed is told, and is there for the next question all the same."""
    following.take()
    following.touch("job-1")
    following.clock.notice()
    following.touch("job-2")
    following.clock.notice()
    assert following.told == [{"job-1"}, {"job-2"}]
    following.touch("job-3")
    assert following.take() == {"job-1", "job-2", "job-3"}
    assert following.told[2:] == [{"job-3"}]


def test_what_was_forgotten_may_be_anything(following: Following) -> None:
    """After a reading that failed the next question is about everything."""
    following.take()
    following.touch("job-1")
    following.take()
    following.changes.forget()
    following.touch("job-2")
    assert following.take() is None
    assert following.take() == set()


def test_very_many_changes_may_be_anything(following: Following) -> None:
    """More names than comparing all files is worth are not kept."""
    following.take()
    for start in range(0, MAX_NAMES + 2000, 2000):
        following.touch(*(f"{start}-{number}" for number in range(0, 2000, 20)))
        following.clock.notice()
    assert len(following.take() or ()) == 100 * (MAX_NAMES // 2000 + 1)


def test_a_replaced_directory_may_hold_anything(following: Following) -> None:
    """When the directory is another one that is told; the new one is watched at the next question."""
    following.take()
    following.path.rename(following.path.with_name("old"))
    following.path.mkdir()
    assert following.take() is None
    assert following.told == [None]
    following.take()
    following.touch("job-1")
    assert following.take() == {"job-1"}


def test_without_a_directory_every_question_is_about_everything(tmp_path: Path) -> None:
    """As long as nothing can be watched anything may have changed, which is told once; then it is watched."""
    following = Following(tmp_path / "queue")
    with logged() as log:
        for _ in range(3):
            assert following.take() is None
            assert not following.is_watched
    assert len([line for line in log.lines if "want of inotify" in line]) == 1
    following.path.mkdir()
    assert following.take() is None
    following.touch("job-1")
    assert following.take() == {"job-1"}
    following.stop()


def test_stopping_keeps_nothing(following: Following) -> None:
    """The descriptor is given back; who asks again is answered as at first."""
    before = len(os.listdir("/proc/self/fd"))
    following.take()
    following.stop()
    assert len(os.listdir("/proc/self/fd")) == before
    assert not following.clock.readers
    following.stop()
    assert following.take() is None
