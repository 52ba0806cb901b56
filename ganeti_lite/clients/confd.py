"""A confd client that waits: a request goes out to some of the cluster's nodes, and the newest reply comes back."""

import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from ganeti_lite.constants import ConfdRequest
from ganeti_lite.wire.confd import MAX_REPLY_SIZE, Query

from .confd_exchange import LIFETIME, Address, Conversation, Finished, Outcome, Outgoing

_LONGEST_DATAGRAM: Final = MAX_REPLY_SIZE + 1


class ConfdClient:
    """Asks over a socket of its own; a context manager that closes it.

    :param key: the content of the cluster's hmac.key, its line end included.
    :param peers: (IP address, UDP port) of daemons, usually of all master candidates.
    :param now: a clock that never goes back.
    :param timestamp: seconds since 1970.
    :raises ValueError: there are no peers, or not all are IP addresses of one version.
    """

    def __init__(
        self,
        key: bytes,
        peers: Sequence[Address],
        now: Callable[[], float] = time.monotonic,
        timestamp: Callable[[], float] = time.time,
    ) -> None:
        self._conversation = Conversation(key, peers)
        self._now = now
        self._timestamp = timestamp
        family = socket.AF_INET6 if ":" in peers[0][0] else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()

    def ask(
        self,
        request_type: ConfdRequest,
        query: Query = None,
        *,
        coverage: int | None = None,
        wanted: int | None = None,
        lifetime: float = LIFETIME,
    ) -> Outcome:
        """What a request brings, waiting at most *lifetime* seconds; see :meth:`Conversation.ask`.

        :raises ValueError: *coverage* and *wanted* do not fit the peers.
        :raises RequestTooLongError: no daemon would read the request.
        :raises OSError: it could not be sent to any peer.
        """
        outgoing = self._conversation.ask(
            request_type, query, self._now(), self._timestamp(), coverage=coverage, wanted=wanted, lifetime=lifetime
        )
        try:
            self._send(outgoing)
            return self._await_outcome(outgoing.rsalt)
        finally:
            self._conversation.abandon(outgoing.rsalt)

    def _send(self, outgoing: Outgoing) -> None:
        failures = []
        for peer in outgoing.peers:
            try:
                self._socket.sendto(outgoing.datagram, peer)
            except OSError as error:
                failures.append(error)
        if len(failures) == len(outgoing.peers):
            raise failures[0]

    def _await_outcome(self, rsalt: str) -> Outcome:
        while True:
            for event in (*self._receive(), *self._conversation.expire(self._now())):
                if isinstance(event, Finished) and event.rsalt == rsalt:
                    return event.outcome

    def _receive(self) -> Sequence[object]:
        """What the next datagram means, or nothing if none comes before a request expires."""
        expiry = self._conversation.next_expiry()
        self._socket.settimeout(max(0.001, (expiry or 0.0) - self._now()))
        with suppress(TimeoutError):
            datagram, sender = self._socket.recvfrom(_LONGEST_DATAGRAM)
            return self._conversation.receive(datagram, sender[:2], self._now())
        return ()
