"""The HTTP that node daemons speak, without sockets."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.noderpc._http import (
    HEADER_LIMIT,
    MalformedResponseError,
    Response,
    ResponseReader,
    encode_request,
)

RESPONSE = (
    b"HTTP/1.1 200 OK\r\nConnection: close\r\nDate: Sun, 22 Nov 2026 19:35:32 GMT\r\n"
    b"Server: Ganeti 3.0.2\r\nContent-Length: 16\r\n\r\n[true, 3000000]\n"
)
"""As Ganeti 3.0.2's node daemon writes it."""


def read(*pieces: bytes, limit: int = 1000) -> Response | None:
    """What a reader makes of these pieces."""
    reader = ResponseReader(limit)
    response = None
    for piece in pieces:
        response = reader.feed(piece)
    return response


def test_request() -> None:
    """A request says where it goes and how long it is, and does not ask for the connection to be closed."""
    assert encode_request("192.0.2.11", 1811, "version", b"[]") == (
        b"POST /version HTTP/1.1\r\nHost: 192.0.2.11:1811\r\n"
        b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"
    )


def test_request_by_ipv6() -> None:
    """The address is in brackets."""
    assert b"\r\nHost: [2001:db8::1]:1811\r\n" in encode_request("2001:db8::1", 1811, "version", b"[]")


def test_request_needs_an_ip_address() -> None:
    """Names are not looked up."""
    with pytest.raises(ValueError, match=r"node1\.example\.com"):
        encode_request("node1.example.com", 1811, "version", b"[]")


def test_response_whole_and_byte_by_byte() -> None:
    """How it is cut makes no difference, and what follows it neither."""
    expected = Response(200, b"[true, 3000000]\n")
    assert read(RESPONSE) == expected
    assert read(*(bytes([byte]) for byte in RESPONSE)) == expected
    assert read(RESPONSE + b"more") == expected
    assert read(RESPONSE[:-1]) is None


@given(st.lists(st.integers(0, len(RESPONSE)), max_size=6))
def test_response_in_any_pieces(cuts: list[int]) -> None:
    """The response is there with its last byte, not before."""
    places = sorted({0, *cuts, len(RESPONSE)})
    pieces = [RESPONSE[start:end] for start, end in pairwise(places)]
    reader = ResponseReader(1000)
    assert [reader.feed(piece) for piece in pieces[:-1]] == [None] * (len(pieces) - 1)
    assert reader.feed(pieces[-1]) == Response(200, b"[true, 3000000]\n")


def test_other_status_needs_no_body() -> None:
    """An error page is not waited for."""
    assert read(b"HTTP/1.0 403 Forbidden\r\nServer: x\r\n\r\n") == Response(403, b"")
    assert read(b"HTTP/1.1 500\r\n\r\n<html>") == Response(500, b"")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"SSH-2.0", "not HTTP"),
        (b"H4", "not HTTP"),
        (b"HTTP/1.1 OK\r\n\r\n", "no HTTP status"),
        (b"HTTP/1.2 200 OK\r\n\r\n", "no HTTP status"),
        (b"HTTP/1.1 200 OK\r\n\r\n[true, 1]", "how long"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "how long"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0x10\r\n\r\n", "how long"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n", "how long"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", "1001 bytes"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * HEADER_LIMIT, "header"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * HEADER_LIMIT + b"\r\n\r\n", "header"),
    ],
)
def test_what_is_no_response(data: bytes, reason: str) -> None:
    """It is refused as soon as it shows, and memory is bounded."""
    with pytest.raises(MalformedResponseError, match=reason):
        read(data)


def test_progress() -> None:
    """Of half a response it can be said how much it was."""
    reader = ResponseReader(1000)
    assert (reader.has_begun, reader.progress) == (False, "nothing")
    reader.feed(RESPONSE[:50])
    assert (reader.has_begun, reader.progress) == (True, "a part of the header")
    reader.feed(RESPONSE[50:-6])
    assert reader.progress == "10 of 16 bytes"
