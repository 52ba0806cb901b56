"""What becomes of confd requests: the client's half of the protocol, without I/O and without a clock.

A request goes to several peers at once, since each of them may be down or behind. What comes back:

* counts only if it is signed with the cluster's key, replies to a request that is still open, and came in time;
* is news if it is the first reply, or a newer one of other content; newer are answers than errors, and higher serial
  numbers than lower ones; everything else is counted and kept back;
* ends the request once so many peers have replied as make it unlikely that a newer answer is to be had.

Source: how Ganeti 3.0's own clients choose among replies.
"""

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_address
from typing import Final, NamedTuple, TypeAlias

from ganeti_lite.constants import ConfdRequest
from ganeti_lite.wire.confd import (
    MAX_REQUEST_SIZE,
    DroppedDatagram,
    Query,
    Reply,
    Request,
    SigningKey,
    open_reply,
    seal_request,
)

Address: TypeAlias = tuple[str, int]
"""A host's IP address and a UDP port."""

DEFAULT_COVERAGE: Final = 6
"""Peers that are asked, as far as there are so many."""

LIFETIME: Final = 10.0
"""Seconds that replies to a request are waited for."""


class RequestTooLongError(ValueError):
    """A request that a daemon would not read to its end."""


class Outcome(NamedTuple):
    """What a request has brought in the end.

    :ivar reply: the newest reply; None if there was none in time.
    :ivar answered: how many peers have replied.
    :ivar asked: how many were asked.
    :ivar is_consistent: whether no two answers of the same serial number differed.
    """

    reply: Reply | None
    answered: int
    asked: int
    is_consistent: bool


class Exchange(NamedTuple):
    """One request and what has come back so far.

    :ivar peers: who was asked.
    :ivar wanted: how many replies are enough.
    :ivar expires: when it ends, on the clock of whoever asks.
    """

    peers: tuple[Address, ...]
    wanted: int
    expires: float
    best: Reply | None = None
    senders: frozenset[Address] = frozenset()
    is_consistent: bool = True

    @property
    def is_complete(self) -> bool:
        """Whether enough peers have replied."""
        return len(self.senders) >= self.wanted

    @property
    def outcome(self) -> Outcome:
        """What it has brought."""
        return Outcome(self.best, len(self.senders), len(self.peers), self.is_consistent)

    def after(self, reply: Reply, sender: Address) -> "Exchange":
        """The exchange once *reply* has come; :attr:`best` is another reply if that was newer."""
        senders = self.senders | {sender}
        if self.best is None or _age_of(reply) > _age_of(self.best):
            return self._replace(best=reply, senders=senders)
        differs = reply.is_ok and reply.serial == self.best.serial and reply.answer != self.best.answer
        return self._replace(senders=senders, is_consistent=self.is_consistent and not differs)


class NewReply(NamedTuple):
    """A reply that is worth looking at: the first one, or a newer one of other content.

    :ivar rsalt: which request it is to.
    """

    rsalt: str
    reply: Reply
    sender: Address


class Finished(NamedTuple):
    """A request is over: enough peers have replied, or its time is up."""

    rsalt: str
    outcome: Outcome


Event: TypeAlias = NewReply | Finished


class Outgoing(NamedTuple):
    """What is to be sent.

    :ivar rsalt: stands for the request in events.
    :ivar peers: each of them is to get the datagram.
    """

    rsalt: str
    datagram: bytes
    peers: tuple[Address, ...]


