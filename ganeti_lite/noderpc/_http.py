"""The little HTTP/1.1 that node daemons speak, without I/O.

* One request a connection. ``Connection: close`` is not sent, since the node daemon then answers 40 ms later and keeps
  the connection open for a second after its answer.
* A response is complete by its ``Content-Length``, which is always there; nobody waits for the connection's end.
* Of a response that is not status 200 only the status counts.
"""

import re
from ipaddress import ip_address
from typing import Final

from attrs import frozen

from ganeti_lite.wire.noderpc import HTTP_OK

HEADER_LIMIT: Final = 16 * 1024
"""Bytes of a response's header; node daemons send 150."""

_HEADER_END: Final = b"\r\n\r\n"
_BEGINNING: Final = b"HTTP/1."
_STATUS_LINE: Final = re.compile(rb"HTTP/1\.[01] ([0-9]{3})(?: [^\r\n]*)?\Z")
_CONTENT_LENGTH: Final = re.compile(rb"[ \t]*([0-9]{1,15})[ \t]*\Z")


class MalformedResponseError(Exception):
    """What comes in is no response of a node daemon, or too large a one; the message says what is wrong."""


@frozen
class Response:
    """A whole response; the body is empty unless the status is 200."""

    status: int
    body: bytes


def encode_request(address: str, port: int, method: str, body: bytes) -> bytes:
    """The bytes of a call to the node daemon at ``address``, an IP address without brackets.

    :raises ValueError: ``address`` is no IP address.
    """
    host = f"[{address}]" if ip_address(address).version == 6 else address
    head = (
        f"POST /{method} HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


class ResponseReader:
    """Puts one response together from the pieces in which it comes.

    :param body_limit: bytes that its body may have.
    """

    def __init__(self, body_limit: int) -> None:
        self._body_limit = body_limit
        self._received = bytearray()
        self._body_start: int | None = None
        self._body_size = 0
        self._status = 0

    @property
    def has_begun(self) -> bool:
        """Whether anything has come."""
        return bool(self._received)

    @property
    def progress(self) -> str:
        """How much has come, for people."""
        if not self._received:
            return "nothing"
        if self._body_start is None:
            return "a part of the header"
        return f"{len(self._received) - self._body_start} of {self._body_size} bytes"

    def feed(self, data: bytes) -> Response | None:
        """Take the next bytes; the response, once it is complete, after which the reader is of no more use.

        :raises MalformedResponseError: as soon as it cannot become a response within the limits any more.
        """
        self._received += data
        if self._body_start is None:
            self._read_header()
        if self._body_start is None:
            return None
        if self._status != HTTP_OK:
            return Response(self._status, b"")
        end = self._body_start + self._body_size
        if len(self._received) < end:
            return None
        body = bytes(memoryview(self._received)[self._body_start : end])
        self._received = bytearray()  # who keeps the reader does not keep the bytes
        return Response(self._status, body)

    def _read_header(self) -> None:
        if self._received[: len(_BEGINNING)] != _BEGINNING[: len(self._received)]:
            raise MalformedResponseError(f"the answer is not HTTP: {bytes(self._received[:20])!r}")
        end = self._received.find(_HEADER_END, 0, HEADER_LIMIT)
        if end < 0:
            if len(self._received) >= HEADER_LIMIT:
                raise MalformedResponseError(f"the answer's header has more than {HEADER_LIMIT} bytes")
            return
        status_line, *lines = bytes(self._received[:end]).split(b"\r\n")
        self._status = _parse_status(status_line)
        if self._status == HTTP_OK:
            self._body_size = self._check_size(_parse_size(lines))
        self._body_start = end + len(_HEADER_END)

    def _check_size(self, size: int) -> int:
        if size > self._body_limit:
            raise MalformedResponseError(f"the answer has {size} bytes, more than {self._body_limit}")
        return size


def _parse_status(line: bytes) -> int:
    found = _STATUS_LINE.match(line)
    if found is None:
        raise MalformedResponseError(f"the answer has no HTTP status: {line[:40]!r}")
    return int(found[1])


def _parse_size(lines: list[bytes]) -> int:
    """The value of Content-Length."""
    for line in lines:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length" and (found := _CONTENT_LENGTH.match(value)):
            return int(found[1])
    raise MalformedResponseError("the answer does not say how long it is")
