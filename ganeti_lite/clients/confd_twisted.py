"""A confd client for programs that run a Twisted reactor."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, ClassVar, Final

from attrs import frozen
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.interfaces import IDelayedCall, IListeningPort, IReactorTime, IReactorUDP, IUDPTransport
from twisted.internet.protocol import DatagramProtocol
from twisted.logger import Logger

from ganeti_lite.constants import ConfdRequest
from ganeti_lite.wire.confd import MAX_REPLY_SIZE, Query, Reply

from .confd_exchange import LIFETIME, Address, Conversation, Event, NewReply, Outcome


class IReactor(IReactorTime, IReactorUDP):
    """What the client needs of a reactor."""


_LARGEST: Final = MAX_REPLY_SIZE + 1
"""Bytes of a datagram that are read: a reply that is larger is cut off, and so not taken for one."""


def ignore_reply(_reply: Reply) -> None:
    """What is done with replies before the last one unless the caller wants them."""


@frozen
class _Waiter:
    """Who waits for a request."""

    deferred: Deferred[Outcome]
    on_reply: Callable[[Reply], object]


class TwistedConfdClient(DatagramProtocol):
    """Asks over a UDP port of its own, any number of requests at once; :meth:`close` it in the end.

    :param key: the content of the cluster's hmac.key, its line end included.
    :param peers: (IP address, UDP port) of daemons, usually of all master candidates.
    :param timestamp: seconds since 1970.
    :raises ValueError: there are no peers, or not all are IP addresses of one version.
    """

    log: ClassVar = Logger()
    noisy = False
    transport: IUDPTransport

    def __init__(
        self, key: bytes, peers: Sequence[Address], reactor: IReactor, timestamp: Callable[[], float] = time.time
    ) -> None:
        self._conversation = Conversation(key, peers)
        self._reactor = reactor
        self._timestamp = timestamp
        self._waiters: dict[str, _Waiter] = {}
        self._expiry: IDelayedCall | None = None
        self._port: IListeningPort = reactor.listenUDP(0, self, "::" if ":" in peers[0][0] else "", _LARGEST)

    def ask(
        self,
        request_type: ConfdRequest,
        query: Query = None,
        *,
        on_reply: Callable[[Reply], object] = ignore_reply,
        coverage: int | None = None,
        wanted: int | None = None,
        lifetime: float = LIFETIME,
    ) -> Deferred[Outcome]:
        """What a request brings, after at most *lifetime* seconds; see :meth:`Conversation.ask`.

        :param on_reply: called with the first reply, and with each newer one of other content, before the end.
        :raises ValueError: *coverage* and *wanted* do not fit the peers.
        :raises RequestTooLongError: no daemon would read the request.
        """
        outgoing = self._conversation.ask(
            request_type,
            query,
            self._reactor.seconds(),
            self._timestamp(),
            coverage=coverage,
            wanted=wanted,
            lifetime=lifetime,
        )
        deferred: Deferred[Outcome] = Deferred(lambda _: self._abandon(outgoing.rsalt))
        self._waiters[outgoing.rsalt] = _Waiter(deferred, on_reply)
        for peer in outgoing.peers:
            with suppress(OSError):  # a peer that cannot be reached is one that does not reply
                self.transport.write(outgoing.datagram, peer)
        self._schedule_expiry()
        return deferred

    def close(self) -> Deferred[object]:
        """Give up what is still open, and the port."""
        for waiter in list(self._waiters.values()):
            waiter.deferred.cancel()
        self._schedule_expiry()
        return maybeDeferred(self._port.stopListening)

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        """Take what may be a reply."""
        self._tell(self._conversation.receive(datagram, addr, self._reactor.seconds()))

    def _expire(self) -> None:
        self._expiry = None
        self._tell(self._conversation.expire(self._reactor.seconds()))

    def _tell(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, NewReply):
                self._pass_on(event)
            else:
                self._waiters.pop(event.rsalt).deferred.callback(event.outcome)
        self._schedule_expiry()

    def _pass_on(self, event: NewReply) -> None:
        try:
            self._waiters[event.rsalt].on_reply(event.reply)
        except Exception:  # the caller's own fault, which must not keep the request from ending
            self.log.failure("passing on a reply")

    def _abandon(self, rsalt: str) -> None:
        self._conversation.abandon(rsalt)
        self._waiters.pop(rsalt, None)
        self._schedule_expiry()

    def _schedule_expiry(self) -> None:
        """Have :meth:`_expire` called when the next request expires."""
        if self._expiry is not None and self._expiry.active():
            self._expiry.cancel()
        due = self._conversation.next_expiry()
        now = self._reactor.seconds()
        self._expiry = None if due is None else self._reactor.callLater(max(0.0, due - now), self._expire)
