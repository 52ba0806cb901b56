"""Requests and answers as bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.simulator.noded._http import RefusedRequestError, Request, format_response, read_request

GOOD = b"POST /node_info HTTP/1.1\r\nHost: node\r\nContent-Length: 8\r\n\r\n[[], []]"


def request(line: str = "POST /version HTTP/1.1", *headers: str, body: str = "[]") -> bytes:
    """A request of these parts."""
    return "\r\n".join((line, *headers, "", body)).encode()


def test_a_request() -> None:
    """Call and body are what they were sent as."""
    assert read_request(GOOD) == Request("node_info", "HTTP/1.1", False, b"[[], []]")


@given(st.integers(0, len(GOOD) - 1))
def test_a_part_of_a_request_is_waited_for(size: int) -> None:
    """As long as something is missing there is no request, and no error."""
    assert read_request(GOOD[:size]) is None


@pytest.mark.parametrize(
    "line", ["POST version HTTP/1.1", "post /version HTTP/1.1", "POST /version HTTP/1.0", "POST /version HTTP/1.2"]
)
def test_forms_of_the_request_line(line: str) -> None:
    """No slash, lower case and other versions of HTTP 1 will do; the answer repeats the version."""
    read = read_request(request(line, "Host: node", "Content-Length: 2"))
    assert read is not None
    assert (read.call, read.version) == ("version", line[-8:])


@pytest.mark.parametrize("length", ["", "Content-Length: -5", "Content-Length: many", "Transfer-Encoding: chunked"])
def test_without_a_length_the_body_is_what_has_come(length: str) -> None:
    """A length that is none counts as 0, and everything after the headers is the body."""
    read = read_request(request("POST /version HTTP/1.1", "Host: node", length))
    assert read is not None
    assert read.body in (b"[]", b"\r\n[]")


@pytest.mark.parametrize(
    "received",
    [
        request("GET /version HTTP/1.1", "Host: node"),
        request("POST /version HTTP/2.0", "Host: node"),
        request("POST /version HTTP/1.1", "Content-Length: 2"),
        request("POST /version HTTP/1.1", "Host: node", "X: " + "x" * 4096),
        request(f"POST /{'x' * 8192} HTTP/1.1", "Host: node"),
        b"POST /version HTTP/1.1\nHost: node\r\n\r\n[]",
        b"hello\r\n\r\n",
        b"x" * 9000,
    ],
)
def test_what_will_never_be_a_request(received: bytes) -> None:
    """It is refused, without waiting for more."""
    with pytest.raises(RefusedRequestError):
        read_request(received)


@pytest.mark.parametrize(
    ("received", "is_last"),
    [
        (request("POST /x HTTP/1.1", "Host: node", "Connection: Close"), True),
        (request("POST /x HTTP/1.1", "Host: node", "Connection: keep-alive"), False),
        (request("POST /x HTTP/1.0"), True),
    ],
)
def test_clients_that_will_close(received: bytes, is_last: bool) -> None:
    """They say so, or speak HTTP/1.0, which needs no Host."""
    read = read_request(received)
    assert read is not None
    assert read.is_last is is_last


def test_an_answer() -> None:
    """Its lines are the real daemon's, in the same order."""
    assert format_response("HTTP/1.1", b"[true, 3000000]\n", 1_795_375_800.0) == (
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nDate: Sun, 22 Nov 2026 19:30:00 GMT\r\nServer: Ganeti 3.0.2\r\n"
        b"Content-Length: 16\r\n\r\n[true, 3000000]\n"
    )
