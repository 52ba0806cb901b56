"""Memory that many share: who needs more than is left takes it from those who have stood still for longest.

A client that never reads its answer, or never ends its request, keeps memory until its time is up. So that a few
hundred of them cannot keep all there is, they give way as soon as somebody else needs it.
"""

from collections import Counter
from collections.abc import Hashable
from typing import Final, Protocol

from attrs import define
from twisted.internet.interfaces import IReactorTime

STANDSTILL: Final = 1.0
"""Seconds without progress from which on a holder has to give way; a client that is alive reads sooner."""


class Holder(Protocol):
    """Who holds memory."""

    def give_way(self) -> None:
        """Give it back now."""


@define
class _Share:
    """What one holder has; of something shared, everybody's is the same ``key``."""

    size: int
    key: Hashable
    moved: float


class ByteBudget:
    """Bytes that holders may have, all together.

    :param limit: bytes. A single holder may have more than that, but only alone.
    """

    def __init__(self, limit: int, clock: IReactorTime) -> None:
        self._limit = limit
        self._clock = clock
        self._shares: dict[Holder, _Share] = {}  # who stands still for longest comes first
        self._uses: Counter[Hashable] = Counter()
        self.total = 0

    def hold(self, holder: Holder, size: int, key: Hashable) -> bool:
        """Let *holder* have *size* bytes from now on, instead of what it had; whether it may.

        :param key: what the bytes are; the same bytes of several holders count once.
        """
        self.release(holder)
        if self._needs(size, key) > self._limit:
            self._make_room(size, key)
        if self.total and self._needs(size, key) > self._limit:
            return False
        if not self._uses[key]:
            self.total += size
        self._uses[key] += 1
        self._shares[holder] = _Share(size, key, self._clock.seconds())
        return True

    def move(self, holder: Holder) -> None:
        """*holder* has made progress."""
        share = self._shares.pop(holder, None)
        if share is not None:
            share.moved = self._clock.seconds()
            self._shares[holder] = share

    def release(self, holder: Holder) -> None:
        """*holder* has nothing any more, if it had anything."""
        share = self._shares.pop(holder, None)
        if share is None:
            return
        self._uses[share.key] -= 1
        if not self._uses[share.key]:
            del self._uses[share.key]
            self.total -= share.size

    def _needs(self, size: int, key: Hashable) -> int:
        """The total, if somebody gets that."""
        return self.total if self._uses[key] else self.total + size

    def _make_room(self, size: int, key: Hashable) -> None:
        limit = self._clock.seconds() - STANDSTILL
        for holder, share in tuple(self._shares.items()):
            if share.moved > limit or self._needs(size, key) <= self._limit:
                return
            self.release(holder)
            holder.give_way()
