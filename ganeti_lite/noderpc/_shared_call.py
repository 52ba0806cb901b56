"""One call, and all who wait for its answer."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall

from ganeti_lite.wire.noderpc import RpcFailure, RpcResult

from ._exchange import Exchange, Outcome
from .values import NodeCallTarget

CANCELLED: Final = RpcFailure("cancelled")
"""What a Deferred fires with when it is cancelled."""


class SharedCall:
    """A call that lasts as long as somebody waits.

    :ivar deadline: seconds that it may take.
    :ivar exchange: its connection, while there is one.
    :param on_outcome: called by :meth:`conclude`.
    :param on_abandoned: called when the last one who waited has left.
    """

    def __init__(
        self,
        target: NodeCallTarget,
        deadline: float,
        on_outcome: Callable[["SharedCall", Outcome], None],
        on_abandoned: Callable[["SharedCall"], None],
    ) -> None:
        self.target = target
        self.deadline = deadline
        self.exchange: Exchange | None = None
        self._on_outcome = on_outcome
        self._on_abandoned = on_abandoned
        self._waiters: OrderedDict[Deferred[RpcResult], None] = OrderedDict()
        self._is_finished = False
        self._timer: IDelayedCall | None = None

    def expire_by(self, timer: IDelayedCall) -> None:
        """Take over the timer that ends the call, to stop it at the end."""
        self._timer = timer

    def join(self) -> Deferred[RpcResult]:
        """The result, for one more who waits; cancelling it (it then fires with a failure) means not to wait."""
        waiter: Deferred[RpcResult] = Deferred(self._leave)
        self._waiters[waiter] = None
        return waiter

    def conclude(self, outcome: Outcome) -> None:
        """The call has been carried out."""
        self._on_outcome(self, outcome)

    def finish(self, result: RpcResult) -> None:
        """Tell everybody."""
        self.close()
        while self._waiters:  # each may cancel others
            waiter, _ = self._waiters.popitem(last=False)
            waiter.callback(result)

    def close(self) -> None:
        """Nothing more will come of it."""
        self._is_finished = True
        self.exchange = None
        if self._timer is not None and self._timer.active():
            self._timer.cancel()

    def _leave(self, waiter: Deferred[RpcResult]) -> None:
        self._waiters.pop(waiter, None)
        if not self._waiters and not self._is_finished:
            self._on_abandoned(self)
        waiter.callback(CANCELLED)
