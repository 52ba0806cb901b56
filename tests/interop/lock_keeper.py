"""A made-up daemon that keeps locks: it says of them what a test wants, to any number of clients at once.

The real query daemon leaves its connections open, so that a server of one client at a time would never end.
"""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from .luxi import END_OF_MESSAGE


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False
    answer = b""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), _Conversation)
        self.methods: set[str] = set()


class _Conversation(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        """Answer every request alike."""
        server = cast(_Server, self.server)
        received = b""
        while chunk := self.request.recv(1 << 16):
            received += chunk
            *messages, received = received.split(END_OF_MESSAGE)
            for message in messages:
                server.methods.add(json.loads(message)["method"])
                self.request.sendall(server.answer + END_OF_MESSAGE)


@contextmanager
def keeping(path: Path, told: Any, *, succeeds: bool = True) -> Iterator[set[str]]:
    """A daemon at *path* that answers *told*, for as long as the block lasts; the methods that it is asked for."""
    with _Server(path) as server:
        server.answer = json.dumps({"success": succeeds, "result": told}).encode()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.methods
        finally:
            server.shutdown()
            thread.join()
            path.unlink()
