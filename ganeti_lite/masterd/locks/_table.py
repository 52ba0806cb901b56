"""The table of locks: who holds what, who waits, who is next. Pure; what a call costs follows the locks it touches.

* All locks of a wish are granted at once, or none: then it waits.
* A request is held back by whoever holds a lock that it wants, and by requests for such a lock that come before it, if
  the two cannot have it together. More urgent ones (smaller priorities) come first, then older ones: so a waiting
  exclusive request holds back later shared ones, and nobody waits for ever behind others of the same priority.
* Nobody asks for locks of a level while holding some of it or of a later one. So whoever is waited for waits, if at
  all, for a later level or further ahead: there is no circle.

Source: what Ganeti 3.0 grants and what it answers to lock queries.
"""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Final

from attrs import frozen

from ganeti_lite.constants import LockMode
from ganeti_lite.errors import ProgrammerError

from ._levels import LOCKSET, LockLevel, LockWish
from ._lock import Lock, LockKey, Rank, Request, Strength, list_parts
from ._owner import LockOwner

_ORDER: Final = {level: index for index, level in enumerate(LockLevel)}


@frozen
class Grant:
    """Locks that somebody has been given.

    :ivar names: of what is held now; ``LOCKSET`` stands for the whole level. Empty only for opportunistic wishes and
        for those without names.
    """

    owner: LockOwner
    level: LockLevel
    names: frozenset[str]


@frozen
class _Held:
    """What an owner holds of a level."""

    names: frozenset[str] = frozenset()
    mode: LockMode = LockMode.SHARED


_NOTHING: Final = _Held()


