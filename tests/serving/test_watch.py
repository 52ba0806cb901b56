"""Noticing that files have changed: real files, real inotify."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ganeti_lite.serving.watch import INTERVAL, FileWatch, FolderWatch
from tests.doubles.descriptors import no_more_descriptors
from tests.doubles.log_events import logged
from tests.doubles.watching import WatchingClock


class Folder:
    """A folder and a watch of it."""

    def __init__(self, path: Path) -> None:
        path.mkdir()
        self.path = path
        self.clock = WatchingClock()
        self.told = 0
        self.watch = FolderWatch(str(path), self._count, self.clock)

    def _count(self) -> None:
        self.told += 1

    def changed(self) -> set[str] | None:
        """Names of what has changed since the last look; None for anything."""
        names = self.watch.list_changed()
        return None if names is None else set(names)

    def stop(self) -> None:
        """Watch no longer."""
        self.watch.stop()
        self.clock.advance(0)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """A watched folder."""
    folder = Folder(tmp_path / "folder")
    yield folder
    folder.stop()


def count_descriptors() -> int:
    """How many files this process has open."""
    return len(os.listdir("/proc/self/fd"))


def test_every_way_to_change_a_file_is_noticed(folder: Folder) -> None:
    """Files that come, change, go, or are moved in or away are named, at once and once."""
    path = folder.path
    (path / "written").write_bytes(b"1")
    assert folder.changed() == {"written"}
    assert folder.changed() == set()
    with open(path / "written", "ab", buffering=0) as file:
        file.write(b"2")
        assert folder.changed() == {"written"}
    folder.changed()
    os.rename(path / "written", path / "moved")
    assert folder.changed() == {"written", "moved"}
    os.rename(path / "moved", path.parent / "away")
    assert folder.changed() == {"moved"}
    os.rename(path.parent / "away", path / "back")
    assert folder.changed() == {"back"}
    os.chmod(path / "back", 0o600)
    assert folder.changed() == {"back"}
    os.link(path / "back", path / "linked")
    assert "linked" in (folder.changed() or ())
    (path / "back").unlink()
    assert "back" in (folder.changed() or ())


def test_odd_names_are_names(folder: Folder) -> None:
    """Names may be long, of any bytes, and very many."""
    odd = os.fsencode(folder.path) + b"/\xff\xfe \n"
    with open(odd, "wb"):
        pass
    assert folder.changed() == {os.fsdecode(b"\xff\xfe \n")}
    names = {f"{number}{'x' * 200}" for number in range(500)}
    for name in names:
        (folder.path / name).touch()
    assert folder.changed() == names


def test_reading_is_no_change(folder: Folder) -> None:
    """Looking at files is not noticed."""
    (folder.path / "file").write_bytes(b"1")
    folder.changed()
    (folder.path / "file").read_bytes()
    os.listdir(folder.path)
    assert folder.changed() == set()


def test_it_tells_while_there_are_changes(folder: Folder) -> None:
    """Who watches is told until the changes have been taken."""
    folder.clock.notice()
    assert folder.told == 0
    (folder.path / "file").touch()
    folder.clock.notice()
    folder.clock.notice()
    assert folder.told == 2
    folder.changed()
    folder.clock.notice()
    assert folder.told == 2


def test_a_folder_that_is_moved_or_deleted_may_hold_anything(tmp_path: Path) -> None:
    """After the folder itself has gone nothing is sure."""
    moved, deleted = Folder(tmp_path / "moved"), Folder(tmp_path / "deleted")
    os.rename(moved.path, tmp_path / "elsewhere")
    deleted.path.rmdir()
    for folder in (moved, deleted):
        assert folder.changed() is None
        folder.stop()


def test_a_folder_that_is_another_one_may_hold_anything(tmp_path: Path) -> None:
    """When a folder further up, or a link, leads elsewhere, nothing is sure either."""
    (tmp_path / "parent").mkdir()
    (tmp_path / "other").mkdir()
    moved, linked = Folder(tmp_path / "parent" / "folder"), Folder(tmp_path / "real")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    by_link = FolderWatch(str(link), lambda: None, linked.clock)
    assert by_link.list_changed() == frozenset()
    (tmp_path / "parent").rename(tmp_path / "elsewhere")
    link.unlink()
    assert moved.changed() is by_link.list_changed() is None
    link.symlink_to(tmp_path / "other")
    assert by_link.list_changed() is None
    by_link.stop()
    moved.stop()
    linked.stop()


def test_lost_changes_may_be_anything(folder: Folder) -> None:
    """When more has changed than the system remembers, nothing is sure; the watch is as good as before."""
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text(encoding="ascii"))
    if limit > 100_000:
        pytest.skip("this system remembers too many events to make it forget some")
    first, second = folder.path / "first", folder.path / "second"
    first.touch()
    for _ in range(limit // 2 + 10):
        os.rename(first, second)
        os.rename(second, first)
    assert folder.changed() is None
    second.touch()
    assert folder.changed() == {"second"}


def test_a_watch_that_has_ended_keeps_nothing(tmp_path: Path) -> None:
    """The descriptor is given back, and the reactor forgets it."""
    before = count_descriptors()
    folder = Folder(tmp_path / "folder")
    assert count_descriptors() == before + 1
    folder.stop()
    assert count_descriptors() == before
    assert not folder.clock.readers
    assert not folder.clock.getDelayedCalls()


@pytest.mark.parametrize("name", ["gone", "gone/further"])
def test_a_folder_that_does_not_exist_cannot_be_watched(tmp_path: Path, name: str) -> None:
    """That is an error which tells what cannot be watched, and costs no descriptor."""
    before, clock = count_descriptors(), WatchingClock()
    with pytest.raises(OSError, match=f"{name} cannot be watched"):
        FolderWatch(str(tmp_path / name), lambda: None, clock)
    clock.advance(0)
    assert count_descriptors() == before
    assert not clock.readers


def test_without_descriptors_nothing_can_be_watched(tmp_path: Path) -> None:
    """A system that has no more watches to give is an error of the same kind."""
    Folder(tmp_path / "first").stop()  # everything that is imported late is there now
    clock = WatchingClock()
    with no_more_descriptors(), pytest.raises(OSError, match="cannot be watched"):
        FolderWatch(str(tmp_path), lambda: None, clock)
    assert not clock.readers


class WatchedFile:
    """A file and a service that watches it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = WatchingClock()
        self.told = 0
        self.watch = FileWatch(str(path), self.clock, self._count)

    def _count(self) -> None:
        self.told += 1


