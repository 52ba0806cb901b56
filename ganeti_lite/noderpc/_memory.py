"""What is remembered of nodes: failed connections, slowness, and answers that may be given again.

Pure: times come in as arguments, in seconds of whatever clock the caller has. All memories are bounded.
"""

from collections import OrderedDict
from typing import Final

from attrs import frozen

from ganeti_lite.wire.noderpc import RpcFailure, RpcSuccess

from .values import NodeCallTarget

NODES_LIMIT: Final = 10_000
"""Nodes that are remembered as failing or slow: far more than a cluster has, and a bound when addresses keep
changing."""

_LONG_AGO: Final = float("-inf")


@frozen
class _Suspicion:
    """A node that could not be connected to.

    :ivar tried_at: when the latest attempt began, whether it is over or not.
    """

    failure: RpcFailure
    tried_at: float


class FailureMemory:
    """Which nodes could not be connected to, and when each may be tried again.

    The interval is counted from the beginning of an attempt: a node that is back can be missed by an attempt that began
    before, never by one that began later. An attempt that nobody waited for to its end does not count.
    """

    def __init__(self, retry_after: float) -> None:
        self._retry_after = retry_after
        self._suspicions: OrderedDict[str, _Suspicion] = OrderedDict()

    def recall(self, address: str, now: float) -> RpcFailure | None:
        """Why the node is not to be tried now; None if it may be."""
        suspicion = self._suspicions.get(address)
        if suspicion is None or now - suspicion.tried_at >= self._retry_after:
            return None
        return suspicion.failure

    def is_suspect(self, address: str) -> bool:
        """Whether the latest finished attempt has failed."""
        return address in self._suspicions

    def note_attempt(self, address: str, now: float) -> None:
        """A suspect is being tried: everyone else gets its remembered failure meanwhile."""
        self._suspicions[address] = _Suspicion(self._suspicions[address].failure, now)

    def note_failure(self, address: str, failure: RpcFailure, tried_at: float) -> None:
        """The attempt that began at ``tried_at`` has failed."""
        self._suspicions[address] = _Suspicion(failure, tried_at)
        self._suspicions.move_to_end(address)
        if len(self._suspicions) > NODES_LIMIT:
            self._suspicions.popitem(last=False)

    def note_abandoned(self, address: str) -> None:
        """The attempt was given up before it had an outcome: the next one may begin at once."""
        if address in self._suspicions:
            self.note_attempt(address, _LONG_AGO)

    def forget(self, address: str) -> None:
        """The node could be connected to."""
        self._suspicions.pop(address, None)


class SlownessMemory:
    """Which nodes have kept somebody waiting since they last were quick."""

    def __init__(self) -> None:
        self._slow: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, address: str) -> bool:
        return address in self._slow

    def note(self, address: str) -> None:
        """The node is slow."""
        self._slow[address] = None
        if len(self._slow) > NODES_LIMIT:
            self._slow.popitem(last=False)

    def forget(self, address: str) -> None:
        """The node is quick."""
        self._slow.pop(address, None)


@frozen
class _Kept:
    answer: RpcSuccess
    size: int
    until: float


class AnswerMemory:
    """Good answers of the last ``max_age`` seconds, the latest ones first to stay.

    :param limit: bytes that their bodies may have together.
    """

    def __init__(self, max_age: float, limit: int) -> None:
        self._max_age = max_age
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[NodeCallTarget, _Kept] = OrderedDict()

    def recall(self, target: NodeCallTarget, now: float) -> RpcSuccess | None:
        """The answer to a call, if there is one that is young enough."""
        kept = self._kept.get(target)
        return None if kept is None or now >= kept.until else kept.answer

    def keep(self, target: NodeCallTarget, answer: RpcSuccess, size: int, now: float) -> None:
        """Remember an answer, whose body had ``size`` bytes."""
        if not self._max_age:
            return
        if target in self._kept:
            self._size -= self._kept.pop(target).size
        self._kept[target] = _Kept(answer, size, now + self._max_age)
        self._size += size
        self._make_room(now)

    def _make_room(self, now: float) -> None:
        """Drop what is too old, and the oldest while there is too much. All live equally long: the oldest is first."""
        while self._kept:
            oldest = next(iter(self._kept.values()))
            if self._size <= self._limit and now < oldest.until:
                return
            self._size -= self._kept.popitem(last=False)[1].size
