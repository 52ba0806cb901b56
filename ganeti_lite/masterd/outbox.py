"""What one node is to be sent: one call under way at a time, and after it the newest content that came meanwhile.

So a node that does not answer holds up nobody but itself, and never gets an older content after a newer one.
"""

from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.python.failure import Failure

from ganeti_lite.wire.noderpc import RpcFailure, RpcResult

T = TypeVar("T")

Outcome: TypeAlias = str | None
"""Why a content did not arrive; None if it did, or if there is no need any more that it does."""


class Outbox(Generic[T]):
    """The contents for one node.

    :ivar is_busy: whether a call is under way.
    :param send: makes the call with a content; brings what came of it.
    """

    def __init__(self, send: Callable[[T], Deferred[RpcResult]]) -> None:
        self._send = send
        self.is_busy = False
        self._next: tuple[T] | None = None
        self._waiting: list[Deferred[Outcome]] = []

    def put(self, content: T) -> Deferred[Outcome]:
        """Send *content* as soon as the node can take it; fires once it, or a newer one, was sent."""
        self._next = (content,)
        done: Deferred[Outcome] = Deferred()
        self._waiting.append(done)
        self._send_next()
        return done

    def clear(self) -> None:
        """Send nothing more, since the node is not to have it; what is under way goes on."""
        self._next = None
        self._answer(self._take_waiting(), None)

    def _send_next(self) -> None:
        if self.is_busy or self._next is None:
            return
        (content,), self._next = self._next, None
        self.is_busy = True
        maybeDeferred(self._send, content).addBoth(self._finish, self._take_waiting())

    def _finish(self, result: RpcResult | Failure, served: list[Deferred[Outcome]]) -> None:
        self.is_busy = False
        self._send_next()
        if isinstance(result, Failure):
            self._answer(served, result.getErrorMessage())
        else:
            self._answer(served, result.reason if isinstance(result, RpcFailure) else None)

    def _take_waiting(self) -> list[Deferred[Outcome]]:
        waiting, self._waiting = self._waiting, []
        return waiting

    @staticmethod
    def _answer(waiting: list[Deferred[Outcome]], outcome: Outcome) -> None:
        for done in waiting:
            done.callback(outcome)
