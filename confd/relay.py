"""Handing requests on to the daemon that executes jobs, byte for byte, and its answers back.

For clients that know one socket only. Each request has a connection of its own to that daemon, so that none waits
behind another's, and none suffers from what came before it: a daemon hangs up behind a request that it cannot read.
"""

from collections.abc import Generator
from typing import Any, Final

from twisted.application.service import Service
from twisted.internet import defer
from twisted.internet.defer import Deferred, inlineCallbacks

from ganeti_lite.clients.luxi import ClientError, ConnectionLostError
from ganeti_lite.clients.luxi_twisted import ILuxiReactor, LuxiConnection, connect
from ganeti_lite.errors import LuxiError
from ganeti_lite.wire.framing import TERMINATOR

CONNECT_SECONDS: Final = 30.0
"""How long the daemon may have no room for a connection; Ganeti's has a backlog of five."""

ANSWER_SECONDS: Final = 180.0
"""How long it may take to answer, as Ganeti's clients have it."""


class JobRelay(Service):
    """Relays requests to the socket at *path*; ends all that is under way when it is stopped."""

    def __init__(self, path: str, reactor: ILuxiReactor) -> None:
        self._path = path
        self._reactor = reactor
        self._connections: set[LuxiConnection] = set()

    def stopService(self) -> None:
        """Close all connections."""
        super().stopService()
        for connection in tuple(self._connections):
            connection.close()

    @inlineCallbacks
    def ask(self, frame: bytes) -> Generator[Deferred[Any], Any, bytes]:
        """The whole answer message to the request *frame* (without terminator).

        It fails with :class:`LuxiError`, which says whether the request may have been carried out.
        """
        try:
            forget = self._connections.discard
            connection: LuxiConnection = yield connect(self._reactor, self._path, CONNECT_SECONDS, forget)
        except ClientError as error:
            raise LuxiError(f"The job daemon cannot be reached, nothing was done: {error}") from error
        self._connections.add(connection)
        try:
            asking = connection.ask(frame + TERMINATOR)
            answer: bytes = yield asking.addTimeout(ANSWER_SECONDS, self._reactor)
        except (ConnectionLostError, defer.TimeoutError) as error:
            what = str(error) or f"no answer within {ANSWER_SECONDS:g} s"
            raise LuxiError(f"It is not known whether the request was carried out: {self._path}: {what}") from error
        finally:
            if connection.is_open:
                connection.close()
        return answer + TERMINATOR
