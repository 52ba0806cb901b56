"""A Luxi server whose answers a test decides: a real Unix socket, served by a thread."""

import json
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from ganeti_lite.wire.framing import FrameDecoder

Respond = Callable[[str, Any], Iterable[bytes] | None]
"""Makes the pieces of the answer to a method and its arguments; ``None`` to close the connection instead."""


def succeed(result: object) -> list[bytes]:
    """The answer that brings a result."""
    return [json.dumps({"success": True, "result": result}).encode() + b"\x03"]


def fail(error: object) -> list[bytes]:
    """The answer that brings an error: ``[class, [argument, ...]]`` or a string."""
    return [json.dumps({"success": False, "result": error}).encode() + b"\x03"]


class ScriptedServer:
    """A server for as long as its block lasts.

    :ivar requests: the ``(method, args)`` that it was asked, in order.
    """

    def __init__(self, path: Path, respond: Respond) -> None:
        self.path = path
        self.requests: list[tuple[str, Any]] = []
        self._respond = respond
        self._listener = socket.socket(socket.AF_UNIX)
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._listener.bind(str(self.path))
        self._listener.listen()
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        self.path.unlink()

    def _serve(self) -> None:
        with suppress(OSError):  # the listener is shut down
            while True:
                with self._listener.accept()[0] as connection, suppress(ConnectionError):
                    self._converse(connection)

    def _converse(self, connection: socket.socket) -> None:
        decoder = FrameDecoder()
        while data := connection.recv(65536):
            decoder.feed(data)
            while frame := decoder.next_frame():
                request = json.loads(frame)
                self.requests.append((request["method"], request["args"]))
                pieces = self._respond(request["method"], request["args"])
                if pieces is None:
                    return
                for piece in pieces:
                    connection.sendall(piece)
