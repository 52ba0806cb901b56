"""Luxi clients for programs on Twisted: a connection for many requests, one after the other, and single calls."""

import socket
from collections.abc import Callable, Generator
from typing import Any, Final

from twisted.internet.defer import Deferred, fail, inlineCallbacks
from twisted.internet.interfaces import IReactorSocket, IReactorTime, ITransport
from twisted.internet.protocol import Protocol, ServerFactory, connectionDone
from twisted.internet.task import deferLater
from twisted.python.failure import Failure

from ganeti_lite.wire.calls import decode_answer, encode_request
from ganeti_lite.wire.framing import FrameDecoder, FrameTooLong

from .luxi import AnswerTimeoutError, ConnectionLostError, NoPermissionError, NoServerError

ANSWER_LIMIT: Final = 64 * 1024 * 1024
"""Bytes that an answer may have."""

_RETRY_PAUSE: Final = 0.05
"""Seconds between two attempts to connect while there is no room."""


class ILuxiReactor(IReactorTime, IReactorSocket):
    """What a client needs of a reactor."""


class LuxiConnection(Protocol):
    """A connection to the server that listens on *path*.

    :ivar is_open: whether it can take a request.
    :param on_lost: called once when the connection is gone.
    """

    transport: ITransport

    def __init__(self, path: str, on_lost: Callable[["LuxiConnection"], None] = lambda _: None) -> None:
        self.is_open = True
        self._path = path
        self._on_lost = on_lost
        self._decoder = FrameDecoder(limit=ANSWER_LIMIT)
        self._answer: Deferred[bytes] | None = None

    def ask(self, message: bytes) -> Deferred[bytes]:
        """The answer (without terminator) to a whole *message*; one at a time.

        It fails with :class:`ConnectionLostError` if the server goes away first. If it is cancelled, the connection
        is closed, since nobody could tell its answer from the next one.
        """
        if not self.is_open or self._answer is not None:
            return fail(ConnectionLostError(self._path, "the connection cannot be used"))
        answer = self._answer = Deferred[bytes](lambda _: self.close())
        self.transport.write(message)
        return answer

    def close(self) -> None:
        """End the connection at once."""
        self.is_open = False
        self.transport.abortConnection()  # type: ignore[attr-defined]  # what sockets have beyond ITransport

    def dataReceived(self, data: bytes) -> None:
        """Take a piece of an answer; one that was not asked for, or is too large, ends the connection."""
        try:
            self._decoder.feed(data)
            frame = self._decoder.next_frame()
        except FrameTooLong:
            self.close()
            return
        if frame is None:
            return
        answer, self._answer = self._answer, None
        if answer is None:
            self.close()
        else:
            answer.callback(frame)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Whoever waits for an answer gets none."""
        self.is_open = False
        answer, self._answer = self._answer, None
        if answer is not None:
            lost = ConnectionLostError(self._path, "the server went away before its answer was complete")
            answer.errback(lost)
        self._on_lost(self)


class _Factory(ServerFactory):
    """Makes the one connection that there is to be."""

    noisy = False

    def __init__(self, connection: LuxiConnection) -> None:
        self._connection = connection

    def buildProtocol(self, addr: object) -> LuxiConnection:
        """Give the connection."""
        return self._connection


@inlineCallbacks
def connect(
    reactor: ILuxiReactor, path: str, timeout: float, on_lost: Callable[[LuxiConnection], None] = lambda _: None
) -> Generator[Deferred[Any], Any, LuxiConnection]:
    """A connection to the server that listens on *path*.

    A server whose backlog is full is asked again until there is room. It fails with a
    :class:`~ganeti_lite.clients.luxi.ClientError` of the kind that fits.

    :param timeout: seconds to wait for room.
    """
    deadline = reactor.seconds() + timeout
    while True:
        try:
            with _open_socket(path) as opened:  # Twisted takes a descriptor of its own
                connection = LuxiConnection(path, on_lost)
                reactor.adoptStreamConnection(opened.fileno(), socket.AF_UNIX, _Factory(connection))
                return connection
        except BlockingIOError as error:
            if reactor.seconds() >= deadline:
                raise AnswerTimeoutError(path, f"no room for a connection within {timeout:g} s") from error
        except PermissionError as error:
            raise NoPermissionError(path, "permission denied") from error
        except OSError as error:
            raise NoServerError(path, error.strerror or str(error)) from error
        yield deferLater(reactor, _RETRY_PAUSE, lambda: None)


def _open_socket(path: str) -> socket.socket:
    """A socket that is connected, which on this machine is done at once or not at all."""
    opened = socket.socket(socket.AF_UNIX)
    try:
        opened.setblocking(False)
        opened.connect(path)
    except BaseException:
        opened.close()
        raise
    return opened


def call(reactor: ILuxiReactor, path: str, method: str, args: object, timeout: float) -> Deferred[object]:
    """The result of one request to the server that listens on *path*.

    :param timeout: seconds that all of it may take.

    It fails with what :func:`~ganeti_lite.wire.calls.decode_answer` raises, or with a
    :class:`~ganeti_lite.clients.luxi.ClientError` that says why there was no answer.
    """
    calling: Deferred[Any] = connect(reactor, path, timeout)

    def ask(connection: LuxiConnection) -> Deferred[bytes]:
        asking = connection.ask(encode_request(method, args))
        return asking.addBoth(_pass_on_and_close, connection)

    def expire(_result: object, _timeout: float) -> None:
        raise AnswerTimeoutError(path, f"no answer within {timeout:g} s")

    calling.addCallback(ask)
    calling.addTimeout(timeout, reactor, expire)
    return calling.addCallback(decode_answer)


def _pass_on_and_close(outcome: Any, connection: LuxiConnection) -> Any:
    if connection.is_open:
        connection.close()
    return outcome
