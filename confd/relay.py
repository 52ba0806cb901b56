"""Handing requests on to the daemon that executes jobs, byte for byte, and its answers back.

For clients that know one socket only. Each request that is under way has a connection of its own to that daemon, so
that none waits behind another's; connections that are free again are used for the next ones.
"""

from collections.abc import Generator
from typing import Any, Final

from twisted.application.service import Service
from twisted.internet import defer
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.interfaces import IDelayedCall

from ganeti_lite.clients.luxi import ClientError, ConnectionLostError
from ganeti_lite.clients.luxi_twisted import ILuxiReactor, LuxiConnection, connect
from ganeti_lite.errors import LuxiError
from ganeti_lite.wire.framing import TERMINATOR

CONNECT_SECONDS: Final = 30.0
"""How long the daemon may have no room for a connection; Ganeti's has a backlog of five."""

ANSWER_SECONDS: Final = 180.0
"""How long it may take to answer, as Ganeti's clients have it."""

IDLE_SECONDS: Final = 60.0
"""How long a free connection is kept; Ganeti's daemon drops it after 180 s."""


class JobRelay(Service):
    """Relays requests to the socket at *path*; ends all that is under way when it is stopped."""

    def __init__(self, path: str, reactor: ILuxiReactor) -> None:
        self._path = path
        self._reactor = reactor
        self._free: dict[LuxiConnection, IDelayedCall] = {}
        self._busy: set[LuxiConnection] = set()

    def stopService(self) -> None:
        """Close all connections."""
        super().stopService()
        for connection in (*self._free, *self._busy):
            connection.close()

    @inlineCallbacks
    def ask(self, frame: bytes) -> Generator[Deferred[Any], Any, bytes]:
        """The whole answer message to the request *frame* (without terminator).

        It fails with :class:`LuxiError`, which says whether the request may have been carried out.
        """
        try:
            connection: LuxiConnection = yield self._find_connection()
        except ClientError as error:
            raise LuxiError(f"The job daemon cannot be reached, nothing was done: {error}") from error
        self._busy.add(connection)
        try:
            asking = connection.ask(frame + TERMINATOR)
            answer: bytes = yield asking.addTimeout(ANSWER_SECONDS, self._reactor)
        except (ConnectionLostError, defer.TimeoutError) as error:
            what = str(error) or f"no answer within {ANSWER_SECONDS:g} s"
            raise LuxiError(f"It is not known whether the request was carried out: {self._path}: {what}") from error
        finally:
            self._busy.discard(connection)
            self._keep(connection)
        return answer + TERMINATOR

    @inlineCallbacks
    def _find_connection(self) -> Generator[Deferred[Any], Any, LuxiConnection]:
        while self._free:
            connection, expiry = self._free.popitem()
            expiry.cancel()
            if connection.is_open:
                return connection
        fresh: LuxiConnection = yield connect(self._reactor, self._path, CONNECT_SECONDS, self._forget)
        return fresh

    def _keep(self, connection: LuxiConnection) -> None:
        """Keep a connection for the next request, if it is still good for one."""
        if connection.is_open and self.running:
            self._free[connection] = self._reactor.callLater(IDLE_SECONDS, connection.close)
        elif connection.is_open:
            connection.close()

    def _forget(self, connection: LuxiConnection) -> None:
        """A connection is gone."""
        expiry = self._free.pop(connection, None)
        if expiry is not None and expiry.active():
            expiry.cancel()
