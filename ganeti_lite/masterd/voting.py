"""The vote: whether the nodes of the cluster agree that this one is the master. Pure.

Each node is asked what its own files say (``master_node_name``); no majority, no master. Source of the count: Ganeti
3.0's daemons on the master.
"""

import enum
from collections import Counter
from collections.abc import Iterable

from attrs import frozen


class Verdict(enum.Enum):
    """What becomes of a vote."""

    WON = "more than half of the nodes, none of them in doubt"
    UNDECIDED = "too few nodes have answered; with more answers it may still be won"
    LOST = "it cannot be won any more"


@frozen
class Vote:
    """The answers of one round.

    :ivar hostname: the node that wants to be the master.
    :ivar answers: whom each node names; None for a node that did not answer.
    """

    hostname: str
    answers: tuple[str | None, ...]

    @classmethod
    def of(cls, hostname: str, answers: Iterable[str | None]) -> "Vote":
        """The vote that consists of these answers."""
        return cls(hostname, tuple(answers))

    @property
    def verdict(self) -> Verdict:
        """Whether it is won."""
        total, own, silent = len(self.answers), self.answers.count(self.hostname), self.answers.count(None)
        if 2 * own > total:
            return Verdict.WON
        return Verdict.UNDECIDED if 2 * (own + silent) > total else Verdict.LOST

    def __str__(self) -> str:
        """The count, for people."""
        named = Counter(answer for answer in self.answers if answer is not None)
        counts = ", ".join(f"{name}: {count}" for name, count in sorted(named.items()))
        silent = self.answers.count(None)
        return f"of {len(self.answers)} nodes, {counts or 'none'}" + (f"; {silent} did not answer" if silent else "")
