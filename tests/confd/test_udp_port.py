"""When the daemon listens for datagrams, and where."""

import pytest
from twisted.internet.protocol import DatagramProtocol

from confd.udp_port import RETRY_INTERVAL, ConfdPort, choose_interface
from ganeti_lite.wire.confd import MAX_REQUEST_SIZE
from tests.doubles.log_events import logged
from tests.doubles.udp import FIRST_FREE_PORT, MemoryDatagramReactor


class Node:
    """A port on a reactor that only remembers, and whether there is a key."""

    def __init__(self, port: int = 1814, *, is_ready: bool = True) -> None:
        self.reactor = MemoryDatagramReactor()
        self.is_ready = is_ready
        self.port = ConfdPort(lambda: "192.0.2.1", port, DatagramProtocol(), self.reactor, lambda: self.is_ready)

    def is_listening(self) -> bool:
        """Whether a port is open."""
        return any(self.reactor.open_ports())


@pytest.mark.parametrize(
    ("bind", "family", "interface"),
    [
        ("", None, "0.0.0.0"),  # noqa: S104 - nothing listens
        ("", "2", "0.0.0.0"),  # noqa: S104 - as above
        ("", "10", "::"),
        ("", "nonsense", "0.0.0.0"),  # noqa: S104 - as above
        ("192.0.2.1", "10", "192.0.2.1"),
        ("::1", "2", "::1"),
    ],
)
def test_the_address_is_chosen(bind: str, family: str | None, interface: str) -> None:
    """The operator's address, else any one of the cluster's family, else any one of IPv4."""
    assert choose_interface(bind, family) == interface


def test_listens_while_the_service_runs() -> None:
    """From start to stop, at the address and port, with room for one byte more than a request may have."""
    node = Node()
    assert not node.is_listening()
    node.port.startService()
    (port,) = node.reactor.open_ports()
    assert (port.number, port.interface, port.max_packet_size) == (1814, "192.0.2.1", MAX_REQUEST_SIZE + 1)
    assert node.port.is_listening
    node.port.stopService()
    assert not node.is_listening()


def test_waits_for_the_key() -> None:
    """Without a key there is no port; once there is one, a review opens it, and none closes it again."""
    node = Node(is_ready=False)
    node.port.startService()
    assert not node.is_listening()
    node.is_ready = True
    node.port.review()
    node.port.review()
    assert len(list(node.reactor.open_ports())) == 1
    node.is_ready = False
    node.port.review()
    assert node.is_listening()


def test_tries_again_while_the_port_is_taken() -> None:
    """Somebody else's port is complained about once, and taken as soon as it is free."""
    node = Node()
    node.reactor.taken.add(1814)
    with logged() as log:
        node.port.startService()
        for _ in range(3):
            node.reactor.advance(RETRY_INTERVAL)
        assert not node.is_listening()
        assert len(log.lines) == 1
        assert "1814" in log.lines[-1]
        assert "Address already in use" in log.lines[-1]
        node.reactor.taken.clear()
        node.reactor.advance(RETRY_INTERVAL)
        assert node.is_listening()
        assert "192.0.2.1 UDP port 1814" in log.lines[-1]
    assert not node.reactor.getDelayedCalls()


def test_a_stopped_service_tries_no_more() -> None:
    """After the stop nothing is left to happen."""
    node = Node()
    node.reactor.taken.add(1814)
    node.port.startService()
    node.port.stopService()
    assert not node.reactor.getDelayedCalls()
    node.reactor.taken.clear()
    node.port.review()
    assert not node.is_listening()


def test_a_free_port_is_named() -> None:
    """With port 0 the log tells which one it became."""
    node = Node(port=0)
    with logged() as log:
        node.port.startService()
    assert f"UDP port {FIRST_FREE_PORT}" in log.lines[-1]
