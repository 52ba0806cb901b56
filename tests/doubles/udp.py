"""A reactor whose UDP ports only remember what is sent, and whose time the test moves."""

from collections.abc import Iterator
from errno import EADDRINUSE
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort, IReactorUDP, IUDPTransport
from twisted.internet.protocol import DatagramProtocol
from twisted.internet.task import Clock
from zope.interface import implementer

from confd.udp_port import IDatagramReactor
from ganeti_lite.clients.confd_twisted import IReactor as IClientReactor

FIRST_FREE_PORT = 40000


@implementer(IListeningPort, IUDPTransport)
class MemoryPort:
    """A UDP port that sends nothing.

    :ivar sent: (datagram, address) of what would have been sent.
    :ivar failure: what sending raises from now on.
    """

    def __init__(self, number: int, interface: str, protocol: DatagramProtocol, max_packet_size: int) -> None:
        self.number = number
        self.interface = interface
        self.protocol = protocol
        self.max_packet_size = max_packet_size
        self.sent: list[tuple[bytes, Any]] = []
        self.failure: Exception | None = None
        self.is_open = False

    def startListening(self) -> None:  # noqa: N802 - Twisted's name
        """Become the protocol's transport."""
        self.is_open = True
        self.protocol.makeConnection(self)

    def stopListening(self) -> Deferred[None]:  # noqa: N802 - as above
        """Be closed."""
        self.is_open = False
        self.protocol.doStop()
        return succeed(None)

    def getHost(self) -> IPv4Address | IPv6Address:  # noqa: N802 - as above
        """Where it listens."""
        if ":" in self.interface:
            return IPv6Address("UDP", self.interface, self.number)
        return IPv4Address("UDP", self.interface or "0.0.0.0", self.number)  # noqa: S104 - nothing listens

    def write(self, packet: bytes, addr: tuple[str, int] | None = None) -> None:
        """Remember a datagram."""
        if self.failure is not None:
            raise self.failure
        self.sent.append((packet, addr))

    def connect(self, host: str, port: int) -> None:
        """Nothing here asks for it."""
        raise NotImplementedError

    def setBroadcastAllowed(self, enabled: bool) -> None:  # noqa: N802 - as above
        """Nothing here asks for it."""
        raise NotImplementedError

    def getBroadcastAllowed(self) -> bool:  # noqa: N802 - as above
        """It is not."""
        return False


@implementer(IReactorUDP, IDatagramReactor, IClientReactor)
class MemoryDatagramReactor(Clock):
    """Opens :class:`MemoryPort`.

    :ivar ports: all that were opened, the closed ones, too.
    :ivar taken: numbers of ports that somebody else has.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ports: list[MemoryPort] = []
        self.taken: set[int] = set()

    def listenUDP(  # noqa: N802 - as above
        self,
        port: int,
        protocol: DatagramProtocol,
        interface: str = "",
        maxPacketSize: int = 8192,  # noqa: N803 - as above
    ) -> MemoryPort:
        """Open a port, unless it is taken."""
        if port in self.taken:
            raise CannotListenError(interface, port, OSError(EADDRINUSE, "Address already in use"))
        opened = MemoryPort(port or FIRST_FREE_PORT + len(self.ports), interface, protocol, maxPacketSize)
        self.ports.append(opened)
        opened.startListening()
        return opened

    def open_ports(self) -> Iterator[MemoryPort]:
        """The ports that are open now."""
        return (port for port in self.ports if port.is_open)