class LockTable:
    """All locks of a cluster that anybody holds or waits for."""

    def __init__(self) -> None:
        self._locks: dict[LockKey, Lock] = {}
        self._held: dict[LockOwner, dict[LockLevel, _Held]] = {}
        self._pending: dict[LockOwner, Request] = {}
        self._numbers = count()

    def request(self, owner: LockOwner, level: LockLevel, wish: LockWish, priority: int = 0) -> Grant | None:
        """The locks, if they are granted at once; else None, and the request waits.

        An opportunistic wish never waits: it is granted those names that can be had, maybe none.

        :param priority: the smaller, the more urgent.
        :raises ProgrammerError: the owner waits already, or holds locks of this level or of a later one; or the wish is
            opportunistic and names nothing.
        """
        self._check_order(owner, level)
        rank = (priority, next(self._numbers))
        names = frozenset({LOCKSET}) if wish.names is None or LOCKSET in wish.names else wish.names
        if wish.is_opportunistic:
            if LOCKSET in names:
                raise ProgrammerError(f"{owner.job_id} wants any locks of level {level}, but does not say which")
            names = self._choose_free(rank, level, names, wish.mode)
        parts = list_parts(level, names, wish.mode)
        held_back_by = None if wish.is_opportunistic else self._find_obstacle(rank, parts.items())
        if held_back_by is None:
            self._hold(owner, level, _Held(names, wish.mode))
            return Grant(owner, level, names)
        self._enqueue(Request(owner, level, names, wish.mode, parts, rank, held_back_by))
        return None

    def withdraw(self, owner: LockOwner) -> tuple[Grant, ...]:
        """Forget what the owner waits for, if it does; who has been granted something by that."""
        request = self._pending.get(owner)
        if request is None:
            return ()
        self._dequeue(request)
        return self._wake(request.parts)

    def set_priority(self, owner: LockOwner, priority: int) -> tuple[Grant, ...]:
        """Give the owner's waiting request another priority, if there is one; who has been granted something by that.

        Among requests of that priority its age counts, not the time of the change.
        """
        request = self._pending.get(owner)
        if request is None or request.rank[0] == priority:
            return ()
        self._dequeue(request)
        request.rank = (priority, request.rank[1])
        self._enqueue(request)
        return self._wake(request.parts)

    def release(self, owner: LockOwner, level: LockLevel, keep: frozenset[str] = frozenset()) -> tuple[Grant, ...]:
        """Let the owner hold no more of a level than the names to keep; who has been granted something by that.

        Of a level that is held as a whole those locks are kept by name, in the same mode.
        """
        held = self._held.get(owner, {}).get(level, _NOTHING)
        if LOCKSET in held.names and LOCKSET not in keep:
            return self._wake(self._hold(owner, level, _Held(keep, held.mode)))
        return self._wake(self._hold(owner, level, _Held(held.names & keep, held.mode)))

    def release_all(self, owner: LockOwner) -> tuple[Grant, ...]:
        """Let the owner hold nothing and wait for nothing; who has been granted something by that."""
        changed: list[LockKey] = []
        request = self._pending.get(owner)
        if request is not None:
            self._dequeue(request)
            changed += request.parts
        for level in tuple(self._held.get(owner, ())):
            changed += self._hold(owner, level, _NOTHING)
        return self._wake(changed)

    def held(self, owner: LockOwner, level: LockLevel) -> Mapping[str, LockMode]:
        """Name → mode of the owner's locks of a level; ``LOCKSET`` for the whole of it."""
        held = self._held.get(owner, {}).get(level, _NOTHING)
        return dict.fromkeys(held.names, held.mode)

    def is_waiting(self, owner: LockOwner) -> bool:
        """Whether the owner waits for locks."""
        return owner in self._pending

    def listing(self) -> list[object]:
        """The whole table in the form that Ganeti 3.0's ``listLocksWaitingStatus`` has.

        ``[held, waiting]``: ``[lock, [[owner, mode] …]]`` for each lock that is held, a level of which some is held
        included, and ``[priority, owner, [[lock, mode] …]]`` for each request, the most urgent first.
        """
        held: list[object] = [
            [str(key), [[owner.to_wire(), mode.value] for owner, mode in self._locks[key].holders()]]
            for key in sorted(self._locks, key=lambda key: (_ORDER[key.level], key.name))
            if self._locks[key].is_held
        ]
        waiting: list[object] = [
            [request.rank[0], request.owner.to_wire(), _list_wanted(request)]
            for request in sorted(self._pending.values(), key=lambda request: request.rank)
        ]
        return [held, waiting]

    def _check_order(self, owner: LockOwner, level: LockLevel) -> None:
        if owner in self._pending:
            raise ProgrammerError(f"Job {owner.job_id} asks for locks while it waits for others")
        latest = max(self._held.get(owner, ()), key=_ORDER.__getitem__, default=None)
        if latest is not None and _ORDER[latest] >= _ORDER[level]:
            raise ProgrammerError(f"Job {owner.job_id} asks for locks of {level} while it holds some of {latest}")

    def _choose_free(self, rank: Rank, level: LockLevel, names: frozenset[str], mode: LockMode) -> frozenset[str]:
        """Those of the names that can be had now."""
        parts = list_parts(level, names, mode)
        whole = LockKey(level, LOCKSET)
        if whole in parts and self._holds_back(whole, rank, parts.pop(whole)):
            return frozenset()
        return frozenset(key.name for key, strength in parts.items() if not self._holds_back(key, rank, strength))

    def _find_obstacle(self, rank: Rank, parts: Iterable[tuple[LockKey, Strength]]) -> LockKey | None:
        """One of the locks that cannot be had now; None if all can."""
        return next((key for key, strength in parts if self._holds_back(key, rank, strength)), None)

    def _holds_back(self, key: LockKey, rank: Rank, strength: Strength) -> bool:
        lock = self._locks.get(key)
        return lock is not None and lock.holds_back(rank, strength)

    def _hold(self, owner: LockOwner, level: LockLevel, held: _Held) -> list[LockKey]:
        """Let the owner hold that of a level and nothing else; the locks that have changed."""
        levels = self._held.setdefault(owner, {})
        former = levels.pop(level, _NOTHING)
        if held.names:
            levels[level] = held
        if not levels:
            del self._held[owner]
        before, after = (list_parts(level, each.names, each.mode) for each in (former, held))
        changed = [key for key in {**before, **after} if before.get(key) is not after.get(key)]
        for key in changed:
            self._locks.setdefault(key, Lock()).hold(owner, after.get(key))
            self._tidy(key)
        return changed

    def _enqueue(self, request: Request) -> None:
        self._pending[request.owner] = request
        for key, strength in request.parts.items():
            self._locks.setdefault(key, Lock()).waiting.add(request, strength)
        self._watch(request, request.held_back_by)

    def _dequeue(self, request: Request) -> None:
        del self._pending[request.owner]
        self._unwatch(request)
        for key, strength in request.parts.items():
            self._locks[key].waiting.remove(request, strength)
            self._tidy(key)

    def _watch(self, request: Request, key: LockKey) -> None:
        request.held_back_by = key
        self._locks[key].watching.add(request, request.parts[key])

    def _unwatch(self, request: Request) -> None:
        key = request.held_back_by
        self._locks[key].watching.remove(request, request.parts[key])

    def _wake(self, changed: Iterable[LockKey]) -> tuple[Grant, ...]:
        """Grant what was held back by locks that have changed, and can be had now."""
        granted = [request for key in changed for request in self._wake_watching(key)]
        granted.sort(key=lambda request: request.rank)
        return tuple(Grant(request.owner, request.level, request.names) for request in granted)

    def _wake_watching(self, key: LockKey) -> list[Request]:
        """Grant what can be had of the requests that this lock has held back.

        They are looked at in order, as far as the lock may be had: whoever is still held back here holds back, or is
        held back with, all later ones of the same strength; and behind an exclusive one comes nobody.
        """
        granted = []
        open_strengths = set(Strength)
        while open_strengths and (lock := self._locks.get(key)) is not None:
            firsts = [first for strength in open_strengths if (first := lock.watching.first(strength)) is not None]
            if not firsts:
                break
            request = min(firsts, key=lambda request: request.rank)
            strength = request.parts[key]
            if strength is Strength.EXCLUSIVE:
                open_strengths.clear()
            if lock.holds_back(request.rank, strength):
                open_strengths.discard(strength)
                continue
            obstacle = self._find_obstacle(request.rank, request.parts.items())
            if obstacle is not None:
                self._unwatch(request)
                self._watch(request, obstacle)
                continue
            self._dequeue(request)
            self._hold(request.owner, request.level, _Held(request.names, request.mode))
            granted.append(request)
        return granted

    def _tidy(self, key: LockKey) -> None:
        """Forget a lock that nobody holds or waits for."""
        if self._locks[key].is_forgotten:
            del self._locks[key]


def _list_wanted(request: Request) -> list[list[str]]:
    return [[str(LockKey(request.level, name)), request.mode.value] for name in sorted(request.names)]
