"""The Luxi listener: connections, each a stream of requests that are answered in order.

* One request of a connection is worked on at a time; while it is, no more than :data:`READ_AHEAD` is read from it.
* When a client goes away, what is being made for it is cancelled.
* An answer is written in pieces, each when the one before has left, so that a client that does not read costs one
  piece and not its answers.
* A client that sends nothing, or takes nothing, for :data:`TIMEOUT` seconds is dropped; sooner if it keeps memory that
  another needs (:mod:`ganeti_lite.serving.byte_budget`).
* Whoever exceeds a limit is told so.
"""

import select
import socket
from collections.abc import Callable, Generator, Hashable
from functools import partial
from typing import Any, ClassVar

from attrs import frozen
from twisted.internet.defer import CancelledError, Deferred, inlineCallbacks, succeed
from twisted.internet.interfaces import IDelayedCall, IHalfCloseableProtocol, IPushProducer, IReactorTime
from twisted.internet.protocol import Protocol, ServerFactory, connectionDone
from twisted.internet.task import deferLater
from twisted.internet.unix import Server
from twisted.logger import Logger
from twisted.protocols.policies import TimeoutMixin
from twisted.python.failure import Failure
from zope.interface import implementer

from ganeti_lite.errors import LuxiError, RequestParseError
from ganeti_lite.wire.framing import FrameDecoder, FrameTooLong
from ganeti_lite.wire.luxi import encode_error

from .admission import Admission, TurnedAway
from .byte_budget import ByteBudget
from .limits import ClientLimits
from .needs import Answer
from .peers import Peer, read_peer

TIMEOUT = 180.0
"""Seconds, as Ganeti's daemon has it."""

PIECE = 128 * 1024
"""Bytes of an answer that are handed to the transport at once."""

BURST = 16
"""Pipelined requests that are answered before other connections get their turn."""

READ_AHEAD = 64 * 1024
"""Bytes of further requests that are taken in while one is worked on: reading is how the end of a client is seen."""

Answerer = Callable[[bytes, Hashable], Deferred[Answer]]
"""Makes the answer to a request's bytes, for a client: equal ones are the same process. It never fails: what goes wrong
is an answer, too."""


@frozen
class Shared:
    """What all connections share.

    :ivar request_size: bytes that a request may have.
    :ivar requests: memory for requests that are coming in; small ones are not counted.
    :ivar answers: memory for answers that are being read; small ones are not counted.
    """

    answer: Answerer
    clock: IReactorTime
    request_size: int
    requests: ByteBudget
    answers: ByteBudget

    @classmethod
    def within(cls, limits: ClientLimits, answer: Answerer, clock: IReactorTime) -> "Shared":
        """With these limits."""
        requests, answers = ByteBudget(limits.request_memory, clock), ByteBudget(limits.answer_memory, clock)
        return cls(answer, clock, limits.request_size, requests, answers)


