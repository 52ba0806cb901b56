"""Waiting for locks, giving up, and what a long wait does."""

from typing import Final

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock

from ganeti_lite.constants import LockMode
from ganeti_lite.errors import ProgrammerError
from ganeti_lite.masterd.lock_queue import ROUND, LockQueue
from ganeti_lite.masterd.locks import LockLevel, LockOwner, LockWish

ONE, TWO, THREE = (LockOwner(job_id) for job_id in range(1, 4))
NODE: Final = LockLevel.NODE
IDLE: Final[list[object]] = [[], []]


class Scene:
    """A queue, its clock, and what it has told.

    :ivar raised: whose request has become how urgent.
    :ivar told: what each job was told: names of locks, or the class of an error.
    """

    def __init__(self) -> None:
        self.clock = Clock()
        self.raised: list[tuple[int, int]] = []
        self.queue = LockQueue(self.clock, lambda owner, priority: self.raised.append((owner.job_id, priority)))
        self.told: list[tuple[int, object]] = []

    def ask(self, owner: LockOwner, *names: str, priority: int = 0) -> Deferred[object]:
        """Ask for nodes' locks."""
        waiting = self.queue.acquire(owner, NODE, LockWish(frozenset(names)), priority)
        return waiting.addCallbacks(
            lambda held: self.told.append((owner.job_id, set(held))),
            lambda failure: self.told.append((owner.job_id, failure.type)),
        )


@pytest.fixture
def scene() -> Scene:
    """A queue that nobody uses yet."""
    return Scene()


def test_locks_come_at_once_or_when_they_are_free(scene: Scene) -> None:
    """In the order in which they were asked for."""
    scene.ask(ONE, "a", "b")
    scene.ask(TWO, "a")
    scene.ask(THREE, "b")
    assert scene.told == [(1, {"a", "b"})]
    scene.queue.release(ONE, NODE, frozenset("a"))
    scene.queue.release_all(ONE)
    assert scene.told[1:] == [(3, {"b"}), (2, {"a"})]


def test_cancelled_request_is_withdrawn(scene: Scene) -> None:
    """Whoever was held back by it goes on, and nothing of it is left."""
    scene.queue.acquire(ONE, NODE, LockWish(frozenset("a"), LockMode.SHARED))
    waiting = scene.ask(TWO, "a", "b")
    scene.ask(THREE, "b")
    waiting.cancel()
    assert scene.told == [(3, {"b"}), (2, CancelledError)]
    for owner in (ONE, TWO, THREE):
        scene.queue.release_all(owner)
    assert scene.queue.listing() == IDLE
    assert not scene.clock.getDelayedCalls()


def test_end_of_a_waiting_job_withdraws_its_request(scene: Scene) -> None:
    """And tells it."""
    scene.ask(ONE, "a")
    scene.ask(TWO, "a")
    scene.queue.release_all(TWO)
    scene.queue.release_all(ONE)
    assert scene.told == [(1, {"a"}), (2, CancelledError)]
    assert scene.queue.listing() == IDLE
    assert not scene.clock.getDelayedCalls()


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_who_is_told_first_may_end_another(scene: Scene, is_cancelled: bool) -> None:
    """Though both have been granted their locks: the other is told of its end, and holds nothing."""
    scene.ask(ONE, "a", "b")
    first = scene.queue.acquire(TWO, NODE, LockWish(frozenset("a")))
    second = scene.ask(THREE, "b")
    first.addCallback(lambda _: second.cancel() if is_cancelled else scene.queue.release_all(THREE))
    scene.queue.release_all(ONE)
    assert scene.told == [(1, {"a", "b"}), (3, CancelledError)]
    scene.queue.release_all(TWO)
    assert scene.queue.listing() == IDLE


def test_order_of_levels_is_kept(scene: Scene) -> None:
    """Asking for an earlier one is a mistake of the program."""
    scene.ask(ONE, "a")
    with pytest.raises(ProgrammerError):
        scene.queue.acquire(ONE, LockLevel.INSTANCE, LockWish(None))


def test_long_wait_makes_more_urgent(scene: Scene) -> None:
    """By one each half hour, down to -20, while the request waits and no longer."""
    scene.ask(ONE, "a")
    scene.ask(TWO, "a", priority=-18)
    scene.ask(THREE, "a", priority=-20)
    scene.clock.advance(ROUND - 1)
    assert scene.raised == []
    scene.clock.advance(1)
    assert scene.raised == [(2, -19)]
    scene.clock.pump([ROUND] * 5)
    assert scene.raised == [(2, -19), (2, -20)]
    assert not scene.clock.getDelayedCalls()
    scene.queue.release_all(ONE)
    assert scene.told[1:] == [(2, {"a"})]


def test_raised_request_may_be_granted_by_it(scene: Scene) -> None:
    """When it was held back by another that waits only; who counts the priorities is told first."""
    order: list[object] = []
    scene.ask(ONE, "a")
    scene.ask(TWO, "a", "b")
    scene.clock.advance(1)
    waiting = scene.queue.acquire(THREE, NODE, LockWish(frozenset("b")))
    waiting.addCallback(lambda _: order.append(list(scene.raised)))
    scene.clock.advance(ROUND - 1)
    scene.queue.set_priority(TWO, 0)
    assert order == []
    scene.clock.advance(1)
    assert order == [[(2, -1), (3, -1)]]


def test_priority_of_who_does_not_wait_is_nothing_here(scene: Scene) -> None:
    """It will come with the next request."""
    scene.ask(ONE, "a")
    scene.queue.set_priority(ONE, -10)
    scene.queue.set_priority(TWO, -10)
    assert scene.told == [(1, {"a"})]
