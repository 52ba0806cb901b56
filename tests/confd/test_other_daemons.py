"""Asking the daemon that keeps the locks, a scripted one."""

import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from twisted.internet.defer import Deferred

from confd.other_daemons import OtherDaemons
from confd.relay import JobRelay
from ganeti_lite.errors import GenericError
from ganeti_lite.paths import GanetiPaths
from tests.clients.scripted_server import Respond, ScriptedServer, fail
from tests.clients.scripted_server import succeed as answer
from tests.doubles.reactors import Reactor, run_reactor
from tests.serving.gathered import LOCKS


@pytest.fixture
def paths() -> Iterator[GanetiPaths]:
    """A node's tree, with a path that is short enough for sockets."""
    with TemporaryDirectory(prefix="gl") as name:
        yield GanetiPaths(name)


def list_locks(paths: GanetiPaths, limit: float = 20.0) -> object:
    """What is told of the locks."""

    def start(reactor: Reactor) -> Deferred[object]:
        relay = JobRelay(paths.master_socket, reactor)
        return OtherDaemons(relay, paths.wconfd_socket, reactor, limit).list_locks()

    return run_reactor(start)


def ask(paths: GanetiPaths, respond: Respond, limit: float = 20.0) -> object:
    """The same when the daemon that keeps the locks responds like this."""
    with ScriptedServer(Path(paths.wconfd_socket), respond) as server:
        try:
            return list_locks(paths, limit)
        finally:
            assert server.requests == [("listLocksWaitingStatus", [])]


def test_locks_are_asked_for(paths: GanetiPaths) -> None:
    """What the daemon that keeps them says is brought as it is."""
    assert ask(paths, lambda *_: answer(LOCKS)) == LOCKS


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
        ask(paths, respond, limit=0.1)


def test_errors_about_locks_are_passed_on(paths: GanetiPaths) -> None:
    """What the daemon itself calls an error is that error."""
    with pytest.raises(GenericError, match=r"^not now$"):
        ask(paths, lambda *_: fail(["GenericError", ["not now"]]))


def test_without_that_daemon_there_are_no_locks_to_tell(paths: GanetiPaths) -> None:
    """Nobody there, and a socket that has been left, are errors; one that says nothing is waited for within bounds."""
    with pytest.raises(GenericError, match="does not tell them"):
        list_locks(paths)
    Path(paths.socket_dir).mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(paths.wconfd_socket)
        with pytest.raises(GenericError, match="does not tell them"):
            list_locks(paths)
        listener.listen()
        with pytest.raises(GenericError, match="no answer within"):
            list_locks(paths, limit=0.05)