class Conversation:
    """All open requests of one client. Whoever drives it sends what :meth:`ask` gives and feeds it what comes in.

    :param key: the cluster's key.
    :param peers: whom to ask; all of one IP version.
    :param pick: chooses so many of the peers, in any order.
    :param make_rsalt: makes a text that no other request has.
    :raises ValueError: there are no peers, or not all are IP addresses of one version.
    """

    def __init__(
        self,
        key: bytes,
        peers: Sequence[Address],
        pick: Callable[[Sequence[Address], int], Sequence[Address]] = random.sample,
        make_rsalt: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        if len({ip_address(host).version for host, _ in peers}) != 1:
            raise ValueError("peers are IP addresses, at least one, and all of one version")
        self._key = SigningKey(key)
        self._peers = tuple(peers)
        self._pick = pick
        self._make_rsalt = make_rsalt
        self._open: dict[str, Exchange] = {}

    def ask(
        self,
        request_type: ConfdRequest,
        query: Query,
        now: float,
        timestamp: float,
        *,
        coverage: int | None = None,
        wanted: int | None = None,
        lifetime: float = LIFETIME,
    ) -> Outgoing:
        """Open a request.

        :param now: on any clock that never goes back, the one of :meth:`receive` and :meth:`expire`.
        :param timestamp: seconds since 1970.
        :param coverage: how many peers to ask; None for a sensible number, -1 for all.
        :param wanted: how many replies end it; None for a sensible number.
        :raises ValueError: there are fewer peers than *coverage*, or *coverage* than *wanted*.
        :raises RequestTooLongError: no daemon would read it.
        """
        asked = choose_coverage(len(self._peers), coverage)
        enough = count_enough(asked) if wanted is None else wanted
        if not 1 <= enough <= asked:
            raise ValueError(f"{enough} replies cannot come of {asked} requests")
        rsalt = self._make_rsalt()
        datagram = seal_request(Request(request_type, query, rsalt), self._key, timestamp)
        if len(datagram) > MAX_REQUEST_SIZE:
            raise RequestTooLongError(f"a request has at most {MAX_REQUEST_SIZE} bytes, not {len(datagram)}")
        peers = tuple(self._pick(self._peers, asked))
        self._open[rsalt] = Exchange(peers, enough, now + lifetime)
        return Outgoing(rsalt, datagram, peers)

    def receive(self, datagram: bytes, sender: Address, now: float) -> tuple[Event, ...]:
        """What a datagram that came in at *now* means; nothing if it is no reply that was waited for."""
        try:
            rsalt, reply = open_reply(datagram, self._key)
        except DroppedDatagram:
            return ()
        before = self._open.get(rsalt)
        if before is None or now >= before.expires:
            return ()
        after = before.after(reply, sender)
        self._open[rsalt] = after
        events: list[Event] = [NewReply(rsalt, reply, sender)] if _is_news(before.best, after.best) else []
        if after.is_complete:
            events.append(self._finish(rsalt))
        return tuple(events)

    def expire(self, now: float) -> tuple[Finished, ...]:
        """End the requests whose time is up at *now*."""
        late = [rsalt for rsalt, exchange in self._open.items() if now >= exchange.expires]
        return tuple(map(self._finish, late))

    def next_expiry(self) -> float | None:
        """When :meth:`expire` is due; None if no request is open."""
        return min((exchange.expires for exchange in self._open.values()), default=None)

    def abandon(self, rsalt: str) -> None:
        """Forget a request; replies to it mean nothing from now on."""
        self._open.pop(rsalt, None)

    def _finish(self, rsalt: str) -> Finished:
        return Finished(rsalt, self._open.pop(rsalt).outcome)


def choose_coverage(peers: int, coverage: int | None) -> int:
    """How many of so many peers to ask.

    :param coverage: what is wished: None for the usual number, -1 for all.
    :raises ValueError: more than there are, or none.
    """
    if coverage is None:
        return min(DEFAULT_COVERAGE, peers)
    if coverage == -1:
        return peers
    if not 1 <= coverage <= peers:
        raise ValueError(f"there are {peers} peers, so {coverage} of them cannot be asked")
    return coverage


def count_enough(asked: int) -> int:
    """How many replies of so many peers are enough: with a majority, some may be down without delaying everything."""
    if asked < 3:
        return asked
    return asked - 1 if asked < 5 else asked // 2 + 1


def list_peers(addresses: str, port: int) -> Iterator[Address]:
    """The peers that a text with one IP address a line names, as ``ssconf_master_candidates_ips`` does."""
    return ((line.strip(), port) for line in addresses.splitlines() if line.strip())


def _age_of(reply: Reply) -> tuple[bool, int]:
    """What is greater for newer replies."""
    return reply.is_ok, reply.serial


def _is_news(before: Reply | None, after: Reply | None) -> bool:
    if before is None or after is None:
        return after is not before
    return (before.status, before.answer) != (after.status, after.answer)
