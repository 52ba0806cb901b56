"""One connection: order, closing, backpressure, timeouts. Messages are made up; what they mean is tested elsewhere."""

import socket
from collections.abc import Hashable, Iterable, Iterator
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IHalfCloseableProtocol, IPushProducer
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from zope.interface.verify import verifyObject

from ganeti_lite.serving.byte_budget import STANDSTILL
from ganeti_lite.serving.limits import ClientLimits
from ganeti_lite.serving.luxi import BURST, PIECE, READ_AHEAD, TIMEOUT, LuxiProtocol, Shared
from ganeti_lite.serving.needs import Answer


class Answers:
    """Answers requests by their own bytes, at once or when it is told to."""

    def __init__(self, *, is_manual: bool = False) -> None:
        self.is_manual = is_manual
        self.asked: list[bytes] = []
        self.cancelled: list[bytes] = []
        self.open: list[Deferred[Answer]] = []

    def __call__(self, frame: bytes, client: Hashable) -> Deferred[Answer]:
        self.asked.append(frame)
        if not self.is_manual:
            return succeed(answer_to(frame))
        self.open.append(Deferred(lambda _: self.cancelled.append(frame)))
        return self.open[-1]

    def release(self) -> None:
        """Give the oldest answer that is waited for."""
        self.open.pop(0).callback(answer_to(self.asked[len(self.asked) - len(self.open) - 1]))


def answer_to(frame: bytes) -> Answer:
    """The request in brackets; one that says so closes."""
    return Answer(b"<" + frame + b">\x03", closes=frame == b"close")


LIMITS: Final = ClientLimits()


class Client:
    """The other side of a protocol."""

    def __init__(
        self, answers: Answers, transport: StringTransport | None = None, limits: ClientLimits = LIMITS
    ) -> None:
        self.clock = Clock()
        self.transport = transport or StringTransport()
        self.protocol = LuxiProtocol(Shared.within(limits, answers, self.clock))
        self.protocol.makeConnection(self.transport)

    def send(self, *chunks: bytes) -> bytes:
        """All that has come back after these bytes."""
        for chunk in chunks:
            self.protocol.dataReceived(chunk)
        self.clock.advance(0)
        return self.received

    def is_dropped(self) -> bool:
        """Whether the connection was cut."""
        return bool(self.transport.disconnected)

    @property
    def received(self) -> bytes:
        """All that has come back."""
        return bytes(self.transport.value())


def test_interfaces() -> None:
    """The protocol is what it says: half-closeable, and a producer for its transport."""
    protocol = LuxiProtocol(Shared.within(ClientLimits(), Answers(), Clock()))
    assert verifyObject(IHalfCloseableProtocol, protocol)
    assert verifyObject(IPushProducer, protocol)


def test_requests_are_answered_in_order() -> None:
    """Pipelined requests get their answers one after the other."""
    assert Client(Answers()).send(b"a\x03b\x03", b"c\x03") == b"<a>\x03<b>\x03<c>\x03"


@given(st.lists(st.binary(max_size=9).filter(lambda frame: b"\x03" not in frame), max_size=2 * BURST), st.data())
def test_any_chunks_give_the_same_answers(frames: list[bytes], data: st.DataObject) -> None:
    """However the bytes are cut, the answers are the same."""
    stream = b"".join(frame + b"\x03" for frame in frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=5)))
    client = Client(Answers())
    chunks = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    client.send(*chunks)
    for _ in frames:
        client.clock.advance(0)
    kept = frames[: frames.index(b"close") + 1] if b"close" in frames else frames
    assert client.received == b"".join(answer_to(frame).message for frame in kept)


def test_one_request_at_a_time() -> None:
    """While one request is worked on, the next is not begun."""
    answers = Answers(is_manual=True)
    client = Client(answers)
    client.send(b"a\x03b\x03")
    assert answers.asked == [b"a"]
    answers.release()
    assert answers.asked == [b"a", b"b"]
    answers.release()
    assert client.received == b"<a>\x03<b>\x03"
    assert client.transport.producerState == "producing"


def test_little_is_read_ahead() -> None:
    """While one request is worked on, a bounded part of what follows is read, and all of it in the end."""
    answers = Answers(is_manual=True)
    client = Client(answers)
    client.send(b"a\x03")
    assert client.transport.producerState == "producing"
    client.send(b"x" * (READ_AHEAD + 1))
    assert client.transport.producerState == "paused"
    answers.release()
    assert client.transport.producerState == "producing"
    client.send(b"\x03")
    answers.release()
    assert client.received == b"<a>\x03<" + b"x" * (READ_AHEAD + 1) + b">\x03"


