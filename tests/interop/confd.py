"""The plainest confd client: it sends what it is given and keeps every byte of the reply.

Written for the tests alone, so that a fault in the project's own client cannot hide one in its server.
"""

import hmac
import itertools
import json
import socket
import time
from typing import Any, Final, Self

from attrs import frozen

MAGIC: Final = b"plj0"
LARGEST: Final = 65536
REPLY_SECONDS: Final = 20.0
"""How long a daemon on a busy machine may take to reply."""

MOMENT_SECONDS: Final = 0.2
"""Longer than any daemon takes that is not overloaded."""

ABSENT: Final = object()
"""A query that is left out."""


@frozen
class ConfdAnswer:
    """What a daemon did about one datagram.

    :ivar raw: the reply; None where there was none.
    """

    raw: bytes | None

    @property
    def message(self) -> Any:
        """The reply's message; the real daemon's is Latin-1."""
        return None if self.raw is None else json.loads(self._envelope["msg"], strict=False)

    def is_signed_with(self, key: bytes) -> bool:
        """Whether the signature is right."""
        data = (self._envelope["salt"] + self._envelope["msg"]).encode()
        return bool(self._envelope["hmac"] == hmac.new(key, data, "sha1").hexdigest())

    @property
    def rsalt(self) -> str:
        """What the reply is marked with."""
        return str(self._envelope["salt"])

    @property
    def _envelope(self) -> Any:
        assert self.raw is not None
        assert self.raw.startswith(MAGIC)
        text = self.raw[len(MAGIC) :]
        return json.loads(text.decode() if text.isascii() else text.decode("latin-1"), strict=False)


class ConfdConnection:
    """One client of one daemon. Whether it keeps silent is found out by asking something else behind."""

    def __init__(self, key: bytes, host: str, port: int) -> None:
        self.key = key
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.settimeout(REPLY_SECONDS)
        self._socket.connect((host, port))
        self._numbers = itertools.count()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._socket.close()

    def seal(self, message: str, *, salt: str | None = None, key: bytes | None = None) -> bytes:
        """A signed datagram with any message."""
        salt = str(int(time.time())) if salt is None else salt
        signature = hmac.new(self.key if key is None else key, (salt + message).encode(), "sha1").hexdigest()
        return MAGIC + json.dumps({"msg": message, "salt": salt, "hmac": signature}).encode()

    def encode(self, request_type: object, query: object = ABSENT) -> bytes:
        """A signed request."""
        message = {"protocol": 1, "type": request_type, "rsalt": f"request-{next(self._numbers)}"}
        return self.seal(json.dumps(message if query is ABSENT else {**message, "query": query}))

    def ask(self, request_type: object, query: object = ABSENT) -> ConfdAnswer:
        """What a daemon replies to a request."""
        return self.send(self.encode(request_type, query))

    def send(self, datagram: bytes) -> ConfdAnswer:
        """What a daemon replies to a datagram."""
        end = f"end-{next(self._numbers)}"
        self._socket.send(datagram)
        self._socket.send(self.seal(json.dumps({"protocol": 1, "type": 0, "rsalt": end})))
        first = ConfdAnswer(self._socket.recv(LARGEST))
        if first.rsalt == end:
            return self._await_reply()  # now and then the real daemon's replies overtake one another
        assert ConfdAnswer(self._socket.recv(LARGEST)).rsalt == end
        return first

    def throw(self, datagram: bytes) -> None:
        """Send a datagram that nobody is expected to reply to."""
        self._socket.send(datagram)

    def ask_with(self, key: bytes, request_type: object) -> ConfdAnswer:
        """What a daemon replies within a moment to a request that is signed with another key."""
        message = json.dumps({"protocol": 1, "type": request_type, "rsalt": f"request-{next(self._numbers)}"})
        self._socket.send(self.seal(message, key=key))
        return self._await_reply()

    def is_answering(self) -> bool:
        """Whether a daemon replies at all, within a moment."""
        try:
            return self.ask_with(self.key, 0).raw is not None
        except ConnectionRefusedError:
            return False

    def _await_reply(self) -> ConfdAnswer:
        """What comes within a moment."""
        self._socket.settimeout(MOMENT_SECONDS)
        try:
            return ConfdAnswer(self._socket.recv(LARGEST))
        except TimeoutError:
            return ConfdAnswer(None)
        finally:
            self._socket.settimeout(REPLY_SECONDS)
