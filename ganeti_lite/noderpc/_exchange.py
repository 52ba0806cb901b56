"""One call over one connection: connect, handshake, request, response, close."""

from collections.abc import Callable
from typing import Final

from attrs import frozen
from OpenSSL import SSL
from twisted.internet import error
from twisted.internet.interfaces import (
    IAddress,
    IConnector,
    IDelayedCall,
    IHandshakeListener,
    IReactorTCP,
    IReactorTime,
)
from twisted.internet.protocol import ClientFactory, Protocol, connectionDone
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol
from twisted.python.failure import Failure
from zope.interface import implementer

from ganeti_lite.wire.noderpc import RpcFailure, RpcResult, RpcSuccess, decode_response

from ._http import MalformedResponseError, Response, ResponseReader
from ._tls import NodeTls, describe_tls_error
from .values import FailureKind, Limits

CLOSING_TIMEOUT: Final = 0.5
"""Seconds that a node has to close after its answer. Ganeti's does so within a millisecond."""


class IReactor(IReactorTCP, IReactorTime):
    """What calls need of a reactor."""


@frozen
class Outcome:
    """What came of a call.

    :ivar kind: None for a good answer.
    :ivar size: bytes of the answer's body.
    """

    result: RpcResult
    kind: FailureKind | None = None
    size: int = 0

    @classmethod
    def failed(cls, kind: FailureKind, reason: str) -> "Outcome":
        """There is no answer."""
        return cls(RpcFailure(reason), kind)

    @classmethod
    def of(cls, response: Response) -> "Outcome":
        """What a node says, good or bad."""
        result = decode_response(response.status, response.body)
        kind = None if isinstance(result, RpcSuccess) else FailureKind.ANSWER
        return cls(result, kind, len(response.body))


@implementer(IHandshakeListener)
class Exchange(Protocol):
    """One connection and what is said over it; at most one outcome, and in any case an end.

    :param on_outcome: gets the outcome, unless there was :meth:`abort` before it.
    :param on_end: called last, when nothing is left of the connection.
    :ivar begun_at: time when it began to connect.
    """

    transport: TLSMemoryBIOProtocol

    def __init__(
        self,
        reactor: IReactor,
        limits: Limits,
        request: bytes,
        on_outcome: Callable[[Outcome], None],
        on_end: Callable[["Exchange"], None],
    ) -> None:
        self._reactor = reactor
        self._limits = limits
        self._request = request
        self._on_outcome: Callable[[Outcome], None] | None = on_outcome
        self._on_end = on_end
        self._reader = ResponseReader(limits.body_limit)
        self._has_shaken_hands = False
        self._timer: IDelayedCall | None = None
        self._connector: IConnector | None = None
        self.begun_at = reactor.seconds()

    def begin(self, address: str, port: int, tls: NodeTls) -> None:
        """Connect."""
        factory = TLSMemoryBIOFactory(tls, True, _OneExchange(self), self._reactor)
        # Twisted's limit ends with TCP's handshake, ours with that of TLS.
        self._connector = self._reactor.connectTCP(address, port, factory, timeout=self._limits.connect_timeout)

    def abort(self) -> None:
        """Nobody waits any more: close at once."""
        self._on_outcome = None
        if self.connected:
            self.transport.abortConnection()
        elif self._connector is not None:
            self._connector.disconnect()

    def fail_to_connect(self, reason: Failure) -> None:
        """There is no TCP connection."""
        self._end(_explain_connect_failure(reason.value, self._limits))

    def connectionMade(self) -> None:
        """Hand over the request, which leaves together with the last packet of the handshake."""
        left = self.begun_at + self._limits.connect_timeout - self._reactor.seconds()
        self._timer = self._reactor.callLater(max(0.0, left), self._give_up_handshake)
        self.transport.write(self._request)

    def handshakeCompleted(self) -> None:  # noqa: N802 - Twisted's
        """The node has proven who it is; by TLS 1.3 it has not yet decided about us."""
        self._has_shaken_hands = True
        self._stop_timer()

    def dataReceived(self, data: bytes) -> None:
        """Take a part of the response; the end of it ends the connection, without waiting for the node to do so."""
        if self._on_outcome is None:
            return
        try:
            response = self._reader.feed(data)
        except MalformedResponseError as malformed:
            self._conclude(Outcome.failed(FailureKind.ANSWER, str(malformed)))
            self.transport.abortConnection()
            return
        if response is not None:
            self._timer = self._reactor.callLater(CLOSING_TIMEOUT, self.transport.abortConnection)
            self.transport.loseConnection()
            self._conclude(Outcome.of(response))

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The connection is closed, by whomever."""
        self._stop_timer()
        self._end(self._explain_end(reason.value))

    def _conclude(self, outcome: Outcome) -> None:
        on_outcome, self._on_outcome = self._on_outcome, None
        if on_outcome is not None:
            on_outcome(outcome)

    def _end(self, outcome: Outcome) -> None:
        """There is no connection any more; ``outcome`` if there was none before."""
        self._conclude(outcome)
        self._on_end(self)

    def _give_up_handshake(self) -> None:
        reason = f"no TLS handshake within {self._limits.connect_timeout:g} s"
        self._conclude(Outcome.failed(FailureKind.CONNECTION, reason))
        self.transport.abortConnection()

    def _explain_end(self, reason: BaseException | None) -> Outcome:
        """What an end before the end of the response means."""
        if isinstance(reason, SSL.Error):
            is_refused = not self._reader.has_begun  # by TLS 1.3 a refusal comes where the response should
            kind = FailureKind.CONNECTION if is_refused else FailureKind.ANSWER
            return Outcome.failed(kind, f"TLS: {describe_tls_error(reason)}")
        if not self._has_shaken_hands:
            return Outcome.failed(FailureKind.CONNECTION, "the node closed the connection during the TLS handshake")
        return Outcome.failed(FailureKind.ANSWER, f"the node closed the connection after {self._reader.progress}")

    def _stop_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None and timer.active():
            timer.cancel()


class _OneExchange(ClientFactory):
    """What Twisted asks for the protocol of the one connection."""

    noisy = False

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def buildProtocol(self, addr: IAddress | None) -> Exchange:
        return self._exchange

    def clientConnectionFailed(self, connector: IConnector, reason: Failure) -> None:  # noqa: N802 - Twisted's
        self._exchange.fail_to_connect(reason)


def _explain_connect_failure(reason: BaseException | None, limits: Limits) -> Outcome:
    """What it means that there is no TCP connection."""
    if isinstance(reason, error.TimeoutError):
        return Outcome.failed(FailureKind.CONNECTION, f"no connection within {limits.connect_timeout:g} s")
    # Without a socket (of the process's descriptors, say, none is left) it was not the node's fault.
    kind = FailureKind.LOCAL if isinstance(reason, error.ConnectBindError) else FailureKind.CONNECTION
    cause = reason.args[0] if isinstance(reason, error.ConnectError) and reason.args and reason.args[0] else reason
    return Outcome.failed(kind, f"cannot connect: {cause}")
