"""One lock: who holds it, who waits for it, and whom it holds back.

The locks of a level and the level as a whole exclude each other by intentions: whoever holds one lock of a level
intends so on the whole of it, as in databases (multiple granularity locking).
"""

import enum
from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter
from typing import Final, NamedTuple, TypeAlias

from attrs import define

from ganeti_lite.constants import LockMode

from ._levels import LOCKSET, LockLevel
from ._owner import LockOwner


class Strength(enum.IntEnum):
    """How a lock is held."""

    INTENDS_SHARED = 0
    """Locks of the level are held shared."""
    INTENDS_EXCLUSIVE = 1
    """Locks of the level are held exclusively."""
    SHARED = 2
    EXCLUSIVE = 3


CONFLICTS: Final = (
    (Strength.EXCLUSIVE,),
    (Strength.SHARED, Strength.EXCLUSIVE),
    (Strength.INTENDS_EXCLUSIVE, Strength.EXCLUSIVE),
    tuple(Strength),
)
"""By strength: those that nobody else may have at the same time."""

Rank: TypeAlias = tuple[int, int]
"""Priority and number of a request: the smallest comes first."""


class LockKey(NamedTuple):
    """Which lock; ``LOCKSET`` is the name of the whole level."""

    level: LockLevel
    name: str

    def __str__(self) -> str:
        """As lock queries show it."""
        return f"{self.level}/{self.name}"


Parts: TypeAlias = dict[LockKey, Strength]
"""Everything that holding some locks of a level comes to."""


def list_parts(level: LockLevel, names: frozenset[str], mode: LockMode) -> Parts:
    """What it takes to hold locks, the whole level if ``LOCKSET`` is among the names."""
    is_shared = mode is LockMode.SHARED
    strength = Strength.SHARED if is_shared else Strength.EXCLUSIVE
    whole = LockKey(level, LOCKSET)
    if LOCKSET in names:
        return {whole: strength}
    if not names:
        return {}
    intention = Strength.INTENDS_SHARED if is_shared else Strength.INTENDS_EXCLUSIVE
    return {whole: intention, **{LockKey(level, name): strength for name in sorted(names)}}


@define(eq=False)
class Request:
    """Locks that somebody waits for.

    :ivar held_back_by: one of those that cannot be had yet; looked at again only when that one changes.
    """

    owner: LockOwner
    level: LockLevel
    names: frozenset[str]
    mode: LockMode
    parts: Parts
    rank: Rank
    held_back_by: LockKey


_RANK: Final = attrgetter("rank")


class RankedRequests:
    """Requests by strength, in order of their ranks."""

    def __init__(self) -> None:
        self._lists: tuple[list[Request], ...] = tuple([] for _ in Strength)

    def __bool__(self) -> bool:
        return any(self._lists)

    def first(self, strength: Strength) -> Request | None:
        """The first of that strength."""
        requests = self._lists[strength]
        return requests[0] if requests else None

    def add(self, request: Request, strength: Strength) -> None:
        """One more."""
        requests = self._lists[strength]
        requests.insert(bisect_left(requests, request.rank, key=_RANK), request)

    def remove(self, request: Request, strength: Strength) -> None:
        """One less; it must be there, with the rank that it had then."""
        requests = self._lists[strength]
        del requests[bisect_left(requests, request.rank, key=_RANK)]


class Lock:
    """The present state of one lock.

    :ivar waiting: all requests that want it.
    :ivar watching: those of them that wait for a change of this lock.
    """

    def __init__(self) -> None:
        self._holders: dict[LockOwner, Strength] = {}
        self._counts = [0] * len(Strength)
        self.waiting = RankedRequests()
        self.watching = RankedRequests()

    @property
    def is_held(self) -> bool:
        """Whether somebody holds it, or intends so on it."""
        return bool(self._holders)

    @property
    def is_forgotten(self) -> bool:
        """Whether nobody holds it or waits for it."""
        return not self._holders and not self.waiting

    def holders(self) -> Iterator[tuple[LockOwner, LockMode]]:
        """Who holds it itself, not just some of its level."""
        for owner, strength in self._holders.items():
            if strength in (Strength.SHARED, Strength.EXCLUSIVE):
                yield owner, LockMode.SHARED if strength is Strength.SHARED else LockMode.EXCLUSIVE

    def hold(self, owner: LockOwner, strength: Strength | None) -> None:
        """Let the owner hold it so and not else; None for not at all."""
        former = self._holders.pop(owner, None)
        if former is not None:
            self._counts[former] -= 1
        if strength is not None:
            self._holders[owner] = strength
            self._counts[strength] += 1

    def holds_back(self, rank: Rank, strength: Strength) -> bool:
        """Whether somebody holds it, or waits for it and comes first, with whom a request cannot share it."""
        for other in CONFLICTS[strength]:
            if self._counts[other]:
                return True
            waiting = self.waiting.first(other)
            if waiting is not None and waiting.rank < rank:
                return True
        return False
