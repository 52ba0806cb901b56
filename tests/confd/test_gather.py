"""Bringing what answers need: from real files, a scripted daemon that keeps the locks, and a queue."""

import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from twisted.internet.defer import Deferred, maybeDeferred, succeed

from confd.gather import Gatherer, read_pause
from confd.job_queue import JobQueue
from confd.needs import ChangeNeeded, JobsNeeded, LocksNeeded, Need, NodesNeeded, StateNeeded
from confd.relay import JobRelay
from ganeti_lite.errors import BlockDeviceError, GenericError
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.query import ClusterState, JobSelection, NodeAnswers
from tests.clients.scripted_server import Respond, ScriptedServer, fail
from tests.clients.scripted_server import succeed as answer
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


def gather(paths: GanetiPaths, need: Need, limit: float = 20.0) -> Any:
    """What is brought for a need, by a gatherer of its own."""

    def start(reactor: Any) -> Deferred[Any]:
        queue = JobQueue(paths.queue_dir, reactor, maybeDeferred)
        queue.startService()

        def ask_nodes(calls: object) -> Deferred[NodeAnswers]:
            return succeed({("node", "call"): calls})

        gatherer = Gatherer(
            paths, ask_nodes, queue, JobRelay(paths.master_socket, reactor), reactor, lambda: NOW, limit
        )

        def stop(outcome: Any) -> Any:
            queue.stopService()
            return outcome

        return gatherer(need).addBoth(stop)

    return run_reactor(start)


def gather_locks(paths: GanetiPaths, respond: Respond, limit: float = 20.0) -> Any:
    """What is brought of the locks when the daemon that keeps them responds like this."""
    with ScriptedServer(Path(paths.wconfd_socket), respond) as server:
        try:
            return gather(paths, LocksNeeded(), limit)
        finally:
            assert server.requests == [("listLocksWaitingStatus", [])]


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


def test_locks_are_asked_for(paths: GanetiPaths) -> None:
    """What the daemon that keeps them says is brought as it is."""
    assert gather_locks(paths, lambda *_: answer(LOCKS)) == LOCKS


@pytest.mark.parametrize(
    "respond",
    [
        lambda *_: None,
        lambda *_: [b"garbage\x03"],
        lambda *_: [b'{"success":true,"res'],
        lambda *_: fail("what?"),
    ],
)
def test_locks_that_are_not_told_are_an_error(paths: GanetiPaths, respond: Respond) -> None:
    """A daemon that hangs up, answers garbage or does not understand is an error that says so, within its time."""
    with pytest.raises(GenericError, match="does not tell them"):
        gather_locks(paths, respond, limit=0.1)


def test_errors_about_locks_are_passed_on(paths: GanetiPaths) -> None:
    """What the daemon itself calls an error is that error."""
    with pytest.raises(GenericError, match=r"^not now$"):
        gather_locks(paths, lambda *_: fail(["GenericError", ["not now"]]))


def test_without_that_daemon_there_are_no_locks_to_tell(paths: GanetiPaths) -> None:
    """Nobody there, and a socket that has been left, are errors; one that says nothing is waited for within bounds."""
    with pytest.raises(GenericError, match="does not tell them"):
        gather(paths, LocksNeeded())
    Path(paths.socket_dir).mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(paths.wconfd_socket)
        with pytest.raises(GenericError, match="does not tell them"):
            gather(paths, LocksNeeded())
        listener.listen()
        with pytest.raises(GenericError, match="no answer within"):
            gather(paths, LocksNeeded(), limit=0.05)


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
