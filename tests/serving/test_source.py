"""The snapshot source: what it takes, what it keeps, whom it lets wait."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from twisted.internet.task import Clock

from ganeti_lite.query import View
from ganeti_lite.serving.source import RELOAD_PATIENCE, SnapshotSource
from ganeti_lite.simulator import replace_config
from tests.doubles.clusters import config_bytes, small_config
from tests.doubles.descriptors import no_more_descriptors
from tests.doubles.log_events import LogLines, logged
from tests.doubles.manual_runner import ManualRunner
from tests.doubles.two_step_runner import TwoStepRunner


class Following:
    """A source on a file of its own, whose loads are run one by one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = Clock()
        self.runner = ManualRunner()
        self.changes = 0
        self.source = SnapshotSource(str(path), self.clock, self.runner, self._count)

    def _count(self) -> None:
        self.changes += 1

    def load(self) -> None:
        """Notice the file as it is and load it."""
        self.source.check()
        while self.runner.pending:
            self.runner.run_one()

    @property
    def serial(self) -> int:
        """The serial number of the view, 0 if there is none."""
        return 0 if self.source.view is None else self.source.view.snapshot.serial_no


@pytest.fixture
def following(tmp_path: Path) -> Following:
    """A source that follows a file which is not there yet."""
    return Following(tmp_path / "config.data")


@pytest.fixture
def log() -> Iterator[LogLines]:
    """What is logged meanwhile."""
    with logged() as lines:
        yield lines


def test_first_load(following: Following) -> None:
    """A file that is there becomes the view."""
    following.path.write_bytes(config_bytes(serial_no=7))
    following.load()
    assert (following.serial, following.source.fault, following.changes) == (7, "", 1)


def test_no_file_is_a_fault_and_no_view(following: Following) -> None:
    """Without a file there is no view; the fault names the file. It is taken once it appears."""
    following.load()
    assert following.serial == 0
    assert str(following.path) in following.source.fault
    following.path.write_bytes(config_bytes(serial_no=8))
    following.load()
    assert (following.serial, following.source.fault) == (8, "")


@pytest.mark.parametrize("broken", [b"", b"\x00\x01\x02", b"[]", b'{"version": 3000000', b"{}"])
def test_broken_files_do_not_replace_a_good_view(following: Following, log: LogLines, broken: bytes) -> None:
    """A broken file leaves the view, is logged once with its path, and the repaired one is taken."""
    following.path.write_bytes(config_bytes(serial_no=1))
    following.load()
    following.path.write_bytes(broken)
    for _ in range(3):
        following.load()
    assert following.serial == 1
    complaints = [text for text in log.lines if "Cannot load configuration" in text]
    assert len(complaints) == 1
    assert str(following.path) in complaints[0]
    assert "answering from the last good one" in complaints[0]
    following.path.write_bytes(config_bytes(serial_no=2))
    following.load()
    assert (following.serial, following.source.fault) == (2, "")


def test_a_vanished_file_does_not_replace_a_good_view(following: Following) -> None:
    """A deleted file leaves the view."""
    following.path.write_bytes(config_bytes(serial_no=1))
    following.load()
    following.path.unlink()
    following.load()
    assert following.serial == 1
    assert "No such file" in following.source.fault


def test_what_could_not_be_read_is_tried_again(following: Following, log: LogLines) -> None:
    """A file that cannot be opened for want of descriptors is told of once, and read as soon as there are some."""
    following.path.write_bytes(config_bytes(serial_no=1))
    with no_more_descriptors():
        for _ in range(3):
            following.load()
    assert following.serial == 0
    assert len([text for text in log.lines if "Too many open files" in text]) == 1
    following.load()
    assert (following.serial, following.source.fault) == (1, "")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give itself another user's permissions for a while")
def test_permissions_that_come_and_go() -> None:
    """A file that may not be read any more changes nothing; what is in it is taken once it may."""
    with TemporaryDirectory() as folder:  # not pytest's own, which no other user may enter
        os.chmod(folder, 0o711)  # noqa: S103 - another user is to look for the file
        following = Following(Path(folder) / "config.data")
        following.path.write_bytes(config_bytes(serial_no=1))
        following.load()
        replace_config(following.path, small_config(serial_no=2))
        following.path.chmod(0o000)
        os.seteuid(65534)
        try:
            following.load()
        finally:
            os.seteuid(0)
        assert following.serial == 1
        assert "Permission denied" in following.source.fault
        following.path.chmod(0o640)
        following.load()
        assert (following.serial, following.source.fault) == (2, "")


