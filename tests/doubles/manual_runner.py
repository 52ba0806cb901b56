"""A stand-in for worker threads that runs things when it is told to."""

from collections.abc import Callable
from typing import TypeVar

from twisted.internet.defer import Deferred, maybeDeferred

T = TypeVar("T")


class ManualRunner:
    """Keeps what it is given.

    :ivar pending: what was not run yet, in order.
    """

    def __init__(self) -> None:
        self.pending: list[Callable[[], object]] = []

    def __call__(self, function: Callable[[], T], /) -> Deferred[T]:
        done: Deferred[T] = Deferred()
        self.pending.append(lambda: maybeDeferred(function).chainDeferred(done))
        return done

    def run_one(self) -> None:
        """Run what has waited longest."""
        self.pending.pop(0)()

    def run_all(self) -> None:
        """Run everything, and what comes of it."""
        while self.pending:
            self.run_one()
