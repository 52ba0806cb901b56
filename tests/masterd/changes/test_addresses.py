"""What is taken from pools and given back."""

from ganeti_lite.masterd import changes
from tests.masterd.small_cluster import LAN, NEW, SNAPSHOT, STORAGE


def test_addresses_are_committed() -> None:
    """What is taken is set, what is released is cleared, in each network; nothing else is touched."""
    taken, released = [(LAN, "203.0.113.9"), (STORAGE, "10.9.0.6")], [(LAN, "203.0.113.2")]
    after = changes.commit_addresses(SNAPSHOT, taken, released)
    assert after.networks[LAN].reservations == "0001000001000000"
    assert after.networks[STORAGE].reservations == "00000010"
    assert changes.commit_addresses(after, released, taken).networks[LAN] == SNAPSHOT.networks[LAN]


def test_addresses_of_nobody_do_not_matter() -> None:
    """A network that is gone, an address outside it, and one that is taken already change nothing at all."""
    addresses = [(NEW, "203.0.113.9"), (LAN, "192.0.2.1"), (LAN, "nonsense"), (LAN, "203.0.113.2")]
    assert changes.commit_addresses(SNAPSHOT, addresses) is SNAPSHOT


def test_ports() -> None:
    """A port is in the pool, or in use up to the highest; one that is given back is the next to be taken."""
    first = changes.take_port(SNAPSHOT, 11001)
    assert (first.cluster.tcpudp_port_pool, first.cluster.highest_used_port) == ((), 11003)
    second = changes.take_port(first, 11004)
    assert second.cluster.highest_used_port == 11004
    given_back = changes.give_back_port(changes.give_back_port(changes.give_back_port(second, 11002), 11001), 11002)
    assert given_back.cluster.tcpudp_port_pool == (11002, 11001)
