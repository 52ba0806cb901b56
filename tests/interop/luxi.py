"""The plainest Luxi client: it sends what it is given and keeps every byte of the answer.

Written for the tests alone, so that a fault in the project's own client cannot hide one in its server.
"""

import json
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Self

from attrs import frozen

END_OF_MESSAGE: Final = b"\x03"
ANSWER_SECONDS: Final = 30.0
CHUNK: Final = 1 << 18


@frozen
class Answer:
    """What a server said to one request.

    :ivar raw: the message without its end mark; empty where the server closed or kept silent
    :ivar closed: whether the server closed the connection right after it
    :ivar silent: whether nothing came within the time that the connection allows
    """

    raw: bytes
    closed: bool = False
    silent: bool = False

    @property
    def decoded(self) -> Any:
        """The message as JSON; the real daemon's need not be UTF-8, nor are all of its control characters escaped."""
        return json.loads(self.raw.decode("utf-8", errors="surrogateescape"), strict=False)

    @property
    def result(self) -> Any:
        """The value of a successful answer."""
        decoded = self.decoded
        assert decoded["success"] is True, decoded
        return decoded["result"]

    @property
    def error(self) -> Any:
        """``[class, arguments]``, or the text of a request that was none; ``None`` for a successful answer."""
        decoded = self.decoded
        return None if decoded["success"] else decoded["result"]


def encode(method: object, args: object) -> bytes:
    """A request as Ganeti's clients send it, without the end mark."""
    return json.dumps({"method": method, "args": args, "version": 3000000}).encode()


class Connection:
    """One client of the server at a Unix socket, which connects anew after the server has hung up."""

    def __init__(self, path: Path, *, seconds: float = ANSWER_SECONDS) -> None:
        self._path = path
        self._seconds = seconds
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def ask(self, method: object, args: object) -> Answer:
        """The answer to a request of this method with these arguments."""
        return self.send(encode(method, args))

    def send(self, message: bytes) -> Answer:
        """The answer to these bytes and an end mark; an error text is followed until the server hangs up."""
        link = self._connected()
        link.sendall(message + END_OF_MESSAGE)
        try:
            raw, closed = self._receive(link)
        except TimeoutError:
            self.close()
            return Answer(b"", silent=True)
        if not closed and raw.startswith(b'{"success":false,"result":"'):
            closed = self._is_closed(link)
        if closed:
            self.close()
        return Answer(raw, closed=closed)

    def _connected(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.settimeout(self._seconds)
            self._socket.connect(str(self._path))
        return self._socket

    @staticmethod
    def _receive(link: socket.socket) -> tuple[bytes, bool]:
        """One message, and whether the connection ended before its end mark."""
        received = bytearray()
        while not received.endswith(END_OF_MESSAGE):
            chunk = link.recv(CHUNK)
            if not chunk:
                return bytes(received), True
            received += chunk
        return bytes(received[:-1]), False

    @staticmethod
    def _is_closed(link: socket.socket) -> bool:
        try:
            return link.recv(1) == b""
        except TimeoutError:
            return False


def converse(path: Path, parts: Iterable[bytes], *, hang_up: bool = False) -> list[Answer]:
    """What a server says to a client that writes these bytes piece by piece, and waits until it is silent or closes.

    :param hang_up: whether the client closes its side of the connection behind the last piece
    """
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(ANSWER_SECONDS)
        link.connect(str(path))
        expected = 0
        for part in parts:
            link.sendall(part)
            expected += part.count(END_OF_MESSAGE)
        if hang_up:
            link.shutdown(socket.SHUT_WR)
        received = bytearray()
        while received.count(END_OF_MESSAGE) < expected or hang_up:
            chunk = link.recv(CHUNK)
            if not chunk:
                break
            received += chunk
    *messages, rest = bytes(received).split(END_OF_MESSAGE)
    assert not rest, f"half an answer: {rest[:100]!r}"
    return [Answer(message) for message in messages]
