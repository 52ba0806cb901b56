"""Reactors of a test's own, which run until something has happened."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.selectreactor import SelectReactor
from twisted.python.failure import Failure

T = TypeVar("T")

Reactor: TypeAlias = SelectReactor


def run_reactor(function: Callable[[Reactor], Deferred[T]]) -> T:
    """What the Deferred that *function* returns brings; a real reactor runs until then, and is thrown away."""
    reactor = SelectReactor()
    outcomes: list[T | Failure] = []

    def start() -> None:
        maybeDeferred(function, reactor).addBoth(outcomes.append).addBoth(lambda _: reactor.stop())

    reactor.callWhenRunning(start)
    reactor.run(installSignalHandlers=False)
    (outcome,) = outcomes
    if isinstance(outcome, Failure):
        outcome.raiseException()
    return outcome
