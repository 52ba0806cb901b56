"""Networks and the interfaces in them."""

import pytest

from ganeti_lite.simulator._draws import Draws
from ganeti_lite.simulator._networks import Network, connect_networks, make_networks
from ganeti_lite.simulator._nics import NicMaker
from ganeti_lite.simulator._nodes import make_groups

EPOCH = 1_000_000_000
FREE_OF_A_SLASH_24 = 245
"""256 less network, broadcast and gateway address, and the eight that are set aside."""


def take_all(network: Network) -> list[str]:
    """Every address that the network still has."""
    return list(iter(network.take_address, None))


def test_addresses_run_out() -> None:
    """A network gives each free address once, then none; together with those set aside that is all of them."""
    (network,) = make_networks(1, addresses=10, seed=1, epoch=EPOCH)
    taken = take_all(network)
    assert len(set(taken)) == len(taken) == FREE_OF_A_SLASH_24
    assert network.take_address() is None
    entry = network.to_json()
    pairs = zip(entry["reservations"], entry["ext_reservations"], strict=True)
    assert {own + other for own, other in pairs} == {"01", "10"}


@pytest.mark.parametrize(
    ("addresses", "prefix_length"), [(0, 24), (100, 24), (1000, 21), (10_000, 18), (1_000_000, 16)]
)
def test_networks_grow_with_the_cluster(addresses: int, prefix_length: int) -> None:
    """A network has room for its share of the instances, up to the largest that Ganeti knows."""
    (network,) = make_networks(1, addresses, seed=1, epoch=EPOCH)
    assert network.to_json()["network"] == f"10.1.0.0/{prefix_length}"
    assert len(network.to_json()["reservations"]) == 2 ** (32 - prefix_length)


def test_a_full_network_is_no_obstacle() -> None:
    """Where all networks of a group are full, interfaces are outside of networks."""
    groups, networks = make_groups(1, 1, EPOCH), make_networks(2, 10, 1, EPOCH)
    connect_networks(groups, networks)
    for network in networks:
        take_all(network)
    maker = NicMaker(Draws(1, "test"), networks)
    nics = [nic for _ in range(40) for nic in maker.make_nics(groups[0])]
    assert nics
    assert not any("network" in nic for nic in nics)
