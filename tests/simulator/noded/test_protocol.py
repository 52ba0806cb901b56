"""A connection's times and ends, on a clock that the test turns."""

from collections.abc import Callable

import pytest
from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.python.failure import Failure

from ganeti_lite.simulator.noded._http import Request
from ganeti_lite.simulator.noded._protocol import Connection, Gate, NodeConnection
from ganeti_lite.simulator.noded._spoil import Delivery, End

from .client import format_request

VERSION = format_request("version", [])
AT_ONCE = Delivery(b"answer")


class Client:
    """The other side of a connection, whose wrapper stands for TLS."""

    def __init__(self, answer: Callable[[Request], Delivery | None]) -> None:
        self.clock = Clock()
        self.transport = StringTransport()
        self.ended: list[Connection] = []
        gate = Gate(lambda _address: NodeConnection(self.clock, answer, self.ended.append))
        self.tls: ProtocolWrapper = WrappingFactory(gate).buildProtocol(None)
        self.tls.makeConnection(self.transport)

    def send(self, data: bytes) -> None:
        """Bytes for the daemon."""
        self.tls.dataReceived(data)

    def close(self) -> None:
        """End the connection from this side."""
        self.tls.connectionLost(Failure(ConnectionDone()))

    @property
    def received(self) -> bytes:
        """All that has come."""
        return bytes(self.transport.value())

    @property
    def is_left_alone(self) -> bool:
        """Whether the daemon neither closes nor has cut the connection."""
        return not (self.transport.disconnecting or self.transport.disconnected)


def test_an_answer_ends_the_connection() -> None:
    """It is sent at once, and so is the end."""
    client = Client(lambda _request: AT_ONCE)
    client.send(VERSION)
    assert client.received == b"answer"
    assert client.transport.disconnecting


def test_a_request_in_pieces_is_read_once() -> None:
    """Byte for byte it is the same request; what comes after it changes nothing."""
    asked: list[Request] = []

    def note(request: Request) -> Delivery:
        asked.append(request)
        return Delivery(b"answer", delay=1)

    client = Client(note)
    for byte in VERSION:
        client.send(bytes((byte,)))
    client.send(VERSION)
    assert [request.call for request in asked] == ["version"]


@pytest.mark.parametrize("sent", [b"", VERSION[:-1]], ids=["none", "part"])
def test_ten_seconds_for_a_request(sent: bytes) -> None:
    """Who has not sent it by then is cut off."""
    client = Client(lambda _request: AT_ONCE)
    client.send(sent)
    client.clock.advance(9.9)
    assert client.is_left_alone
    client.clock.advance(0.1)
    assert client.transport.disconnected
    assert client.received == b""


def test_no_answer_ends_the_connection() -> None:
    """A call that does not exist, or what is no request, is closed upon."""
    for data in (VERSION, b"hello\r\n\r\n"):
        client = Client(lambda _request: None)
        client.send(data)
        assert client.transport.disconnecting
        assert client.received == b""


def test_a_farewell_takes_a_second() -> None:
    """The answer to a client that will close comes at once, the end only if it does not close."""
    client = Client(lambda _request: AT_ONCE)
    client.send(format_request("version", [], "Connection: close"))
    assert client.received == b"answer"
    assert client.is_left_alone
    client.clock.advance(1)
    assert client.transport.disconnecting


def test_pieces_come_in_their_time() -> None:
    """Each piece after its pause, then the end."""
    client = Client(lambda _request: Delivery(b"0123456789abcdef", delay=1, drip=15))
    client.send(VERSION)
    for seconds in range(16):
        assert len(client.received) == seconds
        assert client.is_left_alone
        client.clock.advance(1)
    assert client.received == b"0123456789abcdef"
    assert client.transport.disconnecting


def test_a_reset_is_one() -> None:
    """Nothing is sent before it."""
    client = Client(lambda _request: Delivery(b"", end=End.RESET))
    client.send(VERSION)
    assert client.transport.disconnected
    assert client.received == b""


def test_a_hanging_call_has_no_end() -> None:
    """Neither an answer nor the end of the connection comes, however long one waits."""
    client = Client(lambda _request: Delivery(b"", end=End.STAY))
    client.send(VERSION)
    client.clock.advance(86_400)
    assert client.is_left_alone
    assert client.received == b""


def test_who_does_not_let_go_is_cut_off() -> None:
    """A connection that does not end in spite of everything is ended."""
    client = Client(lambda _request: AT_ONCE)
    client.send(VERSION)
    client.clock.advance(5)
    assert client.transport.disconnected


@pytest.mark.parametrize("delivery", [AT_ONCE, Delivery(b"answer", delay=9), Delivery(b"", end=End.STAY)])
def test_a_client_that_goes_leaves_nothing(delivery: Delivery) -> None:
    """After the end of the connection no timer runs, and the end is noted once."""
    client = Client(lambda _request: delivery)
    client.send(VERSION)
    client.close()
    assert client.clock.getDelayedCalls() == []
    assert len(client.ended) == 1
