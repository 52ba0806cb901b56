"""Bringing what answers need: from real files, a queue, and a job daemon that echoes."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from twisted.internet.defer import Deferred, maybeDeferred, succeed

from ganeti_lite.errors import BlockDeviceError
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.query import ClusterState, JobSelection, NodeAnswers
from ganeti_lite.serving.gather import Gatherer
from ganeti_lite.serving.job_queue import JobQueue
from ganeti_lite.serving.needs import (
    ChangeNeeded,
    JobDaemonNeeded,
    JobsNeeded,
    LocksNeeded,
    Need,
    NodesNeeded,
    StateNeeded,
)
from ganeti_lite.serving.state import read_pause
from ganeti_lite.wire.requests import JobRequest
from tests.doubles.reactors import run_reactor
from tests.jobs.queues import Queue

from .gathered import LOCKS

NOW = 1_800_000_000.5


@pytest.fixture
def paths() -> Iterator[GanetiPaths]:
    """A node's tree, with a path that is short enough for sockets, and an empty queue."""
    with TemporaryDirectory(prefix="gl") as name:
        paths = GanetiPaths(name)
        Path(paths.queue_dir).mkdir(parents=True)
        yield paths


class EchoingDaemon:
    """A job daemon that does nothing but answer."""

    def answer(self, request: JobRequest, frame: bytes) -> Deferred[bytes]:
        """What it was asked."""
        return succeed(request.method.encode() + b" " + frame)

    def list_locks(self) -> Deferred[object]:
        """Some locks."""
        return succeed(LOCKS)


def gather(paths: GanetiPaths, need: Need) -> Any:
    """What is brought for a need, by a gatherer of its own."""

    def start(reactor: Any) -> Deferred[Any]:
        queue = JobQueue(paths.queue_dir, reactor, maybeDeferred)
        queue.startService()

        def ask_nodes(calls: object) -> Deferred[NodeAnswers]:
            return succeed({("node", "call"): calls})

        gatherer = Gatherer(paths, ask_nodes, queue, EchoingDaemon(), lambda: NOW)

        def stop(outcome: Any) -> Any:
            queue.stopService()
            return outcome

        return gatherer(need).addBoth(stop)

    return run_reactor(start)


def test_nodes_are_asked(paths: GanetiPaths) -> None:
    """Calls go to the nodes, whose answers come back."""
    assert gather(paths, NodesNeeded(())) == {("node", "call"): ()}


def test_jobs_are_read(paths: GanetiPaths) -> None:
    """All jobs are a view, those by id a tuple, one that is waited for a record."""
    queue = Queue(Path(paths.queue_dir))
    queue.write(1, "success")
    queue.write(2, "success")
    queue.archive(2)
    for with_archive, ids in ((False, [1]), (True, [1, 2])):
        view = gather(paths, JobsNeeded(JobSelection(None, with_archive)))
        assert [job.id for job in view.snapshot.jobs.ordered] == ids
    assert [job.id for job in gather(paths, JobsNeeded(JobSelection((9, 2), with_archive=False)))] == [9, 2]
    assert gather(paths, ChangeNeeded(1, 10, lambda _: True)).status == "success"


def test_a_queue_that_cannot_be_listed_is_an_error(paths: GanetiPaths) -> None:
    """That has a class that clients know; jobs by id are rows all the same."""
    Path(paths.queue_dir).rmdir()
    with pytest.raises(BlockDeviceError) as unreadable:
        gather(paths, JobsNeeded(JobSelection(None, with_archive=False)))
    text = f"Unable to fetch the job list: {paths.queue_dir}: No such file or directory"
    assert unreadable.value.to_wire() == ["BlockDeviceError", [text]]
    (record,) = gather(paths, JobsNeeded(JobSelection((5,), with_archive=False)))
    assert record.is_missing


def test_the_job_daemon_is_asked(paths: GanetiPaths) -> None:
    """For the locks and for what to answer to job requests."""
    assert gather(paths, LocksNeeded()) == LOCKS
    assert gather(paths, JobDaemonNeeded(JobRequest("CancelJob", [1]), b"frame")) == b"CancelJob frame"


def test_the_state_of_this_node(paths: GanetiPaths) -> None:
    """Whether the queue is drained and until when the watcher pauses is read at each question."""
    idle: ClusterState = gather(paths, StateNeeded())
    assert (idle.is_drained, idle.watcher_pause) == (False, None)
    assert idle.architecture[0] == "64bits"
    assert idle.build.startswith("(ganeti-lite) version ")
    Path(paths.drain_flag).touch()
    Path(paths.watcher_pause).write_text("1800000099\n", encoding="ascii")
    busy: ClusterState = gather(paths, StateNeeded())
    assert (busy.is_drained, busy.watcher_pause) == (True, 1800000099)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("1800000001", 1800000001),
        ("1800000001\n", 1800000001),
        ("  1800000001 \n", 1800000001),
        ("1800000000", None),
        ("1", None),
        ("1800000001.5", None),
        ("-1800000001", None),
        ("1e10", None),
        ("0x7fffffffff", None),
        ("soon", None),
        ("1800000001 2", None),
        ("\u0661\u0668\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0661", None),
        ("\u00b2", None),
        ("", None),
        ("\0", None),
        ("9" * 30, int("9" * 30)),
    ],
)
def test_pauses(tmp_path: Path, text: str, until: int | None) -> None:
    """A whole number of seconds that are still to come, blanks around it allowed, is a pause; all else is none."""
    (tmp_path / "watcher.pause").write_text(text, encoding="utf-8")
    assert read_pause(str(tmp_path / "watcher.pause"), NOW) == until


def test_no_pause(tmp_path: Path) -> None:
    """A file that is not there, is no text, or is a directory, is no pause."""
    assert read_pause(str(tmp_path / "gone"), NOW) is None
    assert read_pause(str(tmp_path), NOW) is None
    (tmp_path / "binary").write_bytes(b"\xff\xfe1800000001")
    assert read_pause(str(tmp_path / "binary"), NOW) is None
