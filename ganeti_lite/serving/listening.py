"""Listening for queries: a Unix socket that is in its place while this node may answer, and only then."""

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from attrs import frozen
from twisted.application.service import Service
from twisted.internet import tcp, unix
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.protocol import ServerFactory
from twisted.logger import Logger
from twisted.python.failure import Failure

from ganeti_lite.socket_place import (
    SocketIdentity,
    SocketInUseError,
    clear_place,
    give_back,
    identify,
    is_answering,
    set_aside,
)

SOCKET_MODE: Final = 0o660
BACKLOG: Final = 1024
"""Clients that may wait to be accepted; Ganeti's daemon has 5, and refuses the rest of a crowd."""

PATIENCE: Final = 0.1
"""Seconds from when the file at the place is no longer ours until the place is taken again.

A daemon that starts removes what is there, binds, and listens; coming between these steps would make its start fail.
"""


class _Port(unix.Port):
    """A listening socket that leaves its file to its owner: under that name there may be somebody else's by now."""

    def connectionLost(self, reason: Failure) -> None:
        """Give back the descriptor."""
        tcp.Port.connectionLost(self, reason)


@frozen(eq=False)
class _Listening:
    """A socket that is listened on, and its file."""

    port: _Port
    identity: SocketIdentity | None


def give_to_folder_owner(path: str) -> None:
    """Give a socket to the user and group that its folder belongs to, as Ganeti's are, as far as that is allowed.

    If somebody who may write to the folder has put a link in its place, what that leads to is not given away.
    """
    folder = os.stat(os.path.dirname(path))
    with suppress(PermissionError):
        os.chown(path, -1, folder.st_gid, follow_symlinks=False)
        os.chown(path, folder.st_uid, -1, follow_symlinks=False)


class QueryPort(Service):
    """Listens on the socket *place* while *find_refusal* has nothing against it.

    If somebody removes the file, or puts another daemon's there, the next review notices, and the place is taken again
    :data:`PATIENCE` seconds later.

    :param find_refusal: why this node must not listen now, None if it may.
    :param aside: where a daemon that is at the place is moved to; None to leave it alone and not listen meanwhile.
    :param purpose: what the log says that is done there.
    """

    log = Logger()

    def __init__(
        self,
        place: str,
        factory: ServerFactory,
        reactor: Any,
        find_refusal: Callable[[], str | None],
        aside: str | None = None,
        purpose: str = "answering queries",
    ) -> None:
        self._place = place
        self._factory = factory
        self._reactor = reactor
        self._find_refusal = find_refusal
        self._aside = aside
        self._purpose = purpose
        self._listening: _Listening | None = None
        self._complaint: str | None = None
        self._return: Any = None  # the delayed call that takes the lost place again

    @property
    def is_listening(self) -> bool:
        """Whether clients can connect."""
        return self._listening is not None

    def review(self) -> None:
        """Start or stop listening as the present state of things asks for."""
        if not self.running:
            return
        refusal = self._find_refusal()
        if refusal is not None:
            self._complain(refusal)
            self._stop_listening()
        elif self._listening is None:
            self._listen()
        elif self._return is None and self._has_lost_place():
            self._return = self._reactor.callLater(PATIENCE, self._come_back)

    def startService(self) -> None:
        """Listen, unless it is refused."""
        super().startService()
        self.review()

    def stopService(self) -> Deferred[object]:
        """Stop listening; connections that there are go on."""
        super().stopService()
        return maybeDeferred(self._stop_listening)

    def _has_lost_place(self) -> bool:
        return self._listening is not None and identify(self._place) != self._listening.identity

    def _come_back(self) -> None:
        """Give up the socket that clients no longer find, and listen on a new one."""
        self._return = None
        if self._has_lost_place():
            self.log.warn("{path} is not this daemon's socket any more", path=self._place)
            self._stop_listening()
        self.review()

    def _listen(self) -> None:
        try:
            self._listening = self._take_place()
        except Exception as error:  # whatever keeps it from listening now may be over at the next review
            self._complain(f"{error}")
        else:
            self._complaint = None
            self.log.info("{purpose} on {path}", purpose=self._purpose, path=self._place)

    def _take_place(self) -> _Listening:
        """Listen under another name first, so that there is no moment at which nobody answers."""
        if self._aside is None:
            clear_place(self._place)
        own_name = f"{os.path.dirname(self._place)}/{os.getpid()}"  # short: the name of a socket has 107 bytes at most
        with suppress(FileNotFoundError):
            os.unlink(own_name)
        port = _Port(os.fsencode(own_name), self._factory, BACKLOG, SOCKET_MODE, reactor=self._reactor)
        port.startListening()
        try:
            identity = identify(own_name)
            give_to_folder_owner(own_name)
            if self._aside is not None:
                self._set_other_aside(self._aside)
            os.rename(own_name, self._place)
        except BaseException:
            port.stopListening()
            with suppress(FileNotFoundError):
                os.unlink(own_name)
            raise
        return _Listening(port, identity)

    def _set_other_aside(self, aside: str) -> None:
        """Let the daemon that is at the place be reached aside."""
        if not os.path.lexists(self._place):
            return
        if not is_answering(self._place):
            clear_place(self._place)
            return
        set_aside(self._place, aside)
        self.log.info("moved the daemon that answered on {place} to {aside}", place=self._place, aside=aside)

    def _stop_listening(self) -> object:
        listening, self._listening = self._listening, None
        if self._return is not None:
            self._return.cancel()
            self._return = None
        if listening is None:
            return None
        self.log.info("no longer answering queries on {path}", path=self._place)
        if identify(self._place) == listening.identity:
            self._leave_place()
        return listening.port.stopListening()

    def _leave_place(self) -> None:
        try:
            if self._aside is not None and give_back(self._place, self._aside):
                self.log.info("moved the daemon at {aside} back to {place}", place=self._place, aside=self._aside)
            else:
                os.unlink(self._place)
        except OSError as error:
            self.log.error("cannot clear {place}: {error}", place=self._place, error=error)

    def _complain(self, reason: str) -> None:
        """Log why there is no listening, once for each reason."""
        if reason != self._complaint:
            self._complaint = reason
            self.log.error("not answering queries on {path}: {reason}", path=self._place, reason=reason)


__all__ = ["BACKLOG", "PATIENCE", "SOCKET_MODE", "QueryPort", "SocketInUseError"]
