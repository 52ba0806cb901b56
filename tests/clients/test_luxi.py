"""The blocking client: what it asks, what it makes of answers, and of every way not to get one."""

import errno
import json
import socket
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from ganeti_lite.clients.luxi import (
    AnswerTimeoutError,
    ClientError,
    ConnectionLostError,
    LuxiClient,
    NoPermissionError,
    NoServerError,
    connect_patiently,
    open_unix_socket,
)
from ganeti_lite.errors import ParameterError
from ganeti_lite.wire.calls import MalformedAnswerError, RequestRefused

from .clock import Clock
from .scripted_server import Respond, ScriptedServer, fail, succeed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the server listens."""
    return tmp_path / "socket"


def test_query(path: Path) -> None:
    """A query is sent with its three arguments, and its result comes back."""
    with ScriptedServer(path, lambda _method, args: succeed(args)) as server, LuxiClient.connect(str(path)) as client:
        assert client.query("node", ("name",), ["?", "offline"]) == ["node", ["name"], ["?", "offline"]]
    assert server.requests == [("Query", ["node", ["name"], ["?", "offline"]])]


@pytest.mark.parametrize(("fields", "sent"), [(None, None), ((), []), (("a", "b"), ["a", "b"])])
def test_query_fields(path: Path, fields: tuple[str, ...] | None, sent: object) -> None:
    """Fields are asked for by name, or all of them."""
    with ScriptedServer(path, lambda _method, args: succeed(args)), LuxiClient.connect(str(path)) as client:
        assert client.query_fields("node", fields) == ["node", sent]


def test_several_requests(path: Path) -> None:
    """A connection serves one request after the other, and survives the server's errors."""

    def respond(method: str, args: Any) -> list[bytes]:
        return fail(["ParameterError", [method]]) if args is None else succeed(args)

    with ScriptedServer(path, respond), LuxiClient.connect(str(path)) as client:
        assert client.call("One", 1) == 1
        with pytest.raises(ParameterError, match="Two"):
            client.call("Two", None)
        assert client.call("Three", [3]) == [3]


def test_answer_in_pieces(path: Path) -> None:
    """An answer may arrive in any pieces, and be larger than any of them."""
    result = "ä" * 3_000_000
    answer = json.dumps({"success": True, "result": result}, ensure_ascii=False).encode() + b"\x03"

    def respond(_method: str, _args: object) -> Iterable[bytes]:
        return [answer[:1], answer[1:30], answer[30:]]

    with ScriptedServer(path, respond), LuxiClient.connect(str(path)) as client:
        assert client.call("Any", []) == result


@pytest.mark.parametrize(
    ("respond", "error"),
    [
        (lambda _method, _args: None, ConnectionLostError),
        (lambda _method, _args: fail("Failed to parse request: so"), RequestRefused),
        (lambda _method, _args: [b"{}\x03"], MalformedAnswerError),
    ],
)
def test_no_result(path: Path, respond: Respond, error: type[Exception]) -> None:
    """Each way not to answer has its own error."""
    with ScriptedServer(path, respond), LuxiClient.connect(str(path)) as client, pytest.raises(error):
        client.call("Any", [])


def test_half_an_answer(path: Path) -> None:
    """A connection that ends within an answer is lost, and the error says which one."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        with LuxiClient.connect(str(path)) as client:
            served, _ = listener.accept()
            served.sendall(b'{"success":true')
            served.shutdown(socket.SHUT_WR)
            with pytest.raises(ConnectionLostError, match=str(path)), served:
                client.call("Any", [])


def test_silent_server(path: Path) -> None:
    """A server that does not answer in time is given up."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        with (
            LuxiClient(str(path), open_unix_socket(str(path)), answer_timeout=0.01) as client,
            pytest.raises(AnswerTimeoutError, match=r"no answer within 0\.01 s"),
        ):
            client.call("Any", [])


def test_no_server(path: Path) -> None:
    """A socket that is not there, and one that nobody listens on, are told with the path."""
    with pytest.raises(NoServerError, match=str(path)):
        LuxiClient.connect(str(path))
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
    with pytest.raises(NoServerError, match=str(path)):
        LuxiClient.connect(str(path))


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), NoPermissionError),
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), NoServerError),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), NoServerError),
        (TimeoutError("timed out"), AnswerTimeoutError),
        (OSError("AF_UNIX path too long"), NoServerError),
    ],
)
def test_failing_to_connect(raised: OSError, expected: type[ClientError]) -> None:
    """Each reason not to connect has its own error."""

    def connect() -> socket.socket:
        raise raised

    with pytest.raises(expected) as caught:
        connect_patiently(connect, "/socket")
    assert caught.value.path == "/socket"


def test_full_backlog(path: Path) -> None:
    """A server that has no room is tried again until it has."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(0)
        waiting = [open_unix_socket(str(path))]
        accepted = []
        connection = connect_patiently(
            lambda: open_unix_socket(str(path)), str(path), sleep=lambda _seconds: accepted.append(listener.accept()[0])
        )
        assert len(accepted) == 1
        for each in (connection, *waiting, *accepted):
            each.close()


def test_backlog_that_stays_full() -> None:
    """A server that never has room is given up after thirty seconds."""
    clock = Clock()

    def connect() -> socket.socket:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    with pytest.raises(AnswerTimeoutError, match="no room"):
        connect_patiently(connect, "/socket", clock.read, clock.sleep)
    assert clock.now == pytest.approx(30, abs=0.2)


def test_waiting_is_told(path: Path) -> None:
    """Who wants to know hears about every second that there is no answer yet, until there is one."""
    heard: list[float] = []
    goes_on = threading.Event()

    def respond(_method: str, _args: Any) -> list[bytes]:
        goes_on.wait(30)
        return succeed("late")

    def hear(seconds: float) -> None:
        heard.append(seconds)
        goes_on.set()

    with ScriptedServer(path, respond), LuxiClient.connect(str(path)) as client:
        client.on_waiting = hear
        assert client.call("Any", []) == "late"
    assert heard
    assert heard[0] >= 1


def test_waiting_has_an_end(path: Path) -> None:
    """Being told does not make anybody wait longer."""
    with ScriptedServer(path, lambda _method, _args: []), LuxiClient.connect(str(path)) as client:
        client.answer_timeout = 0.01
        client.on_waiting = lambda _seconds: None
        with pytest.raises(AnswerTimeoutError, match=r"no answer within 0\.01 s"):
            client.call("Any", [])
