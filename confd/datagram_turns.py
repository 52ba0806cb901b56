"""UDP ports that take turns with everything else that the reactor has to do.

Twisted's own read until 256 KiB have come or nothing is left: of small datagrams that is thousands, and of empty ones
it has no end for as long as somebody sends them fast enough. Meanwhile nobody else is served.
"""

from collections.abc import Callable
from typing import Any, ClassVar, Final

from twisted.internet import udp
from twisted.internet.interfaces import IListeningPort
from twisted.internet.protocol import DatagramProtocol
from twisted.logger import Logger

TURN: Final = 16
"""Datagrams that are read at once: a quarter of a millisecond's work."""

ListenUDP = Callable[[int, DatagramProtocol, str, int], IListeningPort]
"""Listens: port number, protocol, address, largest datagram that is read whole, in bytes."""


class TurnTakingPort(udp.Port):
    """A UDP port that reads no more than :data:`TURN` datagrams at once."""

    log: ClassVar = Logger()

    def doRead(self) -> None:
        """Read some of what has come; the reactor calls again while there is more."""
        for _ in range(TURN):
            try:
                datagram, address = self.socket.recvfrom(self.maxPacketSize)
            except (BlockingIOError, InterruptedError, ConnectionRefusedError):
                return
            try:
                self.protocol.datagramReceived(datagram, address[:2])  # of IPv6 addresses, too, host and port
            except Exception:  # the reactor would close the port
                self.log.failure("receiving a datagram")


def listen_in_turns(reactor: Any, number: int, protocol: DatagramProtocol, interface: str, size: int) -> IListeningPort:
    """Listen as ``reactor.listenUDP`` does, but in turns.

    :raises twisted.internet.error.CannotListenError: it is not possible.
    """
    port = TurnTakingPort(number, protocol, interface, size, reactor)
    port.startListening()
    return port
