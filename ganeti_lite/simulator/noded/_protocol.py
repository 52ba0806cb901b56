"""One connection to a node daemon: a request is read, answered as the daemon decides, and the connection ends.

The times are those of the real daemon: ten seconds for the request to come, and one for a client that has said it
will close the connection to do so.
"""

from collections.abc import Callable
from typing import Final, cast

from twisted.internet.interfaces import IAddress, IDelayedCall, IReactorTime, ITCPTransport
from twisted.internet.protocol import Protocol, ServerFactory, connectionDone
from twisted.protocols.tls import TLSMemoryBIOProtocol
from twisted.python.failure import Failure

from ._http import RefusedRequestError, Request, read_request
from ._spoil import Delivery, End

_READ_LIMIT: Final = 10.0
"""Seconds for everything up to the end of the request, TLS included."""

_FAREWELL: Final = 1.0
"""Seconds in which a client may close that has said it would."""

_CLOSE_LIMIT: Final = 5.0
"""Seconds after which a connection that ought to end is cut."""


class Connection(Protocol):
    """A connection on which nothing is ever said.

    :param note_closed: called when the connection has ended.
    """

    transport: ITCPTransport

    def __init__(self, note_closed: Callable[["Connection"], None]) -> None:
        self._note_closed = note_closed

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._note_closed(self)

    def cut(self) -> None:
        """Ends the connection at once, with a reset."""
        self.transport.abortConnection()


class NodeConnection(Connection):
    """A connection on which a request is answered; it is within TLS.

    :param answer: decides how a request is answered; None to close the connection without an answer.
    """

    def __init__(
        self,
        clock: IReactorTime,
        answer: Callable[[Request], Delivery | None],
        note_closed: Callable[[Connection], None],
    ) -> None:
        super().__init__(note_closed)
        self._clock = clock
        self._answer = answer
        self._received = bytearray()
        self._is_reading = True
        self._next_step: IDelayedCall | None = None

    def connectionMade(self) -> None:
        self._wait(_READ_LIMIT, self.cut)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._cancel()
        super().connectionLost(reason)

    def cut(self) -> None:
        """Ends the connection at once: TLS does not come to say farewell."""
        beneath = cast(TLSMemoryBIOProtocol, self.transport).transport
        cast(ITCPTransport, beneath).abortConnection()

    def dataReceived(self, data: bytes) -> None:
        if not self._is_reading:
            return
        self._received += data
        try:
            request = read_request(bytes(self._received))
        except RefusedRequestError:
            self._close()
            return
        if request is not None:
            self._is_reading = False
            self._cancel()
            self._respond(request)

    def _respond(self, request: Request) -> None:
        delivery = self._answer(request)
        if delivery is None:
            self._close()
            return
        farewell = _FAREWELL if request.is_last else 0.0
        self._send(delivery.schedule(), lambda: self._end(delivery.end, farewell))

    def _send(self, pieces: list[tuple[float, bytes]], then: Callable[[], None]) -> None:
        """Send the pieces one after another."""
        if not pieces:
            then()
            return
        (pause, piece), *rest = pieces

        def send_piece() -> None:
            self.transport.write(piece)
            self._send(rest, then)

        self._wait(pause, send_piece)

    def _end(self, end: End, farewell: float) -> None:
        if end is End.CLOSE:
            self._wait(farewell, self._close)
        elif end is End.RESET:
            self.cut()

    def _close(self) -> None:
        self._is_reading = False
        self._cancel()
        self.transport.loseConnection()
        self._wait(_CLOSE_LIMIT, self.cut)

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        """Calls ``then`` after that time, at once if that is 0, unless the connection ends before."""
        if not seconds:
            self._next_step = None
            then()
            return
        self._next_step = self._clock.callLater(seconds, then)

    def _cancel(self) -> None:
        if self._next_step is not None and self._next_step.active():
            self._next_step.cancel()
        self._next_step = None


class Gate(ServerFactory):
    """Makes the protocol of each connection by a function."""

    noisy = False

    def __init__(self, admit: Callable[[IAddress | None], Protocol | None]) -> None:
        self._admit = admit

    def buildProtocol(self, addr: IAddress | None) -> Protocol | None:
        return self._admit(addr)
