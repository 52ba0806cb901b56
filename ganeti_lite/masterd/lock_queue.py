"""Waiting for locks: Deferreds over the table of locks, and the clock that makes long waits more urgent."""

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from attrs import define, field
from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from ganeti_lite.masterd.locks import Grant, LockLevel, LockOwner, LockTable, LockWish

ROUND: Final = 1800.0
"""Seconds of waiting after which a request becomes more urgent by one: Ganeti's ten hours for all priorities from the
default on, spread over them."""

MOST_URGENT: Final = -20
"""The priority that none is beyond."""

OnRaised: TypeAlias = Callable[[LockOwner, int], None]
"""Told that an owner's request has become more urgent, and what its priority is now."""


@define(eq=False)
class _Waiter:
    """Somebody who waits, or who is about to be told.

    :ivar granted: the names of the locks, once they are held.
    """

    owner: LockOwner
    level: LockLevel
    priority: int
    deferred: Deferred[frozenset[str]] = field(init=False)
    timer: IDelayedCall | None = None
    granted: frozenset[str] | None = None


class LockQueue:
    """The locks of the cluster, for those who can wait for them.

    :param on_raised: called before anybody is told of locks that are granted by it.
    """

    def __init__(self, clock: IReactorTime, on_raised: OnRaised) -> None:
        self._clock = clock
        self._on_raised = on_raised
        self._table = LockTable()
        self._waiters: dict[LockOwner, _Waiter] = {}

    def acquire(
        self, owner: LockOwner, level: LockLevel, wish: LockWish, priority: int = 0
    ) -> Deferred[frozenset[str]]:
        """The names of the locks, once they are held: all of the wish, those that could be had of an opportunistic one.

        Cancelling the Deferred withdraws the request; so does :meth:`release_all`. It then fails with
        :class:`~twisted.internet.defer.CancelledError`, and nothing of the wish is held.

        :raises ProgrammerError: as :meth:`~ganeti_lite.masterd.locks.LockTable.request` says.
        """
        grant = self._table.request(owner, level, wish, priority)
        if grant is not None:
            return succeed(grant.names)
        waiter = self._waiters[owner] = _Waiter(owner, level, priority)
        waiter.deferred = Deferred(lambda _: self._withdraw(waiter))
        self._wait_a_round(waiter)
        return waiter.deferred

    def release(self, owner: LockOwner, level: LockLevel, keep: frozenset[str] = frozenset()) -> None:
        """Hold no more of a level than the names to keep."""
        self._tell(self._table.release(owner, level, keep))

    def release_all(self, owner: LockOwner) -> None:
        """Hold nothing and wait for nothing."""
        waiter = self._waiters.pop(owner, None)
        grants = self._table.release_all(owner)
        if waiter is not None:
            self._stop_timer(waiter)
            waiter.deferred.errback(CancelledError())
        self._tell(grants)

    def set_priority(self, owner: LockOwner, priority: int) -> None:
        """Give the request that the owner waits for, if there is one, another priority."""
        waiter = self._waiters.get(owner)
        if waiter is not None:
            waiter.priority = priority
            self._tell(self._table.set_priority(owner, priority))

    def listing(self) -> list[object]:
        """Everything that is held and waited for, as :meth:`~ganeti_lite.masterd.locks.LockTable.listing` says."""
        return self._table.listing()

    def _withdraw(self, waiter: _Waiter) -> None:
        """Nobody wants the locks any more; they may have been granted a moment ago."""
        del self._waiters[waiter.owner]
        self._stop_timer(waiter)
        if waiter.granted is None:
            self._tell(self._table.withdraw(waiter.owner))
        else:
            self._tell(self._table.release(waiter.owner, waiter.level))

    def _tell(self, grants: Iterable[Grant]) -> None:
        """Tell those who were granted locks; each may do anything with them, and with the requests of the others."""
        granted = []
        for grant in grants:
            waiter = self._waiters[grant.owner]
            waiter.granted = grant.names
            self._stop_timer(waiter)
            granted.append((waiter, grant.names))
        for waiter, names in granted:
            if self._waiters.get(waiter.owner) is waiter:
                del self._waiters[waiter.owner]
                waiter.deferred.callback(names)

    def _wait_a_round(self, waiter: _Waiter) -> None:
        if waiter.priority > MOST_URGENT:
            waiter.timer = self._clock.callLater(ROUND, self._raise_urgency, waiter)

    def _raise_urgency(self, waiter: _Waiter) -> None:
        waiter.priority -= 1
        self._wait_a_round(waiter)
        self._on_raised(waiter.owner, waiter.priority)
        self._tell(self._table.set_priority(waiter.owner, waiter.priority))

    def _stop_timer(self, waiter: _Waiter) -> None:
        if waiter.timer is not None and waiter.timer.active():
            waiter.timer.cancel()
