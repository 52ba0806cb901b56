"""First come, first served, over a bounded number of connections; nodes that were slow lately are served last."""

from collections import OrderedDict
from functools import partial

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall

from ._exchange import Exchange, IReactor, Outcome
from ._http import encode_request
from ._memory import SlownessMemory
from ._places import MOMENT, Places
from ._shared_call import SharedCall
from ._tls import CertificateFiles, CertificatesError
from .values import FailureKind, Limits


class ExchangeQueue:
    """Sees to it that each call is carried out, over no more connections than the limits allow.

    However many nodes hang, the others have their turn: a connection holds one of the places for a moment only, and a
    node that has held one for longer is begun after all others, until it answers promptly again.

    :ivar sent: connections that were begun.
    """

    def __init__(self, reactor: IReactor, certificates: CertificateFiles, limits: Limits, port: int) -> None:
        self._reactor = reactor
        self._certificates = certificates
        self._limits = limits
        self._port = port
        self._waiting: OrderedDict[SharedCall, None] = OrderedDict()
        self._waiting_for_slow: OrderedDict[SharedCall, None] = OrderedDict()
        self._slow = SlownessMemory()
        self._places = Places(limits.connections, limits.slow_connections)
        self._room: IDelayedCall | None = None
        self._is_beginning = False
        self._until_idle: Deferred[None] | None = None
        self.sent = 0

    @property
    def queued(self) -> int:
        """Calls without a connection."""
        return len(self._waiting) + len(self._waiting_for_slow)

    @property
    def open_connections(self) -> int:
        """Connections that are not closed yet, whether somebody waits for an answer or not."""
        return len(self._places)

    def submit(self, call: SharedCall) -> None:
        """Queue a call; it may be carried out, or fail, before this returns."""
        self._waiting[call] = None
        self._begin_next()

    def withdraw(self, call: SharedCall) -> None:
        """Forget a call that has no outcome yet; its connection is closed."""
        if call.exchange is not None:
            call.exchange.abort()
        else:
            self._waiting.pop(call, None)
            self._waiting_for_slow.pop(call, None)
            self._await_room()

    def stop(self) -> Deferred[None]:
        """Withdraw everything; done when no connection is left. There must be no calls after that."""
        self._waiting.clear()
        self._waiting_for_slow.clear()
        self._await_room()
        self._until_idle = Deferred()
        for exchange in tuple(self._places):
            exchange.abort()
        self._announce_idleness()
        return self._until_idle

    def _begin_next(self) -> None:
        """Begin what there is room for. An outcome may bring new calls at once: those are left to the loop."""
        if self._is_beginning:
            return
        self._is_beginning = True
        self._make_room()
        try:
            while self._places.has_room and (call := self._pop_next()) is not None:
                self._begin(call)
        finally:
            self._is_beginning = False
        self._await_room()

    def _pop_next(self) -> SharedCall | None:
        """The call whose turn it is; None if none waits."""
        while self._waiting:
            call, _ = self._waiting.popitem(last=False)
            if call.target.address not in self._slow:
                return call
            self._waiting_for_slow[call] = None
        return self._waiting_for_slow.popitem(last=False)[0] if self._waiting_for_slow else None

    def _make_room(self) -> None:
        for address in self._places.set_aside(self._reactor.seconds()):
            self._slow.note(address)

    def _await_room(self) -> None:
        """Look again when there may be room, as long as anything waits for it."""
        at = self._places.next_room_at if self.queued else None
        is_set = self._room is not None and self._room.active()
        if at is not None and not is_set:
            self._room = self._reactor.callLater(max(0.0, at - self._reactor.seconds()), self._begin_next)
        elif at is None and self._room is not None and is_set:
            self._room.cancel()

    def _begin(self, call: SharedCall) -> None:
        target = call.target
        try:
            tls = self._certificates.current()
            request = encode_request(target.address, self._port, target.method, target.body)
        except CertificatesError as error:
            call.conclude(Outcome.failed(FailureKind.LOCAL, str(error)))
            return
        except ValueError as error:
            call.conclude(Outcome.failed(FailureKind.CONNECTION, f"cannot connect: {error}"))
            return
        conclude = partial(self._conclude, call, self._reactor.seconds())
        call.exchange = exchange = Exchange(self._reactor, self._limits, request, conclude, self._release)
        self._places.take(exchange, target.address)
        self.sent += 1
        exchange.begin(target.address, self._port, tls)

    def _conclude(self, call: SharedCall, begun_at: float, outcome: Outcome) -> None:
        """Whatever comes of it, the node has been quick or slow."""
        if self._reactor.seconds() < begun_at + MOMENT:
            self._slow.forget(call.target.address)
        else:
            self._slow.note(call.target.address)
        call.conclude(outcome)

    def _release(self, exchange: Exchange) -> None:
        self._make_room()  # before this one is forgotten: nobody may have waited for the end of its moment
        self._places.give_back(exchange)
        self._begin_next()
        self._announce_idleness()

    def _announce_idleness(self) -> None:
        if self._until_idle is not None and not self._places and not self._until_idle.called:
            self._until_idle.callback(None)