def test_refresh_of_an_unchanged_file_is_at_once(following: Following) -> None:
    """Who asks while nothing has changed does not wait, and nothing is loaded."""
    following.path.write_bytes(config_bytes())
    following.load()
    assert following.source.refresh().called
    assert not following.runner.pending


def test_refresh_waits_for_the_changed_file(following: Following) -> None:
    """Who asks after a change waits until it is loaded: reads follow writes."""
    following.path.write_bytes(config_bytes(serial_no=1))
    following.load()
    replace_config(following.path, small_config(serial_no=2))
    waiting = [following.source.refresh() for _ in range(3)]
    assert not any(waiter.called for waiter in waiting)
    assert len(following.runner.pending) == 1
    following.runner.run_one()
    assert all(waiter.called for waiter in waiting)
    assert following.serial == 2


def test_a_change_during_the_load_is_loaded_too(following: Following) -> None:
    """Who asks after a second change, while the first is being loaded, gets the second."""
    following.path.write_bytes(config_bytes(serial_no=1))
    following.load()
    replace_config(following.path, small_config(serial_no=2))
    following.source.check()
    load_second = following.runner.pending.pop()
    replace_config(following.path, small_config(serial_no=3))
    waiter = following.source.refresh()
    replace_config(following.path, small_config(serial_no=3))
    load_second()
    while following.runner.pending:
        following.runner.run_one()
    assert waiter.called
    assert following.serial == 3


def _note_view(source: SnapshotSource, views: list[View | None], _: None) -> None:
    views.append(source.view)


def test_who_asks_is_never_answered_from_before(following: Following) -> None:
    """However often the file changes while it is loaded, who asks waits for a load that was begun afterwards."""
    runner = TwoStepRunner()
    source = SnapshotSource(str(following.path), following.clock, runner)
    replace_config(following.path, small_config(serial_no=1))
    source.check()
    for serial in range(2, 12):
        runner.work()
        replace_config(following.path, small_config(serial_no=serial))
        answered_from: list[View | None] = []
        source.refresh().addCallback(partial(_note_view, source, answered_from))
        runner.tell()
        assert answered_from == []
        runner.work()
        replace_config(following.path, small_config(serial_no=100))
        runner.tell()
        assert [view and view.snapshot.serial_no for view in answered_from] == [serial]


def test_patience_has_an_end(following: Following, log: LogLines) -> None:
    """Who waits too long is answered from the last view, which is logged; the load goes on."""
    following.path.write_bytes(config_bytes(serial_no=1))
    following.load()
    replace_config(following.path, small_config(serial_no=2))
    waiter = following.source.refresh()
    following.clock.advance(RELOAD_PATIENCE)
    assert waiter.called
    assert following.serial == 1
    assert any("takes long" in text for text in log.lines)
    following.runner.run_one()
    assert following.serial == 2
    assert not following.clock.getDelayedCalls()


def test_reload_loads_an_unchanged_file(following: Following) -> None:
    """A reload that is asked for happens even if the file looks the same."""
    following.path.write_bytes(config_bytes())
    following.load()
    following.source.reload()
    assert len(following.runner.pending) == 1
    following.runner.run_one()
    assert following.changes == 2


def test_unchanged_tables_are_shared(following: Following) -> None:
    """What a reload does not change is the same object as before."""
    config = small_config()
    replace_config(following.path, config)
    following.load()
    before = following.source.view
    replace_config(following.path, {**config, "serial_no": config["serial_no"] + 1})
    following.load()
    assert before is not None
    assert following.source.view is not None
    assert following.source.view is not before
    assert following.source.view.snapshot.instances is before.snapshot.instances


def test_odd_versions_and_keys_are_logged(following: Following, log: LogLines) -> None:
    """A newer format and unknown keys are read, with a line in the log."""
    replace_config(following.path, small_config(version=3020000, novelty=1))
    following.load()
    assert any("3020000" in text for text in log.lines)
    assert any("novelty" in text for text in log.lines)
    assert following.source.fault == ""