class SocketTransport(StringTransport):
    """A transport with a real socket, so that it can be seen whether the other side is there."""

    def __init__(self) -> None:
        super().__init__()
        self.near, self.far = socket.socketpair()

    def fileno(self) -> int:
        """The socket's descriptor."""
        return self.near.fileno()


@pytest.fixture
def transport() -> Iterator[SocketTransport]:
    """A transport whose two sockets are closed in the end."""
    made = SocketTransport()
    yield made
    made.near.close()
    made.far.close()


def test_what_is_made_for_a_client_that_is_gone_is_cancelled(transport: SocketTransport) -> None:
    """A client that closes its connection is seen to be gone, and the work for it ends."""
    answers = Answers(is_manual=True)
    client = Client(answers, transport)
    client.send(b"a\x03b\x03")
    transport.far.close()
    client.protocol.readConnectionLost()
    assert client.is_dropped()
    client.protocol.connectionLost()
    assert answers.cancelled == [b"a"]
    assert answers.asked == [b"a"]
    assert not client.clock.getDelayedCalls()


def test_a_client_that_only_stops_sending_is_not_gone(transport: SocketTransport) -> None:
    """A client that closes its sending half waits for its answer, and gets it."""
    answers = Answers(is_manual=True)
    client = Client(answers, transport)
    client.send(b"a\x03")
    transport.far.shutdown(socket.SHUT_WR)
    client.protocol.readConnectionLost()
    assert not client.is_dropped()
    answers.release()
    assert client.received == b"<a>\x03"
    assert answers.cancelled == []


def test_a_closing_answer_ends_the_connection() -> None:
    """Behind an answer that closes nothing more is answered."""
    client = Client(Answers())
    assert client.send(b"close\x03a\x03") == b"<close>\x03"
    assert client.transport.disconnecting


def test_client_that_has_ended_still_gets_its_answer(transport: SocketTransport) -> None:
    """A client may close its half behind a request: the answer comes, then the end."""
    answers = Answers(is_manual=True)
    client = Client(answers, transport)
    client.send(b"a\x03")
    client.protocol.readConnectionLost()
    assert not client.transport.disconnecting
    answers.release()
    assert client.received == b"<a>\x03"
    assert client.transport.disconnecting


@pytest.mark.parametrize("rest", [b"", b"half a request"])
def test_client_that_ends_between_or_in_requests_gets_nothing(rest: bytes) -> None:
    """The end of the stream ends the connection, without an answer to what is incomplete."""
    client = Client(Answers())
    client.send(b"a\x03" + rest)
    client.protocol.readConnectionLost()
    assert client.received == b"<a>\x03"
    assert client.transport.disconnecting


class SlowTransport(StringTransport):
    """Takes a piece and then asks to wait, as a real one does whose peer does not read."""

    def write(self, data: bytes) -> None:
        """Take the bytes; the producer is to pause."""
        super().write(data)
        assert self.producer is not None
        self.producer.pauseProducing()


def test_large_answers_wait_for_the_client() -> None:
    """Of a large answer only one piece at a time is handed out, each when the one before has left."""
    frame = b"x" * (3 * PIECE)
    client = Client(Answers(), SlowTransport())
    client.send(frame + b"\x03next\x03")
    handed_out = []
    while len(client.received) < len(frame) + 3:
        handed_out.append(len(client.received))
        client.protocol.resumeProducing()
    assert handed_out == [PIECE, 2 * PIECE, 3 * PIECE]
    assert client.received == b"<" + frame + b">\x03"
    client.protocol.resumeProducing()
    assert client.received.endswith(b"<next>\x03")


def test_client_that_takes_nothing_is_dropped() -> None:
    """A client that does not read its answer is dropped after a while."""
    client = Client(Answers(), SlowTransport())
    client.send(b"a\x03")
    client.clock.advance(TIMEOUT - 1)
    assert not client.is_dropped()
    client.clock.advance(1)
    assert client.is_dropped()


@pytest.mark.parametrize("sent", [b"", b"half a request"])
def test_silent_client_is_dropped(sent: bytes) -> None:
    """A client that sends nothing for a while is dropped, without an answer."""
    client = Client(Answers())
    client.send(sent)
    client.clock.advance(TIMEOUT - 1)
    client.send(b"x")
    client.clock.advance(TIMEOUT - 1)
    assert not client.is_dropped()
    client.clock.advance(1)
    assert client.is_dropped()
    assert client.received == b""


