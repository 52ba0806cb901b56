"""The client for programs on Twisted: an answer or one error, within its time, and nothing left behind."""

import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from twisted.internet.defer import CancelledError, Deferred, gatherResults
from twisted.internet.task import deferLater

from ganeti_lite.clients.luxi import AnswerTimeoutError, ConnectionLostError, NoServerError
from ganeti_lite.clients.luxi_twisted import call
from ganeti_lite.errors import ParameterError
from ganeti_lite.wire.calls import MalformedAnswerError, RequestRefused
from tests.doubles.reactors import Reactor, run_reactor

from .scripted_server import Respond, ScriptedServer, fail, succeed

TIMEOUT = 20.0
HASTE = 0.05


@pytest.fixture
def path() -> Iterator[Path]:
    """Where a server may listen; a path that is short enough."""
    with TemporaryDirectory(prefix="gl") as name:
        yield Path(name) / "socket"


def ask(path: Path, timeout: float = TIMEOUT) -> object:
    """The result of one call, in a reactor of its own that must be left with nothing."""

    def start(reactor: Reactor) -> Deferred[object]:
        def look(outcome: object) -> object:
            assert not reactor.getDelayedCalls()
            return outcome

        return call(reactor, str(path), "method", [1, "\u00e4"], timeout).addBoth(look)

    return run_reactor(start)


def ask_server(path: Path, respond: Respond, timeout: float = TIMEOUT) -> object:
    """The same while a server listens that responds like this."""
    with ScriptedServer(path, respond):
        return ask(path, timeout)


def test_the_result_of_a_call(path: Path) -> None:
    """Method and arguments go there, the result comes back."""
    with ScriptedServer(path, lambda _method, args: succeed({"got": args})) as server:
        assert ask(path) == {"got": [1, "\u00e4"]}
        assert server.requests == [("method", [1, "\u00e4"])]


def test_answers_come_in_pieces(path: Path) -> None:
    """However an answer is cut, it is put together; what comes behind it does not count."""
    (whole,) = succeed("x" * 1000)
    assert ask_server(path, lambda *_: [whole[:1], whole[1:500], whole[500:]]) == "x" * 1000
    assert ask_server(path, lambda *_: [whole + whole[:10]]) == "x" * 1000


def test_errors_of_the_server_are_errors(path: Path) -> None:
    """What the server says went wrong is raised as what it is."""
    with pytest.raises(ParameterError, match="no such field"):
        ask_server(path, lambda *_: fail(["ParameterError", ["no such field"]]))
    with pytest.raises(RequestRefused, match="what"):
        ask_server(path, lambda *_: fail("what"))


@pytest.mark.parametrize("frame", [b"", b"garbage", b"[]", b'{"success":true}', b"\xff\xfe", b"[" * 5000])
def test_garbage_is_no_answer(path: Path, frame: bytes) -> None:
    """Whatever comes instead of an answer is told to be none."""
    with pytest.raises(MalformedAnswerError):
        ask_server(path, lambda *_: [frame + b"\x03"])


@pytest.mark.parametrize("pieces", [None, [b'{"success":true,"res']])
def test_a_server_that_goes_away_is_told(path: Path, pieces: list[bytes] | None) -> None:
    """A connection that ends before the answer is complete is a lost one."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def start(reactor: Reactor) -> Deferred[object]:
            reactor.callInThread(serve)
            return call(reactor, str(path), "method", [], TIMEOUT)

        def serve() -> None:
            with listener.accept()[0] as connection:
                connection.recv(1000)
                connection.sendall(b"".join(pieces or ()))

        with pytest.raises(ConnectionLostError, match="went away"):
            run_reactor(start)


def test_nobody_listens(path: Path) -> None:
    """No socket, a socket that its server has left, and a file in its place are no server."""
    with pytest.raises(NoServerError):
        ask(path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
    with pytest.raises(NoServerError):
        ask(path)
    path.unlink()
    path.write_bytes(b"")
    with pytest.raises(NoServerError):
        ask(path)


def test_patience_ends(path: Path) -> None:
    """A server that accepts and says nothing, or not all, is waited for no longer than told."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        with pytest.raises(AnswerTimeoutError, match=r"within 0\.05 s"):
            ask(path, HASTE)


def test_who_gives_up_is_told_so(path: Path) -> None:
    """A call that is cancelled is cancelled, and not said to have failed; its connection is closed."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def start(reactor: Reactor) -> Deferred[object]:
            calling = call(reactor, str(path), "method", [], TIMEOUT)
            reactor.callLater(HASTE, calling.cancel)
            return calling

        with pytest.raises(CancelledError):
            run_reactor(start)
        with listener.accept()[0] as connection:
            connection.settimeout(TIMEOUT)
            while connection.recv(1000):
                pass


def test_calls_leave_nothing(path: Path) -> None:
    """After calls of every outcome no connection is left."""
    responses = iter([succeed(1), [b"garbage\x03"], fail("no")] * 10)

    def start(reactor: Reactor) -> Deferred[object]:
        own = set(reactor.getReaders())
        calls = [call(reactor, str(path), "method", [], TIMEOUT).addErrback(lambda _: None) for _ in range(30)]
        done = gatherResults(calls).addCallback(lambda _: deferLater(reactor, 0, lambda: None))
        return done.addCallback(lambda _: [*(set(reactor.getReaders()) - own), *reactor.getDelayedCalls()])

    with ScriptedServer(path, lambda *_: next(responses)):
        assert run_reactor(start) == []
