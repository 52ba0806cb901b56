"""The stand-ins have what they stand in for."""

import pytest
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort, IReactorTime, IReactorUDP, IUDPTransport
from twisted.internet.protocol import DatagramProtocol
from zope.interface.verify import verifyObject

from .udp import MemoryDatagramReactor


def test_interfaces_are_complete() -> None:
    """Reactor and ports have every method of the interfaces, with the same arguments."""
    reactor = MemoryDatagramReactor()
    port = reactor.listenUDP(0, DatagramProtocol())
    assert verifyObject(IReactorUDP, reactor)
    assert verifyObject(IReactorTime, reactor)
    assert verifyObject(IListeningPort, port)
    assert verifyObject(IUDPTransport, port)


def test_a_port_is_open_until_it_is_closed_and_a_taken_one_is_refused() -> None:
    """As real ones are."""
    reactor = MemoryDatagramReactor()
    reactor.taken.add(1814)
    with pytest.raises(CannotListenError):
        reactor.listenUDP(1814, DatagramProtocol())
    port = reactor.listenUDP(1815, DatagramProtocol())
    assert list(reactor.open_ports()) == [port]
    port.stopListening()
    assert not list(reactor.open_ports())
