"""A value that takes time to make: made when somebody first asks for it, once for all who do."""

from collections.abc import Callable
from typing import Generic, TypeVar

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.python.failure import Failure

T = TypeVar("T")


class Prepared(Generic[T]):
    """One value.

    :param make: starts making it; called once, or never.
    """

    def __init__(self, make: Callable[[], Deferred[T]]) -> None:
        self._make = make
        self._result: tuple[T | Failure] | None = None
        self._waiting: list[Deferred[T]] = []

    def get(self) -> Deferred[T]:
        """The value; fails, for everybody, if it cannot be made."""
        done: Deferred[T] = Deferred()
        if self._result is not None:
            done.callback(self._result[0])
            return done
        self._waiting.append(done)
        if len(self._waiting) == 1:
            maybeDeferred(self._make).addBoth(self._keep)
        return done

    def _keep(self, result: T | Failure) -> None:
        self._result = (result,)
        waiting, self._waiting = self._waiting, []
        for done in waiting:
            done.callback(result)
