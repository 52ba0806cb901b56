"""A table of locks that is obviously right: lists, looked through from the beginning after each action."""

from itertools import count

from attrs import define, evolve, frozen

from ganeti_lite.constants import LockMode
from ganeti_lite.masterd.locks import LOCKSET, Grant, LockLevel, LockOwner

from .strategies import LEVELS, Action, Ask, Release, ReleaseAll, SetPriority, Withdraw


@frozen
class Claim:
    """Locks of a level that somebody holds or wants; *names* is None for all of them."""

    owner: LockOwner
    level: LockLevel
    names: frozenset[str] | None
    mode: LockMode

    def excludes(self, other: "Claim") -> bool:
        """Whether two owners cannot have both at a time."""
        if self.level is not other.level or LockMode.EXCLUSIVE not in (self.mode, other.mode):
            return False
        if self.names is None or other.names is None:
            return self.names != frozenset() != other.names
        return bool(self.names & other.names)

    def grant(self) -> Grant:
        """What its owner is told."""
        return Grant(self.owner, self.level, frozenset({LOCKSET}) if self.names is None else self.names)


@define
class NaiveTable:
    """What is held, and what is waited for by (priority, number)."""

    held: list[Claim]
    waiting: dict[tuple[int, int], Claim]
    numbers: "count[int]"

    @classmethod
    def empty(cls) -> "NaiveTable":
        """Nobody holds anything."""
        return cls([], {}, count())

    def do(self, action: Action) -> list[Grant] | None:
        """Who has been granted something; None for what nobody may do."""
        match action:
            case Ask():
                if not self._may_ask(action):
                    return None
                self._ask(action)
            case Withdraw(owner):
                self._forget(owner)
            case SetPriority(owner, priority):
                self.waiting = {
                    (priority if claim.owner == owner else rank[0], rank[1]): claim
                    for rank, claim in self.waiting.items()
                }
            case Release(owner, level, keep):
                mine = [claim for claim in self.held if (claim.owner, claim.level) == (owner, level)]
                others = [claim for claim in self.held if claim not in mine]
                kept = [evolve(claim, names=keep if claim.names is None else claim.names & keep) for claim in mine]
                self.held = others + [claim for claim in kept if claim.names]
            case ReleaseAll(owner):
                self._forget(owner)
                self.held = [claim for claim in self.held if claim.owner != owner]
        return self._grant_what_can_be_had()

    def _may_ask(self, action: Ask) -> bool:
        later = LEVELS[LEVELS.index(action.level) :]
        return not any(claim.owner == action.owner for claim in self.waiting.values()) and not any(
            claim.owner == action.owner and claim.level in later for claim in self.held
        )

    def _ask(self, action: Ask) -> None:
        names = action.wish.names
        rank = (action.priority, next(self.numbers))
        if action.wish.is_opportunistic:
            assert names is not None
            names = frozenset(
                name
                for name in names
                if self._can_have(rank, Claim(action.owner, action.level, frozenset({name}), action.wish.mode))
            )
        self.waiting[rank] = Claim(action.owner, action.level, names, action.wish.mode)

    def _forget(self, owner: LockOwner) -> None:
        self.waiting = {rank: claim for rank, claim in self.waiting.items() if claim.owner != owner}

    def _can_have(self, rank: tuple[int, int], claim: Claim) -> bool:
        ahead = [other for other_rank, other in self.waiting.items() if other_rank < rank]
        return not any(other.excludes(claim) for other in self.held + ahead)

    def _grant_what_can_be_had(self) -> list[Grant]:
        granted = []
        for rank in sorted(self.waiting):
            claim = self.waiting[rank]
            if self._can_have(rank, claim):
                del self.waiting[rank]
                if claim.names is None or claim.names:
                    self.held.append(claim)
                granted.append(claim.grant())
        return granted