def test_a_file_is_looked_at_at_once_and_every_so_often(tmp_path: Path) -> None:
    """The first look is at the start; then there is one in every interval, whatever is noticed besides."""
    file = WatchedFile(tmp_path / "file")
    file.watch.startService()
    assert file.told == 1
    file.clock.pump([INTERVAL] * 3)
    assert file.told == 4
    file.path.write_bytes(b"1")
    file.clock.notice()
    assert file.told == 5
    (tmp_path / "other").write_bytes(b"1")
    file.clock.notice()
    assert file.told == 5
    file.watch.stopService()
    file.clock.advance(0)
    assert not file.clock.getDelayedCalls()
    assert not file.clock.readers


def test_without_inotify_looks_remain(tmp_path: Path) -> None:
    """Where a folder cannot be watched that is told, and the looks go on."""
    file = WatchedFile(tmp_path / "gone" / "file")
    with logged() as log:
        file.watch.startService()
    assert any("no inotify" in line for line in log.lines)
    file.clock.advance(INTERVAL)
    assert file.told == 2
    file.watch.stopService()
    file.clock.advance(0)
    assert not file.clock.getDelayedCalls()


def test_a_folder_that_is_replaced_may_hold_anything(tmp_path: Path) -> None:
    """When the folder of the file is moved away the file may be another one."""
    folder = tmp_path / "folder"
    folder.mkdir()
    file = WatchedFile(folder / "file")
    file.watch.startService()
    folder.rename(tmp_path / "elsewhere")
    file.clock.notice()
    assert file.told == 2
    file.watch.stopService()
    file.clock.advance(0)