def test_client_whose_answer_takes_long_is_not_dropped() -> None:
    """While an answer is being made, no timeout runs."""
    answers = Answers(is_manual=True)
    client = Client(answers)
    client.send(b"a\x03")
    client.clock.advance(10 * TIMEOUT)
    answers.release()
    assert client.received == b"<a>\x03"
    assert not client.is_dropped()


def test_endless_request_is_dropped() -> None:
    """A request without an end is dropped once it exceeds the limit, and costs no more memory than that."""
    client = Client(Answers())
    chunk = b"x" * (1 << 20)
    chunks: Iterable[bytes] = (chunk for _ in range(200))
    for piece in chunks:
        client.protocol.dataReceived(piece)
        if client.transport.disconnecting:
            break
    assert client.transport.disconnecting
    assert client.received.startswith(b'{"success":false,"result":"Failed to parse request: a message of more than ')


def test_lost_connection_leaves_no_timer() -> None:
    """After the end of a connection nothing of it is scheduled, whatever it was doing."""
    for is_manual in (False, True):
        answers = Answers(is_manual=is_manual)
        client = Client(answers)
        client.send(b"a\x03b\x03")
        client.protocol.connectionLost()
        client.clock.advance(0)
        assert not client.clock.getDelayedCalls()
        assert answers.asked == ([b"a"] if is_manual else [b"a", b"b"])


def test_a_request_that_is_too_long_is_told_so() -> None:
    """The limit is an option; who exceeds it gets an error, not silence, and no more is read of him."""
    client = Client(Answers(), limits=ClientLimits(request_size=100))
    received = client.send(b"a\x03" + b"x" * 101)
    assert received.startswith(b"<a>\x03")
    assert b"a message of more than 100 bytes" in received
    assert received.endswith(b"\x03")
    assert client.transport.producerState == "paused"
    assert client.transport.disconnecting


def test_what_came_before_is_answered_first() -> None:
    """Requests that were whole before the one that is too long get their answers, in order."""
    answers = Answers(is_manual=True)
    client = Client(answers, limits=ClientLimits(request_size=100))
    client.send(b"a\x03b\x03" + b"x" * 101)
    assert client.received == b""
    answers.release()
    answers.release()
    assert client.received.startswith(b"<a>\x03<b>\x03{")
    assert client.transport.disconnecting


def crowd(limits: ClientLimits, size: int, answers: Answers) -> list[Client]:
    """Clients that share the limits."""
    clients = [Client(answers, SlowTransport()) for _ in range(size)]
    shared = Shared.within(limits, answers, clients[0].clock)
    for client in clients:
        client.clock = clients[0].clock
        client.protocol = LuxiProtocol(shared)
        client.transport = SlowTransport()
        client.protocol.makeConnection(client.transport)
    return clients


def test_memory_for_requests_is_shared() -> None:
    """Requests that never end take no more memory than there is for all: those that stand still give way."""
    waiting, *others = crowd(ClientLimits(request_memory=3 * READ_AHEAD), 3, Answers())
    part = b"x" * (READ_AHEAD + 1)
    waiting.send(part)
    others[0].send(part)
    waiting.clock.advance(STANDSTILL / 2)
    refused = others[1].send(part)
    assert b"memory there is for requests" in refused
    assert others[1].transport.disconnecting
    waiting.clock.advance(STANDSTILL / 2)
    others[0].send(part)
    assert waiting.is_dropped()
    assert not others[0].is_dropped()
    assert b"x" * 10 in others[0].send(b"\x03")


def test_memory_for_answers_is_shared() -> None:
    """Who does not read gives way to who wants to; if all read, the next one is told that there is no memory now."""
    reading, sleeping, late, last = crowd(ClientLimits(answer_memory=10 * PIECE), 4, Answers())
    request = b"x" * (4 * PIECE) + b"\x03"
    reading.send(request)
    sleeping.send(request)
    assert b"memory there is for answers" in late.send(request)
    reading.clock.advance(STANDSTILL)
    reading.protocol.resumeProducing()
    last.send(request)
    assert sleeping.is_dropped()
    assert not reading.is_dropped()
    for _ in range(6):
        reading.protocol.resumeProducing()
        last.protocol.resumeProducing()
    assert len(reading.received) == len(last.received) == len(request) + 2
