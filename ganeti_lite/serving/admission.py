"""Who may connect: so many clients in all, and so many connections of each.

Who is one too many is told so. As Ganeti's clients ask before they listen, the error is kept for them until they do,
but not for ever, and not for any number of them.
"""

from collections import Counter
from collections.abc import Callable
from typing import ClassVar, Final

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.unix import Server
from twisted.logger import Logger
from twisted.protocols.policies import TimeoutMixin
from twisted.python.failure import Failure

from ganeti_lite.errors import LuxiError
from ganeti_lite.wire.luxi import encode_error

from .limits import ClientLimits
from .peers import Peer

MAX_TURNED_AWAY: Final = 50
"""Clients that are told why they are turned away; more are cut off."""

TURNED_AWAY_SECONDS: Final = 5.0
"""How long such a client may take to ask."""

COMPLAINT_SECONDS: Final = 10.0
"""Between two lines of the log about it."""


class Admission:
    """Counts connections.

    :ivar turned_away: connections of those who are being told that they may not.
    """

    log: ClassVar = Logger()

    def __init__(self, limits: ClientLimits, clock: IReactorTime) -> None:
        self._limits = limits
        self._clock = clock
        self._by_peer: Counter[Peer | None] = Counter()
        self._total = 0
        self._next_complaint = float("-inf")
        self.turned_away = 0

    def enter(self, peer: Peer | None) -> str | None:
        """Let one more connection of *peer* in: None, or why not. Each that is in has to :meth:`leave`."""
        reason = self._find_reason(peer)
        if reason is None:
            self._total += 1
            self._by_peer[peer] += 1
        elif self._clock.seconds() >= self._next_complaint:
            self._next_complaint = self._clock.seconds() + COMPLAINT_SECONDS
            self.log.warn("turned away a client ({peer}): {reason}", peer=peer or "unknown", reason=reason)
        return reason

    def leave(self, peer: Peer | None) -> None:
        """A connection of *peer* that was let in has ended."""
        self._total -= 1
        self._by_peer[peer] -= 1
        if not self._by_peer[peer]:
            del self._by_peer[peer]

    def _find_reason(self, peer: Peer | None) -> str | None:
        if self._total >= self._limits.connections:
            return f"{self._limits.connections} clients are connected already"
        if peer is not None and self._by_peer[peer] >= self._limits.per_client:
            return f"{self._limits.per_client} connections of this client ({peer}) are open already"
        return None


class TurnedAway(Protocol, TimeoutMixin):
    """A connection of somebody who may not be served: whatever it says is answered with the reason, and that is all."""

    transport: Server

    def __init__(self, reason: str, admission: Admission, clock: IReactorTime) -> None:
        self._message = encode_error(LuxiError(f"{reason}: try again later"))
        self._admission = admission
        self._clock = clock

    def connectionMade(self) -> None:
        """Wait for a question."""
        self._admission.turned_away += 1
        if self._admission.turned_away > MAX_TURNED_AWAY:
            self.transport.abortConnection()
        self.setTimeout(TURNED_AWAY_SECONDS)

    def dataReceived(self, data: bytes) -> None:
        """Answer it, whatever it is."""
        self.setTimeout(None)
        self.transport.pauseProducing()
        self.transport.write(self._message)
        self.transport.loseConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """It is gone."""
        self._admission.turned_away -= 1
        self.setTimeout(None)

    def timeoutConnection(self) -> None:
        """It has nothing to ask."""
        self.transport.abortConnection()

    def callLater(self, period: float, func: Callable[[], object]) -> IDelayedCall:
        """Start a timeout on our clock."""
        return self._clock.callLater(period, func)
