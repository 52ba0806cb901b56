"""The Luxi listener: connections, each a stream of requests that are answered in order.

* One request of a connection is worked on at a time; while it is, no more than :data:`READ_AHEAD` is read from it.
* When a client goes away, what is being made for it is cancelled.
* An answer is written in pieces, each when the one before has left, so that a client that does not read costs one
  piece and not its answers.
* A client that sends nothing, or takes nothing, for :data:`TIMEOUT` seconds is dropped.
"""

import select
from collections.abc import Callable, Generator
from typing import Any, ClassVar

from twisted.internet.defer import CancelledError, Deferred, inlineCallbacks, succeed
from twisted.internet.interfaces import IDelayedCall, IHalfCloseableProtocol, IPushProducer, IReactorTime
from twisted.internet.protocol import Protocol, ServerFactory, connectionDone
from twisted.internet.task import deferLater
from twisted.internet.unix import Server
from twisted.logger import Logger
from twisted.protocols.policies import TimeoutMixin
from twisted.python.failure import Failure
from zope.interface import implementer

from ganeti_lite.wire.framing import FrameDecoder, FrameTooLong

from .needs import Answer

TIMEOUT = 180.0
"""Seconds, as Ganeti's daemon has it."""

PIECE = 256 * 1024
"""Bytes of an answer that are handed to the transport at once."""

BURST = 16
"""Pipelined requests that are answered before other connections get their turn."""

READ_AHEAD = 64 * 1024
"""Bytes of further requests that are taken in while one is worked on: reading is how the end of a client is seen."""

Answerer = Callable[[bytes], Deferred[Answer]]
"""Makes the answer to a request's bytes. It never fails: what goes wrong is an answer, too."""


@implementer(IHalfCloseableProtocol, IPushProducer)
class LuxiProtocol(Protocol, TimeoutMixin):
    """One client's connection."""

    log: ClassVar = Logger()
    transport: Server

    def __init__(self, answer: Answerer, clock: IReactorTime) -> None:
        self._answer = answer
        self._clock = clock
        self._decoder = FrameDecoder()
        self._is_serving = False
        self._has_client_ended = False
        self._is_lost = False
        self._is_reading = True
        self._working: Deferred[Answer] | None = None
        self._drained: Deferred[None] | None = None

    def connectionMade(self) -> None:
        """Start the clock, and let the transport say when to stop writing."""
        self.transport.registerProducer(self, streaming=True)
        self.setTimeout(TIMEOUT)

    def dataReceived(self, data: bytes) -> None:
        """Take bytes of the stream; a request that exceeds the limit ends the connection."""
        self.resetTimeout()
        try:
            self._decoder.feed(data)
        except FrameTooLong as error:
            self.log.warn("dropped a client: {error}", error=error)
            self.transport.abortConnection()
            return
        self._start_serving()
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
        self.setTimeout(None)
        self.resumeProducing()

    def callLater(self, period: float, func: Callable[[], object]) -> IDelayedCall:
        """Start a timeout on our clock."""
        return self._clock.callLater(period, func)

    def timeoutConnection(self) -> None:
        """Drop a client that neither sends nor takes anything."""
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
            self._working = self._answer(frame)
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
                yield deferLater(self._clock, 0, lambda: None)
        self._is_serving = False
        if self._is_lost:
            return
        self.setTimeout(TIMEOUT)
        self._regulate_reading()
        if self._has_client_ended:
            self._close()

    def _regulate_reading(self) -> None:
        """Read on unless enough has been read ahead."""
        wants_reading = not self._is_serving or self._decoder.pending <= READ_AHEAD
        if wants_reading and not self._is_reading:
            self.transport.resumeProducing()
        elif self._is_reading and not wants_reading:
            self.transport.pauseProducing()
        self._is_reading = wants_reading

    def _close(self) -> None:
        """End the connection once what was written has left."""
        self.transport.unregisterProducer()  # a transport that waits for its producer would never close
        self.transport.loseConnection()

    @inlineCallbacks
    def _write(self, message: bytes) -> Generator[Deferred[Any], Any, None]:
        """Hand a message to the transport; done when all of it but a bounded rest has left."""
        view = memoryview(message)
        for start in range(0, len(view), PIECE):
            if self._is_lost:
                return
            self.setTimeout(TIMEOUT)
            self.transport.write(bytes(view[start : start + PIECE]))
            yield self._drained or succeed(None)


def has_hung_up(descriptor: int) -> bool:
    """Whether the other side of a stream socket has closed it altogether, and not only its sending half."""
    poll = select.poll()
    poll.register(descriptor, 0)  # hanging up is always reported
    return any(event & select.POLLHUP for _, event in poll.poll(0))


class LuxiFactory(ServerFactory):
    """Makes a :class:`LuxiProtocol` for each client."""

    noisy = False

    def __init__(self, answer: Answerer, clock: IReactorTime) -> None:
        self._answer = answer
        self._clock = clock

    def buildProtocol(self, addr: object) -> LuxiProtocol:
        """A protocol for one more client."""
        protocol = LuxiProtocol(self._answer, self._clock)
        protocol.factory = self
        return protocol
