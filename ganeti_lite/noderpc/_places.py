"""Which connections are busy and which only wait: what a node that hangs may hold up, and for how long.

A connection is busy for its first moment, in which a node that is well has answered. One that is older costs a
descriptor but hardly any work, so it makes room for the next and counts against a larger bound of its own.

Pure: times come in as arguments, in seconds of whatever clock the caller has.
"""

from collections import OrderedDict
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from ._exchange import Exchange

MOMENT: Final = 0.5
"""Seconds that a connection counts as busy. Ganeti's nodes take 30 ms for what lists need; those of slow hypervisors,
which take longer, are not cut off, only no longer in the way."""


class Places:
    """The connections that are open.

    :param busy: how many may be in their first moment.
    :param slow: how many that are older may be open besides; any further stay busy.
    """

    def __init__(self, busy: int, slow: int) -> None:
        self._busy_limit = busy
        self._slow_limit = slow
        self._busy: OrderedDict[Exchange, str] = OrderedDict()  # node's address; the oldest first
        self._slow: set[Exchange] = set()

    def __len__(self) -> int:
        return len(self._busy) + len(self._slow)

    def __iter__(self) -> Iterator[Exchange]:
        yield from self._busy
        yield from self._slow

    @property
    def has_room(self) -> bool:
        """Whether one more may be opened."""
        return len(self._busy) < self._busy_limit

    def take(self, exchange: Exchange, address: str) -> None:
        """One more, to the node at ``address``, that begins now."""
        self._busy[exchange] = address

    def give_back(self, exchange: Exchange) -> None:
        """It is closed."""
        self._busy.pop(exchange, None)
        self._slow.discard(exchange)

    def set_aside(self, now: float) -> list[str]:
        """Let those whose moment is over make room, if there is any for them; the addresses of their nodes."""
        late = list(takewhile(lambda exchange: now >= exchange.begun_at + MOMENT, self._busy))
        addresses = [self._busy[exchange] for exchange in late]
        for exchange in late[: self._slow_limit - len(self._slow)]:
            del self._busy[exchange]
            self._slow.add(exchange)
        return addresses

    @property
    def next_room_at(self) -> float | None:
        """When :meth:`set_aside` will make room, if nothing is closed before; None if it will not."""
        if not self._busy or len(self._slow) >= self._slow_limit:
            return None
        return next(iter(self._busy)).begun_at + MOMENT
