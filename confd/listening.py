"""Listening for queries: a Unix socket that is there while this node may answer, and only then."""

import os
import socket
import stat
from collections.abc import Callable

from twisted.application.service import Service
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.interfaces import IListeningPort, IReactorUNIX
from twisted.internet.protocol import ServerFactory
from twisted.logger import Logger

SOCKET_MODE = 0o660
BACKLOG = 1024
"""Clients that may wait to be accepted; Ganeti's daemon has 5, and refuses the rest of a crowd."""


class SocketInUseError(Exception):
    """Somebody answers on the socket already."""


def remove_stale_socket(path: str) -> None:
    """Remove the socket that a daemon which is gone has left at *path*.

    :raises SocketInUseError: a daemon is still there, or what is at *path* is no socket.
    """
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise SocketInUseError(f"{path} is in the way: it is no socket")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            os.unlink(path)
            return
    raise SocketInUseError(f"another daemon answers on {path} already")


class QueryPort(Service):
    """Listens on a Unix socket while *find_refusal* has nothing against it.

    :param find_refusal: why this node must not listen now, None if it may.
    """

    log = Logger()

    def __init__(
        self, path: str, factory: ServerFactory, reactor: IReactorUNIX, find_refusal: Callable[[], str | None]
    ) -> None:
        self._path = path
        self._factory = factory
        self._reactor = reactor
        self._find_refusal = find_refusal
        self._port: IListeningPort | None = None
        self._complaint: str | None = None

    @property
    def is_listening(self) -> bool:
        """Whether clients can connect."""
        return self._port is not None

    def review(self) -> None:
        """Start or stop listening as the present state of things asks for."""
        if not self.running:
            return
        refusal = self._find_refusal()
        if refusal is None:
            self._listen()
        else:
            self._complain(refusal)
            self._stop_listening()

    def startService(self) -> None:
        """Listen, unless it is refused."""
        super().startService()
        self.review()

    def stopService(self) -> Deferred[object]:
        """Stop listening; connections that there are go on."""
        super().stopService()
        return maybeDeferred(self._stop_listening)

    def _listen(self) -> None:
        if self._port is not None:
            return
        try:
            remove_stale_socket(self._path)
            self._port = self._reactor.listenUNIX(self._path, self._factory, BACKLOG, SOCKET_MODE)
        except Exception as error:  # whatever keeps it from listening now may be over at the next review
            self._complain(f"{error}")
        else:
            self._complaint = None
            self.log.info("answering queries on {path}", path=self._path)

    def _stop_listening(self) -> object:
        port, self._port = self._port, None
        if port is None:
            return None
        self.log.info("no longer answering queries on {path}", path=self._path)
        return port.stopListening()

    def _complain(self, reason: str) -> None:
        """Log why there is no listening, once for each reason."""
        if reason != self._complaint:
            self._complaint = reason
            self.log.error("not answering queries on {path}: {reason}", path=self._path, reason=reason)
