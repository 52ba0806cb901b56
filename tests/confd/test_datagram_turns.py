"""Whoever floods the port does not keep the reactor from its other work."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.protocol import DatagramProtocol

from confd.datagram_turns import TURN, TurnTakingPort, listen_in_turns
from tests.doubles.log_events import logged
from tests.doubles.watching import WatchingClock


class Receiver(DatagramProtocol):
    """Counts what comes; another sender may send more meanwhile.

    :ivar is_faulty: whether it fails at each datagram.
    """

    def __init__(self) -> None:
        self.received: list[tuple[bytes, Any]] = []
        self.is_faulty = False

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        """Take one."""
        self.received.append((datagram, addr))
        if self.is_faulty:
            raise ValueError(datagram)


class Flooded:
    """A port on a loopback address, and somebody who sends to it."""

    def __init__(self, interface: str) -> None:
        self.reactor = WatchingClock()
        self.protocol = Receiver()
        self.port = listen_in_turns(self.reactor, 0, self.protocol, interface, 100)
        self.sender = socket.socket(socket.AF_INET6 if ":" in interface else socket.AF_INET, socket.SOCK_DGRAM)
        address = self.port.getHost()
        assert isinstance(address, IPv4Address | IPv6Address)
        self.sender.connect((interface, address.port))

    def close(self) -> None:
        self.sender.close()
        self.port.stopListening()


@pytest.fixture
def flooded() -> Iterator[Flooded]:
    """The same over IPv4."""
    flooded = Flooded("127.0.0.1")
    yield flooded
    flooded.close()


@pytest.mark.parametrize("datagram", [b"", b"x"])
def test_a_turn_has_an_end(flooded: Flooded, datagram: bytes) -> None:
    """However many datagrams are there, empty ones too, few are read at once; the others have their turn later."""
    for _ in range(2 * TURN + 1):
        flooded.sender.send(datagram)
    counts = []
    for _ in range(4):
        flooded.reactor.notice()
        counts.append(len(flooded.protocol.received))
    assert counts == [TURN, 2 * TURN, 2 * TURN + 1, 2 * TURN + 1]


def test_who_sent_it_is_told(flooded: Flooded) -> None:
    """A datagram comes with its sender's host and port, and is cut off at the largest size."""
    flooded.sender.send(b"x" * 200)
    flooded.reactor.notice()
    assert flooded.protocol.received == [(b"x" * 100, flooded.sender.getsockname())]


def test_ipv6_senders_are_host_and_port() -> None:
    """Of a sender's IPv6 address flow and scope are left out, as Twisted leaves them."""
    flooded = Flooded("::1")
    flooded.sender.send(b"x")
    flooded.reactor.notice()
    assert flooded.protocol.received == [(b"x", flooded.sender.getsockname()[:2])]
    flooded.close()


def test_a_bug_does_not_close_the_port(flooded: Flooded) -> None:
    """A receiver that fails is logged, and goes on receiving."""
    flooded.protocol.is_faulty = True
    for _ in range(2):
        flooded.sender.send(b"x")
    with logged() as log:
        flooded.reactor.notice()
    assert len(flooded.protocol.received) == len(log.failures) == 2
    assert isinstance(flooded.port, TurnTakingPort)
    assert flooded.port.connected
