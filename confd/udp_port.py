"""Where datagrams come in: a UDP port that is open while there is a key, and tried again while somebody else has it."""

from collections.abc import Callable
from typing import Final

from twisted.application.service import Service
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IAddress, IDelayedCall, IListeningPort, IReactorTime, IReactorUDP
from twisted.internet.protocol import DatagramProtocol
from twisted.logger import Logger

from ganeti_lite.wire.confd import MAX_REQUEST_SIZE

from .datagram_turns import ListenUDP

RETRY_INTERVAL: Final = 5.0
"""Seconds until a port that is taken is tried again."""

_IPV6_FAMILY: Final = "10"
"""How Ganeti writes the address family IPv6, whatever this platform's number for it."""


class IDatagramReactor(IReactorTime, IReactorUDP):
    """What the port needs of a reactor."""


def choose_interface(bind: str, family: str | None) -> str:
    """The address to listen on.

    :param bind: what the operator wants; empty for any address of the cluster's primary IP family.
    :param family: that family as every node is told it; IPv4 if this node was not told.
    """
    if bind:
        return bind
    return "::" if family == _IPV6_FAMILY else "0.0.0.0"  # noqa: S104 - any address is what a node daemon is for


def _tell_address(address: IAddress) -> str:
    match address:
        case IPv4Address() | IPv6Address():
            return f"{address.host} UDP port {address.port}"
        case _:
            return str(address)


class ConfdPort(Service):
    """Listens on a UDP port from the moment on at which *is_ready*.

    :param find_interface: the address to listen on; asked at each attempt.
    :param port: 0 for any free one.
    :param listen: opens the port; the reactor does if this is None.
    """

    log = Logger()

    def __init__(
        self,
        find_interface: Callable[[], str],
        port: int,
        protocol: DatagramProtocol,
        reactor: IDatagramReactor,
        is_ready: Callable[[], bool],
        listen: ListenUDP | None = None,
    ) -> None:
        self._find_interface = find_interface
        self._number = port
        self._protocol = protocol
        self._reactor = reactor
        self._is_ready = is_ready
        self._listen_udp = listen or reactor.listenUDP
        self._port: IListeningPort | None = None
        self._retry: IDelayedCall | None = None
        self._complaint = ""

    @property
    def is_listening(self) -> bool:
        """Whether datagrams come in."""
        return self._port is not None

    def startService(self) -> None:
        """Listen, if everything is there."""
        super().startService()
        self.review()

    def stopService(self) -> Deferred[object]:
        """Stop listening."""
        super().stopService()
        self._forget_retry()
        port, self._port = self._port, None
        return maybeDeferred(lambda: None if port is None else port.stopListening())

    def review(self) -> None:
        """Start listening if that is due; once begun it goes on."""
        if self.running and self._port is None and self._is_ready():
            self._listen()

    def _listen(self) -> None:
        self._forget_retry()
        try:
            port = self._listen_udp(self._number, self._protocol, self._find_interface(), MAX_REQUEST_SIZE + 1)
        except CannotListenError as error:
            self._complain(error)
            self._retry = self._reactor.callLater(RETRY_INTERVAL, self.review)
        else:
            self._port, self._complaint = port, ""
            self.log.info("answering confd requests on {address}", address=_tell_address(port.getHost()))

    def _complain(self, error: CannotListenError) -> None:
        """Log why there is no listening, once for each reason."""
        reason = str(error.socketError)
        if reason == self._complaint:
            return
        self._complaint = reason
        self.log.error(
            "not answering confd requests, UDP port {port}: {reason}; trying again every {seconds:g} s",
            port=error.port,
            reason=reason,
            seconds=RETRY_INTERVAL,
        )

    def _forget_retry(self) -> None:
        if self._retry is not None and self._retry.active():
            self._retry.cancel()
        self._retry = None
