"""A Luxi client for programs on Twisted: one connection, one request, one answer, within a bound."""

from typing import Any, Final

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.endpoints import UNIXClientEndpoint
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IReactorTime, IReactorUNIX, ITransport
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure

from ganeti_lite.wire.calls import decode_answer, encode_request
from ganeti_lite.wire.framing import FrameDecoder, FrameTooLong

from .luxi import AnswerTimeoutError, ConnectionLostError, NoServerError

ANSWER_LIMIT: Final = 64 * 1024 * 1024
"""Bytes that an answer may have."""


class ILuxiReactor(IReactorTime, IReactorUNIX):
    """What a call needs of a reactor."""


class _Call(Protocol):
    """Sends one request and takes the first message that comes back."""

    transport: ITransport

    def __init__(self, request: bytes) -> None:
        self.answer: Deferred[bytes] = Deferred(lambda _: self._give_up())
        self._request = request
        self._decoder = FrameDecoder(limit=ANSWER_LIMIT)

    def connectionMade(self) -> None:
        """Ask."""
        self.transport.write(self._request)

    def dataReceived(self, data: bytes) -> None:
        """Take a piece of the answer."""
        try:
            self._decoder.feed(data)
            frame = self._decoder.next_frame()
        except FrameTooLong:
            self._give_up()
            return
        if frame is not None and not self.answer.called:
            self.answer.callback(frame)
            self._give_up()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Without an answer that is a failure."""
        if not self.answer.called:
            self.answer.errback(reason)

    def _give_up(self) -> None:
        self.transport.loseConnection()


class _Calls(Factory):
    """Makes the protocol of one call."""

    noisy = False

    def __init__(self, protocol: _Call) -> None:
        self._protocol = protocol

    def buildProtocol(self, addr: object) -> _Call:
        """Give the protocol that there is."""
        return self._protocol


def call(reactor: ILuxiReactor, path: str, method: str, args: object, timeout: float) -> Deferred[object]:
    """The result of one request to the server that listens on *path*.

    :param timeout: seconds that all of it may take.

    It fails with what :func:`~ganeti_lite.wire.calls.decode_answer` raises, or with a
    :class:`~ganeti_lite.clients.luxi.ClientError` that says why there was no answer.
    """
    protocol = _Call(encode_request(method, args))
    connecting = UNIXClientEndpoint(reactor, path, timeout).connect(_Calls(protocol))

    def explain(failure: Failure) -> Failure:
        if failure.check(AnswerTimeoutError, CancelledError) is not None:
            return failure
        if failure.check(ConnectError) is not None:
            raise NoServerError(path, failure.getErrorMessage()) from failure.value
        raise ConnectionLostError(path, "the server went away before its answer was complete") from failure.value

    def expire(_result: object, _timeout: float) -> None:
        raise AnswerTimeoutError(path, f"no answer within {timeout:g} s")

    answering: Deferred[Any] = connecting.addCallback(lambda _: protocol.answer)
    answering.addTimeout(timeout, reactor, expire)
    answering.addErrback(explain)
    answering.addCallback(decode_answer)
    return answering
