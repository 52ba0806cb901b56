"""The writer: changes in order, each on what the one before it has left."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from twisted.internet.defer import Deferred, maybeDeferred, succeed

from ganeti_lite.config import parse_config
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd import changes
from ganeti_lite.masterd.config_file import ConfigFile, ConfigVersion
from ganeti_lite.masterd.config_writer import ConfigWriter
from ganeti_lite.snapshot import ClusterSnapshot
from tests.config.upgrades.golden import CLUSTER
from tests.doubles.manual_runner import ManualRunner

from .small_cluster import NOW, WEB


class Distribution:
    """Remembers what it is given.

    :ivar sent: serial numbers before and after each version.
    :ivar arrival: what the next changes wait for.
    """

    def __init__(self) -> None:
        self.sent: list[tuple[int | None, int]] = []
        self.arrival: Callable[[], Deferred[None]] = lambda: succeed(None)

    def __call__(
        self, before: ClusterSnapshot | None, after: ConfigVersion, tell: Callable[[str], None]
    ) -> Deferred[None]:
        """Take a version."""
        self.sent.append((None if before is None else before.serial_no, after.snapshot.serial_no))
        tell(f"sent {after.snapshot.serial_no}")
        return self.arrival()


class Running:
    """A writer of a file, in a thread that the test runs."""

    def __init__(self, path: Path, run: Any) -> None:
        path.write_bytes(CLUSTER.read_bytes())
        self.path = path
        self.distribution = Distribution()
        file = ConfigFile(str(path))
        self.writer = ConfigWriter(file, file.read(), run, lambda: NOW, self.distribution)
        self.outcomes: list[Any] = []
        self.lines: list[str] = []
        self.first = self.writer.snapshot.serial_no

    def apply(self, change: Callable[[ClusterSnapshot, float], ClusterSnapshot]) -> None:
        """Ask for a change and remember its outcome: by how much the serial number is above the first, or an error."""
        done = self.writer.apply(change, self.lines.append)
        done.addCallbacks(
            lambda snapshot: self.outcomes.append(snapshot.serial_no - self.first),
            lambda failure: self.outcomes.append(failure.type),
        )

    def on_disk(self) -> ClusterSnapshot:
        """What the file says."""
        return parse_config(self.path.read_bytes())


@pytest.fixture
def running(tmp_path: Path) -> Running:
    """A writer whose work is done at once."""
    return Running(tmp_path / "config.data", maybeDeferred)


def tag(*tags: str) -> Callable[[ClusterSnapshot, float], ClusterSnapshot]:
    """An instance gets tags besides those that it has."""

    def change(snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
        item = snapshot.instances[WEB]
        return changes.update(snapshot, evolve(item, tags=(*item.tags, *tags)), now)

    return change


def refuse(snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    """A change that cannot be."""
    del snapshot, now
    raise OpPrereqError("no")


def test_a_change_is_on_the_disk_before_it_is_told(running: Running) -> None:
    """The cell has what the file has, and the change's outcome is that snapshot."""
    running.apply(tag("x"))
    assert running.outcomes == [1]
    assert running.writer.snapshot.instances[WEB].tags[-1] == "x"
    assert running.on_disk().serial_no == running.writer.snapshot.serial_no == running.first + 1


def test_changes_are_made_one_after_the_other(tmp_path: Path) -> None:
    """Each sees the one before it, however many are asked for at once; the cell follows as they are written."""
    runner = ManualRunner()
    running = Running(tmp_path / "config.data", runner)
    for letter in "abc":
        running.apply(tag(letter))
    before = running.writer.snapshot
    assert len(runner.pending) == 1
    runner.run_one()
    assert (running.outcomes, running.writer.snapshot.serial_no) == ([1], running.first + 1)
    runner.run_all()
    assert running.outcomes == [1, 2, 3]
    assert running.writer.snapshot.instances[WEB].tags == (*before.instances[WEB].tags, "a", "b", "c")
    assert running.distribution.sent == [(running.first + step, running.first + step + 1) for step in range(3)]


def test_a_refused_change_leaves_everything_as_it_was(running: Running) -> None:
    """Its error is told; those behind it are made."""
    before = running.writer.snapshot
    running.apply(refuse)
    assert running.writer.snapshot is before
    running.apply(tag("x"))
    assert running.outcomes == [OpPrereqError, 1]


def test_a_failed_write_leaves_the_cell_as_it_was(running: Running) -> None:
    """What is not on the disk is not in the cell either."""
    before = running.writer.snapshot
    running.path.unlink()
    running.apply(tag("x"))
    assert running.writer.snapshot is before
    assert running.distribution.sent == []


def test_a_change_that_comes_to_nothing_is_not_distributed(running: Running) -> None:
    """Nor written: its outcome is the snapshot as it is."""
    running.apply(lambda snapshot, now: snapshot)
    assert (running.outcomes, running.distribution.sent) == ([0], [])


def test_a_change_may_wait_for_its_arrival_and_holds_up_no_other(running: Running) -> None:
    """The next change is written and told while one waits for the nodes."""
    arrival: Deferred[None] = Deferred()
    running.distribution.arrival = lambda: arrival
    running.apply(tag("x"))
    assert (running.outcomes, running.writer.snapshot.serial_no) == ([], running.first + 1)
    running.distribution.arrival = lambda: succeed(None)
    running.apply(tag("y"))
    assert running.outcomes == [2]
    arrival.callback(None)
    assert running.outcomes == [2, 1]


def test_what_the_distribution_says_is_told_to_the_change_that_it_belongs_to(running: Running) -> None:
    """So that a job's log can have it."""
    running.apply(tag("x"))
    running.writer.apply(tag("y"))
    assert running.lines == [f"sent {running.first + 1}"]


def test_the_newest_version_can_be_distributed_without_a_change(running: Running) -> None:
    """As when a daemon starts."""
    running.writer.distribute(running.lines.append)
    assert running.distribution.sent == [(None, running.first)]
