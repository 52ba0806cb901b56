"""What is worked out behind each new snapshot: when, in what order, and what is logged."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from twisted.internet.defer import maybeDeferred
from twisted.internet.task import Clock

from confd.settling import MAX_DANGLING_LOGGED, SETTLE_PATIENCE, SETTLE_SECONDS, Settling
from ganeti_lite.serving.source import SnapshotSource
from ganeti_lite.simulator import replace_config
from ganeti_lite.snapshot import ClusterSnapshot
from tests.doubles.clusters import small_config
from tests.doubles.log_events import logged
from tests.doubles.manual_runner import ManualRunner


class Following:
    """A file of its own that is loaded at once; what is worked out behind that is run when the test says so.

    :ivar is_answering: whether long answers are being made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = Clock()
        self.runner = ManualRunner()
        self.source = SnapshotSource(str(path), self.clock, maybeDeferred)
        self.settled: list[int] = []
        self.is_answering = False
        self.settling = Settling(self.source, self.clock, self.runner, self._note, lambda: self.is_answering)
        self.source.on_change = self.settling.follow
        self.settling.startService()

    def _note(self) -> None:
        assert self.settling.snapshot is not None
        self.settled.append(self.settling.snapshot.serial_no)

    def write(self, config: dict[str, object]) -> None:
        """Change the file and let the change be noticed."""
        replace_config(self.path, config)
        self.source.check()

    def settle(self) -> None:
        """Let time pass and the work be done."""
        self.clock.advance(SETTLE_SECONDS)
        self.runner.run_all()


def is_derived(snapshot: ClusterSnapshot, relation: str) -> bool:
    """Whether that relation has been looked at before; this is no look."""
    try:
        vars(ClusterSnapshot)[relation].__get__(snapshot)
    except AttributeError:
        return False
    return True


@pytest.fixture
def following(tmp_path: Path) -> Iterator[Following]:
    """A running service on a file that is not there yet."""
    following = Following(tmp_path / "config.data")
    yield following
    following.settling.stopService()
    assert not following.clock.getDelayedCalls()


def test_a_snapshot_settles_a_moment_after_the_change(following: Following) -> None:
    """The work begins when the first queries after the change have gone ahead, and its end is told."""
    following.write(small_config(serial_no=1))
    assert following.source.view is not None
    following.clock.advance(SETTLE_SECONDS * 0.9)
    assert not following.runner.pending
    following.clock.advance(SETTLE_SECONDS * 0.1)
    assert following.settled == []
    following.runner.run_all()
    assert following.settled == [1]
    assert following.settling.snapshot is following.source.view.snapshot


def test_long_answers_go_ahead(following: Following) -> None:
    """While long answers are being made nothing is begun beside them; then it is, for the newest snapshot."""
    following.is_answering = True
    following.write(small_config(serial_no=1))
    following.clock.pump([SETTLE_SECONDS] * 3)
    following.write(small_config(serial_no=2))
    following.clock.advance(SETTLE_SECONDS)
    assert not following.runner.pending
    following.is_answering = False
    following.settle()
    assert following.settled == [2]


def test_long_answers_do_not_hold_it_up_for_ever(following: Following) -> None:
    """If there is no end of long answers, it is begun all the same, as late for each snapshot."""
    following.is_answering = True
    for serial in (1, 2):
        following.write(small_config(serial_no=serial))
        following.clock.pump([SETTLE_SECONDS] * int(SETTLE_PATIENCE / SETTLE_SECONDS))
        assert not following.runner.pending
        following.settle()
        assert following.settled[-1] == serial


def test_relations_are_derived(following: Following) -> None:
    """A settled snapshot has what lists of nodes and replies are looked up in."""
    following.write(small_config())
    assert following.source.view is not None
    snapshot = following.source.view.snapshot
    names = ("instances_by_primary", "instances_by_secondary", "ips_by_link", "nodes_by_group")
    assert not any(is_derived(snapshot, name) for name in names)
    following.settle()
    assert all(is_derived(snapshot, name) for name in names)


def test_changes_without_a_pause_settle_once_in_a_while(following: Following) -> None:
    """However fast the file changes, snapshots go on settling, the newest of each while."""
    for serial in range(1, 10):
        following.write(small_config(serial_no=serial))
        following.clock.advance(SETTLE_SECONDS / 2)
        following.runner.run_all()
    following.settle()
    assert following.settled == [2, 4, 6, 8, 9]


def test_a_change_during_the_work_settles_after_it(following: Following) -> None:
    """What changes while the work is done is worked out next."""
    following.write(small_config(serial_no=1))
    following.clock.advance(SETTLE_SECONDS)
    following.write(small_config(serial_no=2))
    following.clock.advance(SETTLE_SECONDS)
    following.runner.run_one()
    assert following.settled == [1]
    following.runner.run_all()
    assert following.settled == [1, 2]


def test_a_broken_file_is_nothing_to_work_out(following: Following) -> None:
    """Without a new snapshot nothing is begun."""
    following.path.write_bytes(b"{")
    following.source.check()
    assert not following.clock.getDelayedCalls()


def test_a_stopped_service_begins_nothing(following: Following) -> None:
    """Changes noticed while the daemon ends wait for nobody."""
    following.settling.stopService()
    following.write(small_config())
    assert not following.clock.getDelayedCalls()
    following.settling.startService()
    following.write(small_config(serial_no=5))
    assert following.clock.getDelayedCalls()


def test_dangling_references_are_logged_once_and_bounded(following: Following) -> None:
    """Dangling references are logged with their paths, the first ones of many, and only when they are new."""
    config = small_config()
    instance = next(iter(config["instances"].values()))
    instance["primary_node"] = "gone"
    instance["disks"] = [f"gone-{index}" for index in range(2 * MAX_DANGLING_LOGGED)]
    with logged() as log:
        following.write(config)
        following.settle()
        lines = [line for line in log.lines if "dangling reference" in line]
        assert len(lines) == MAX_DANGLING_LOGGED + 1
        assert f"instances/{instance['uuid']}/primary_node: there is no node gone" in lines[0]
        following.write({**config, "serial_no": config["serial_no"] + 1})
        following.settle()
        assert [line for line in log.lines if "dangling reference" in line] == lines
    assert len(following.settled) == 2
