"""The form of a node daemon's requests and answers, without I/O: HTTP with one request per connection.

It accepts what the real daemon accepts, and no more: on what it does not like the connection is closed without an
answer. Limits and rules as measured with Ganeti 3.0.2.
"""

import re
from email.utils import formatdate
from typing import Final

import attrs

from ganeti_lite.constants import SOFTWARE_VERSION

_LINE_LIMIT: Final = 8192
"""Bytes of the request line."""

_HEADERS_LIMIT: Final = 4096
"""Bytes of all header lines."""

_REQUEST_LINE: Final = re.compile(r"(?P<method>[A-Za-z]+) /?(?P<call>[^\s]*) (?P<version>HTTP/1\.[0-9])")


class RefusedRequestError(Exception):
    """The connection is closed without an answer; the message says why, for the log."""


@attrs.frozen
class Request:
    """A whole request.

    :ivar call: the path without its slash: what is to be done.
    :ivar version: as the client wrote it, and as the answer repeats it: ``HTTP/1.1``.
    :ivar is_last: the client has announced that it will close; the daemon then waits a second for that.
    """

    call: str
    version: str
    is_last: bool
    body: bytes


def read_request(received: bytes) -> Request | None:
    """The request in all that has come over a connection; None while more must come.

    Everything after the headers counts as the body, however long it was said to be.

    :raises RefusedRequestError: it will never be a request.
    """
    head, separator, body = received.partition(b"\r\n\r\n")
    line, _, rest = head.partition(b"\r\n")
    if len(line) > _LINE_LIMIT or len(rest) > _HEADERS_LIMIT:
        raise RefusedRequestError("headers too long")
    if not separator:
        return None
    match = _REQUEST_LINE.fullmatch(line.decode("latin-1"))
    if match is None or match["method"].upper() != "POST":
        raise RefusedRequestError("not a POST request")
    headers = _read_headers(rest)
    if match["version"] != "HTTP/1.0" and "host" not in headers:
        raise RefusedRequestError("no Host header")
    if len(body) < _content_length(headers):
        return None
    is_last = match["version"] == "HTTP/1.0" or headers.get("connection", "").lower() == "close"
    return Request(match["call"], match["version"], is_last, body)


def _read_headers(lines: bytes) -> dict[str, str]:
    """Header fields by their names in lower case; what is not a header is passed over."""
    pairs = (line.split(":", 1) for line in lines.decode("latin-1").split("\r\n") if ":" in line)
    return {name.strip().lower(): value.strip() for name, value in pairs}


def _content_length(headers: dict[str, str]) -> int:
    """Bytes of the body; 0 where it is not said, or not as a number."""
    text = headers.get("content-length", "0")
    return int(text) if text.isascii() and text.isdigit() else 0


def format_response(version: str, body: bytes, now: float, status: str = "200 OK") -> bytes:
    """The bytes of an answer.

    :param version: of the request, as ``HTTP/1.1``.
    :param now: seconds since 1970.
    :param status: code and phrase; the real daemon's answers have no other than 200.
    """
    lines = (
        f"{version} {status}",
        "Connection: close",
        f"Date: {formatdate(now, usegmt=True)}",
        f"Server: Ganeti {SOFTWARE_VERSION}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode("ascii") + body
