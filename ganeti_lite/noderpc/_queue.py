"""First come, first served, over a bounded number of connections."""

from collections import OrderedDict

from twisted.internet.defer import Deferred

from ._exchange import Exchange, IReactor, Outcome
from ._http import encode_request
from ._shared_call import SharedCall
from ._tls import CertificateFiles, CertificatesError
from .values import FailureKind, Limits


class ExchangeQueue:
    """Sees to it that each call is carried out, over no more connections than the limits allow.

    :ivar sent: connections that were begun.
    """

    def __init__(self, reactor: IReactor, certificates: CertificateFiles, limits: Limits, port: int) -> None:
        self._reactor = reactor
        self._certificates = certificates
        self._limits = limits
        self._port = port
        self._waiting: OrderedDict[SharedCall, None] = OrderedDict()
        self._open: set[Exchange] = set()
        self._is_beginning = False
        self._until_idle: Deferred[None] | None = None
        self.sent = 0

    @property
    def queued(self) -> int:
        """Calls without a connection."""
        return len(self._waiting)

    @property
    def open_connections(self) -> int:
        """Connections that are not closed yet, whether somebody waits for an answer or not."""
        return len(self._open)

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

    def stop(self) -> Deferred[None]:
        """Withdraw everything; done when no connection is left. There must be no calls after that."""
        self._waiting.clear()
        self._until_idle = Deferred()
        for exchange in tuple(self._open):
            exchange.abort()
        self._announce_idleness()
        return self._until_idle

    def _begin_next(self) -> None:
        """Begin what there is room for. An outcome may bring new calls at once: those are left to the loop."""
        if self._is_beginning:
            return
        self._is_beginning = True
        try:
            while self._waiting and len(self._open) < self._limits.connections:
                self._begin(self._waiting.popitem(last=False)[0])
        finally:
            self._is_beginning = False

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
        call.exchange = exchange = Exchange(self._reactor, self._limits, request, call.conclude, self._release)
        self._open.add(exchange)
        self.sent += 1
        exchange.begin(target.address, self._port, tls)

    def _release(self, exchange: Exchange) -> None:
        self._open.discard(exchange)
        self._begin_next()
        self._announce_idleness()

    def _announce_idleness(self) -> None:
        if self._until_idle is not None and not self._open and not self._until_idle.called:
            self._until_idle.callback(None)