@implementer(IHalfCloseableProtocol, IPushProducer)
class LuxiProtocol(Protocol, TimeoutMixin):
    """One client's connection.

    :param client: equal ones are the same process; None if it is not known.
    :param on_end: called when the connection is gone.
    """

    log: ClassVar = Logger()
    transport: Server

    def __init__(self, shared: Shared, client: Peer | None = None, on_end: Callable[[], object] = lambda: None) -> None:
        self._shared = shared
        self._peer = client
        self._client: Hashable = client or self
        self._on_end = on_end
        self._decoder = FrameDecoder(shared.request_size)
        self._is_serving = False
        self._has_client_ended = False
        self._is_lost = False
        self._is_reading = True
        self._refusal: str | None = None
        self._working: Deferred[Answer] | None = None
        self._drained: Deferred[None] | None = None

    def connectionMade(self) -> None:
        """Start the clock, and let the transport say when to stop writing."""
        self.transport.registerProducer(self, streaming=True)
        self.setTimeout(TIMEOUT)

    def dataReceived(self, data: bytes) -> None:
        """Take bytes of the stream; a request that exceeds the limits ends the connection behind those before it."""
        self.resetTimeout()
        try:
            self._decoder.feed(data)
        except FrameTooLong as error:
            self._refusal = str(error)
        self._start_serving()
        self._account_for_requests()
        self._regulate_reading()

    def readConnectionLost(self) -> None:
        """The client sends no more: what it has asked for is still answered, unless it is gone altogether."""
        self._has_client_ended = True
        if not self._is_serving:
            self._close()
        elif has_hung_up(self.transport.fileno()):
            self.transport.abortConnection()

    def writeConnectionLost(self) -> None:
        """The client takes no more answers."""
        self._close()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Forget the connection, and what is being made for it."""
        self._is_lost = True
        if self._working is not None:
            self._working.cancel()
        self._shared.requests.release(self)
        self.setTimeout(None)
        self.resumeProducing()
        self._on_end()

    def callLater(self, period: float, func: Callable[[], object]) -> IDelayedCall:
        """Start a timeout on our clock."""
        return self._shared.clock.callLater(period, func)

    def timeoutConnection(self) -> None:
        """Drop a client that neither sends nor takes anything."""
        self.transport.abortConnection()

    def give_way(self) -> None:
        """Drop a client that keeps memory which another needs."""
        self.log.warn("dropped a client ({peer}) that stood still and kept memory", peer=self._peer or "unknown")
        self.transport.abortConnection()

    def pauseProducing(self) -> None:
        """The transport has enough for now."""
        if self._drained is None:
            self._drained = Deferred()

    def resumeProducing(self) -> None:
        """The transport can take more."""
        drained, self._drained = self._drained, None
        if drained is not None:
            self.resetTimeout()
            drained.callback(None)

    def stopProducing(self) -> None:
        """The connection is gone."""
        self.resumeProducing()

    def _start_serving(self) -> None:
        if not self._is_serving:
            serving = self._serve()
            serving.addErrback(lambda failure: self.log.failure("serving a client", failure))

    @inlineCallbacks
    def _serve(self) -> Generator[Deferred[Any], Any, None]:
        """Answer the complete requests that have come in, one after the other."""
        self._is_serving = True
        served = 0
        while not self._is_lost and (frame := self._decoder.next_frame()) is not None:
            self.setTimeout(None)
            self._working = self._shared.answer(frame, self._client)
            try:
                answer: Answer = yield self._working
            except CancelledError:
                return
            finally:
                self._working = None
            yield self._write(answer.message)
            if answer.closes:
                self._close()
                return
            served += 1
            if served % BURST == 0:
                yield deferLater(self._shared.clock, 0, lambda: None)
        self._is_serving = False
        if self._is_lost:
            return
        if self._refusal is not None:
            self._refuse(self._refusal)
            return
        self.setTimeout(TIMEOUT)
        self._regulate_reading()
        if self._has_client_ended:
            self._close()

    def _regulate_reading(self) -> None:
        """Read on unless enough has been read ahead."""
        may_read_on = not self._is_serving or self._decoder.pending <= READ_AHEAD
        wants_reading = self._refusal is None and may_read_on
        if wants_reading and not self._is_reading:
            self.transport.resumeProducing()
        elif self._is_reading and not wants_reading:
            self.transport.pauseProducing()
        self._is_reading = wants_reading

    def _close(self) -> None:
        """End the connection once what was written has left."""
        self.transport.unregisterProducer()  # a transport that waits for its producer would never close
        self.transport.loseConnection()

    def _account_for_requests(self) -> None:
        """Ask for the memory that has been taken in; if there is none, what has come is forgotten."""
        budget, pending = self._shared.requests, self._decoder.pending
        if pending <= READ_AHEAD:
            budget.release(self)
        elif not budget.hold(self, pending, self):
            self._decoder = FrameDecoder(self._shared.request_size)
            self._refusal = "other requests take all the memory there is for requests: try again later"
            self._start_serving()

    def _refuse(self, reason: str) -> None:
        """Tell what is wrong with a request that never came whole, and hang up."""
        self.log.warn("dropped a client ({peer}): {reason}", peer=self._peer or "unknown", reason=reason)
        self._regulate_reading()
        self.transport.write(encode_error(RequestParseError(reason)))
        self._close()

    @inlineCallbacks
    def _write(self, message: bytes) -> Generator[Deferred[Any], Any, None]:
        """Hand a message to the transport; done when all of it but a bounded rest has left."""
        if len(message) > PIECE and not self._shared.answers.hold(self, len(message), id(message)):
            message = _NO_MEMORY
        view = memoryview(message)
        try:
            for start in range(0, len(view), PIECE):
                if self._is_lost:
                    return
                self.setTimeout(TIMEOUT)
                self.transport.write(bytes(view[start : start + PIECE]))
                yield self._drained or succeed(None)
                self._shared.answers.move(self)
        finally:
            self._shared.answers.release(self)


_NO_MEMORY = encode_error(LuxiError("Other answers take all the memory there is for answers: try again later"))


def find_client(transport: object) -> Peer | None:
    """The process at the other end of a transport's socket; None if that cannot be known."""
    connection: socket.socket | None = getattr(transport, "socket", None)
    try:
        return None if connection is None else read_peer(connection)
    except OSError:
        return None


def has_hung_up(descriptor: int) -> bool:
    """Whether the other side of a stream socket has closed it altogether, and not only its sending half."""
    poll = select.poll()
    poll.register(descriptor, 0)  # hanging up is always reported
    return any(event & select.POLLHUP for _, event in poll.poll(0))


class LuxiFactory(ServerFactory):
    """Makes a protocol for each client: a :class:`LuxiProtocol`, unless it is one too many."""

    noisy = False

    def __init__(self, answer: Answerer, clock: IReactorTime, limits: ClientLimits | None = None) -> None:
        limits = limits or ClientLimits()
        self._shared = Shared.within(limits, answer, clock)
        self._admission = Admission(limits, clock)

    def buildProtocol(self, addr: object) -> Protocol:
        """What receives one more client."""
        return _Reception(self._shared, self._admission)


class _Reception(Protocol):
    """Sees who has come, and hands the connection over to the protocol that is for him."""

    transport: Server

    def __init__(self, shared: Shared, admission: Admission) -> None:
        self._shared = shared
        self._admission = admission

    def connectionMade(self) -> None:
        """Hand over."""
        peer = find_client(self.transport)
        reason = self._admission.enter(peer)
        protocol: Protocol
        if reason is None:
            protocol = LuxiProtocol(self._shared, peer, partial(self._admission.leave, peer))
        else:
            protocol = TurnedAway(reason, self._admission, self._shared.clock)
        self.transport.protocol = protocol
        protocol.makeConnection(self.transport)
