"""A Luxi client that waits: one connection, one request at a time, nothing but the standard library.

The limits of time are those of Ganeti's own client: 30 seconds to connect, 180 without a byte. A server whose backlog
is full refuses with ``EAGAIN``, which is tried again until the first of them is over.
"""

import select
import socket
import struct
import sys
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final, NamedTuple, Self

from ganeti_lite.wire.calls import decode_answer, encode_request
from ganeti_lite.wire.framing import FrameDecoder

CONNECT_TIMEOUT: Final = 30.0
"""Seconds."""

ANSWER_TIMEOUT: Final = 180.0
"""Seconds between two pieces of an answer, and for each piece of a request."""

_RETRY_PAUSE: Final = 0.1
"""Seconds between two attempts to connect; a backlog is worked off within milliseconds, or not at all."""

_CREDENTIALS: Final = "3i"
"""What the kernel tells of the other side: process, user, group."""

_RECEIVE_SIZE: Final = 1024 * 1024

_TICK: Final = 1000
"""Milliseconds between two calls of :attr:`LuxiClient.on_waiting`."""


class ClientError(Exception):
    """There was no answer.

    :ivar path: the socket.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path


class NoServerError(ClientError):
    """Nobody listens."""


class NoPermissionError(ClientError):
    """The socket is not for this user."""


class AnswerTimeoutError(ClientError):
    """The server took too long, to let us in or to answer."""


class ConnectionLostError(ClientError):
    """The server went away before its answer was complete."""


def connect_patiently(
    connect: Callable[[], socket.socket],
    path: str,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> socket.socket:
    """What ``connect`` returns, once the server has room.

    :param connect: one attempt; raises what :meth:`socket.socket.connect` raises.
    :raises ClientError: of the kind that fits.
    """
    deadline = clock() + CONNECT_TIMEOUT
    while True:
        try:
            return connect()
        except BlockingIOError as error:
            if clock() >= deadline:
                raise AnswerTimeoutError(path, f"no room for a connection within {CONNECT_TIMEOUT:g} s") from error
            sleep(_RETRY_PAUSE)
        except TimeoutError as error:
            raise AnswerTimeoutError(path, f"no connection within {CONNECT_TIMEOUT:g} s") from error
        except PermissionError as error:
            raise NoPermissionError(path, "permission denied") from error
        except OSError as error:
            raise NoServerError(path, error.strerror or str(error)) from error


def open_unix_socket(path: str) -> socket.socket:
    """One attempt to connect to a server on this machine."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(CONNECT_TIMEOUT)
        connection.connect(path)
    except BaseException:
        connection.close()
        raise
    return connection


class ServerProcess(NamedTuple):
    """Who has begun to listen on a socket."""

    pid: int
    uid: int
    gid: int


class LuxiClient:
    """A connection to one server; a context manager that closes it.

    After :class:`~ganeti_lite.wire.calls.RequestRefused` or a :class:`ClientError` it is of no more use before it has
    been connected anew.

    :ivar on_waiting: called about every second while an answer is awaited, with the seconds since it was asked for.
    """

    def __init__(self, path: str, connection: socket.socket, answer_timeout: float = ANSWER_TIMEOUT) -> None:
        self.on_waiting: Callable[[float], None] | None = None
        self._path = path
        self._answer_timeout = answer_timeout
        self._use(connection)

    @classmethod
    def connect(cls, path: str) -> "LuxiClient":
        """A client of the server that listens on ``path``.

        :raises ClientError: of the kind that fits.
        """
        return cls(path, connect_patiently(lambda: open_unix_socket(path), path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def reconnect(self) -> None:
        """Connect anew to what listens at the same place; an answer that was on its way is forgotten.

        :raises ClientError: as :meth:`connect`; it can be tried again.
        """
        self._connection.close()
        self._use(connect_patiently(lambda: open_unix_socket(self._path), self._path))

    @property
    def answer_timeout(self) -> float:
        """Seconds between two pieces of an answer, and for each piece of a request."""
        return self._answer_timeout

    @answer_timeout.setter
    def answer_timeout(self, seconds: float) -> None:
        self._answer_timeout = seconds
        self._connection.settimeout(seconds)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def call(self, method: str, args: object) -> object:
        """The result of one request.

        :raises GanetiError: the server's error.
        :raises RequestRefused: the server did not understand the request.
        :raises MalformedAnswerError: this client did not understand the server.
        :raises ClientError: there was no answer.
        """
        try:
            self._connection.sendall(encode_request(method, args))
            return decode_answer(self._receive())
        except TimeoutError as error:
            raise AnswerTimeoutError(self._path, f"no answer within {self.answer_timeout:g} s") from error
        except OSError as error:
            raise ConnectionLostError(self._path, error.strerror or str(error)) from error

    @property
    def server(self) -> ServerProcess:
        """The process that listens (Linux)."""
        size = struct.calcsize(_CREDENTIALS)
        credentials = self._connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        return ServerProcess(*struct.unpack(_CREDENTIALS, credentials))

    def query(self, item_type: str, fields: Sequence[str], qfilter: object) -> object:
        """Definitions of ``fields``, and a row of ``[status, value]`` for each item that passes ``qfilter``."""
        return self.call("Query", [item_type, list(fields), qfilter])

    def query_fields(self, item_type: str, fields: Sequence[str] | None) -> object:
        """Definitions of ``fields``, all if there are none."""
        return self.call("QueryFields", [item_type, None if fields is None else list(fields)])

    def _use(self, connection: socket.socket) -> None:
        connection.settimeout(self._answer_timeout)
        self._connection = connection
        self._decoder = FrameDecoder(limit=sys.maxsize)  # a server is trusted with the size of its answers

    def _receive(self) -> bytes:
        if self.on_waiting is not None:
            self._await_bytes(self.on_waiting)
        while (frame := self._decoder.next_frame()) is None:
            data = self._connection.recv(_RECEIVE_SIZE)
            if not data:
                raise ConnectionLostError(self._path, "the server closed the connection without a whole answer")
            self._decoder.feed(data)
        return frame

    def _await_bytes(self, on_waiting: Callable[[float], None]) -> None:
        """Return once there is something to receive, or the time for it is over, which receiving notices."""
        readable = select.poll()
        readable.register(self._connection, select.POLLIN)
        start = time.monotonic()
        while not readable.poll(_TICK):
            waited = time.monotonic() - start
            if waited > self.answer_timeout:
                raise TimeoutError
            on_waiting(waited)
