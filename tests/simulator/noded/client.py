"""A plain client of node daemons: blocking sockets and Python's own TLS, nothing of the code under test."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from attrs import frozen

PATIENCE: Final = 10.0
"""Seconds for anything that should come at once."""


@frozen
class Answer:
    """What came back: status line, headers by name, body."""

    status: str
    headers: dict[str, str]
    body: bytes

    @property
    def result(self) -> Any:
        """The body's value."""
        return json.loads(self.body)


def parse_answer(received: bytes) -> Answer:
    """An answer in full, or as much of it as came."""
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("ascii").split("\r\n")
    return Answer(status, dict(line.split(": ", 1) for line in lines), body)


def format_request(call: str, arguments: object, *headers: str) -> bytes:
    """A request as the query daemon sends it."""
    body = json.dumps(arguments).encode("ascii")
    lines = (f"POST /{call} HTTP/1.1", "Host: node", f"Content-Length: {len(body)}", *headers, "", "")
    return "\r\n".join(lines).encode("ascii") + body


@frozen
class NodeClient:
    """Who asks.

    :ivar authority: file with the certificate that nodes must show.
    :ivar own: file with this client's certificate and key; None for a client without.
    :ivar tls_version: the only one that it speaks; None for any.
    """

    authority: Path
    own: Path | None
    port: int
    tls_version: ssl.TLSVersion | None = None

    @contextmanager
    def connected(self, address: str, patience: float = PATIENCE) -> Iterator[ssl.SSLSocket]:
        """A connection after its TLS handshake.

        :raises OSError: there is none within the patience; TLS errors are such, too.
        """
        with (
            socket.create_connection((address, self.port), patience) as plain,
            self.make_context().wrap_socket(plain) as secure,
        ):
            yield secure

    def exchange(self, address: str, request: bytes, patience: float = PATIENCE) -> bytes:
        """Everything that comes until the other side closes."""
        with self.connected(address, patience) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def ask(self, address: str, call: str, arguments: object = (), patience: float = PATIENCE) -> Any:
        """The ``[success, payload]`` of a call."""
        return parse_answer(self.exchange(address, format_request(call, arguments), patience)).result

    def make_context(self) -> ssl.SSLContext:
        """What each connection is made with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.load_verify_locations(self.authority)
        if self.tls_version is not None:
            context.minimum_version = context.maximum_version = self.tls_version
        if self.own is not None:
            context.load_cert_chain(self.own)
        return context
