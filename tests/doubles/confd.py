"""A confd daemon whose replies a test decides: a real UDP port, served by a thread."""

import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

MAGIC = b"plj0"

Respond = Callable[[Mapping[str, Any]], Iterable[Mapping[str, Any]]]
"""Makes the members ``status``, ``answer`` and ``serial`` of the replies to a request's message; none for silence."""


class ScriptedConfd:
    """A daemon for as long as its block lasts. It looks at signatures and nothing else.

    :ivar messages: what it was asked.
    :param address: where to listen; port 0 for any free one.
    """

    def __init__(self, key: bytes, respond: Respond, address: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self.messages: list[Mapping[str, Any]] = []
        self._key = key
        self._respond = respond
        self._wished = address
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._socket.bind(self._wished)
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self.address)
        self._thread.join()
        self._socket.close()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        host, port = self._socket.getsockname()
        return str(host), int(port)

    def _serve(self) -> None:
        while True:
            datagram, sender = self._socket.recvfrom(65536)
            if not datagram:
                return
            envelope = json.loads(datagram.removeprefix(MAGIC))
            if envelope["hmac"] != self._sign(envelope["salt"], envelope["msg"]):
                continue
            message = json.loads(envelope["msg"])
            self.messages.append(message)
            for members in self._respond(message):
                self._socket.sendto(self._seal(json.dumps({"protocol": 1, **members}), message["rsalt"]), sender)

    def _seal(self, message: str, salt: str) -> bytes:
        return MAGIC + json.dumps({"msg": message, "salt": salt, "hmac": self._sign(salt, message)}).encode()

    def _sign(self, salt: str, message: str) -> str:
        return hmac.new(self._key, (salt + message).encode(), "sha1").hexdigest()
