"""A stand-in for worker threads in which the work and the telling of its result are two moments."""

from collections.abc import Callable
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

T = TypeVar("T")


class TwoStepRunner:
    """Keeps what it is given, and what has come of it, until it is told to go on."""

    def __init__(self) -> None:
        self._to_do: list[Callable[[], None]] = []
        self._to_tell: list[Callable[[], None]] = []

    def __call__(self, function: Callable[[], T], /) -> Deferred[T]:
        done: Deferred[T] = Deferred()

        def work() -> None:
            result = _outcome(function)
            self._to_tell.append(lambda: done.callback(result))

        self._to_do.append(work)
        return done

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do and nothing to tell."""
        return not self._to_do and not self._to_tell

    def work(self) -> None:
        """Do what has waited longest, if there is anything."""
        if self._to_do:
            self._to_do.pop(0)()

    def tell(self) -> None:
        """Tell the oldest result, if there is any."""
        if self._to_tell:
            self._to_tell.pop(0)()

    def finish(self) -> None:
        """Do and tell everything, and what comes of it."""
        while not self.is_idle:
            self.work()
            self.tell()


def _outcome(function: Callable[[], T]) -> T | Failure:
    try:
        return function()
    except Exception:
        return Failure()
