"""Networks are changed as Ganeti changes them."""

from collections.abc import Mapping
from typing import Any

import pytest

from ganeti_lite.masterd.units.network import NetworkSetParams
from tests.masterd.small_cluster import LAN, NODE1
from tests.masterd.units.scripted import prereq, run


def test_a_network_is_changed() -> None:
    """Values are replaced or, by ``none``, taken away; the gateway's address is reserved, the old one's released."""
    changed = run(
        NetworkSetParams(),
        network_name="lan",
        gateway="203.0.113.5",
        network6="fd00::/64",
        gateway6="fd00::1",
        mac_prefix="none",
    )
    assert changed.result is None
    network = changed.after.networks[LAN]
    assert (network.gateway, network.network6, network.gateway6) == ("203.0.113.5", "fd00::/64", "fd00::1")
    assert network.mac_prefix is None
    assert network.ext_reservations == "1000010000000001"
    assert changed.steps == ["networks serial +1", "networks time"]
    assert changed.locks == {"network": ("exclusive", [LAN])}
    assert changed.hooks == [("network-modify", "pre", (NODE1,)), ("network-modify", "post", (NODE1,))]
    assert changed.hook_env["GANETI_NETWORK_GATEWAY"] == "203.0.113.5"
    assert "GANETI_NETWORK_MAC_PREFIX" not in changed.hook_env


def test_a_network_can_lose_its_gateway() -> None:
    """Without a gateway, its address is free."""
    network = run(NetworkSetParams(), network_name="lan", gateway="none").after.networks[LAN]
    assert (network.gateway, network.ext_reservations) == (None, "1000000000000001")


def test_addresses_are_reserved_and_released() -> None:
    """What cannot be reserved or released is told, and the rest is done."""
    changed = run(
        NetworkSetParams(),
        network_name="lan",
        add_reserved_ips=["203.0.113.9", "203.0.113.15", "10.0.0.1"],
        remove_reserved_ips=["203.0.113.1", "203.0.113.10", "203.0.113.0"],
    )
    assert changed.result is None
    assert changed.after.networks[LAN].ext_reservations == "0100000001000001"
    assert changed.log == [
        " - WARNING: Cannot reserve IP address 203.0.113.15: IP 203.0.113.15 is already externally reserved",
        " - WARNING: Cannot reserve IP address 10.0.0.1: 203.0.113.0/28 does not contain 10.0.0.1",
        " - WARNING: Cannot unreserve Gateway's IP",
        " - WARNING: Cannot release IP address 203.0.113.10: IP 203.0.113.10 is not externally reserved",
    ]


def test_no_modification_is_fine() -> None:
    """An order that changes nothing is written all the same, and the gateway that it names is told to be so."""
    changed = run(NetworkSetParams(), network_name="lan")
    assert changed.steps == ["networks serial +1", "networks time"]
    same = run(NetworkSetParams(), network_name="lan", gateway="203.0.113.1")
    assert same.log == [" - WARNING: Gateway is already 203.0.113.1"]


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        (
            {"gateway": "203.0.113.5", "add_reserved_ips": ["203.0.113.6"]},
            prereq("Cannot modify gateway and reserved ips at once"),
        ),
        (
            {"gateway": "203.0.113.5", "remove_reserved_ips": ["203.0.113.6"]},
            prereq("Cannot modify gateway and reserved ips at once"),
        ),
        (
            {"gateway": "203.0.113.2"},
            prereq("Gateway IP address '203.0.113.2' is already reserved", "wrong_state"),
        ),
        ({"gateway": "10.0.0.1"}, ["AddressPoolError", ["203.0.113.0/28 does not contain 10.0.0.1"]]),
        ({"gateway": "203.0.113.15"}, ["AddressPoolError", ["IP 203.0.113.15 is already externally reserved"]]),
        ({"mac_prefix": "aa"}, prereq("Invalid MAC address prefix 'aa'")),
        ({"network_name": "wan"}, prereq("Network 'wan' not found", "unknown_entity")),
        (
            {"network_name": "wan", "gateway": "foo"},
            prereq("Parameter 'OP_NETWORK_SET_PARAMS.gateway' fails validation"),
        ),
        ({"gateway6": "203.0.113.1"}, prereq("Parameter 'OP_NETWORK_SET_PARAMS.gateway6' fails validation")),
        (
            {"remove_reserved_ips": ["203.0.113.1", "none"]},
            prereq("Parameter 'OP_NETWORK_SET_PARAMS.remove_reserved_ips' fails validation"),
        ),
    ],
)
def test_a_network_is_not_changed_to_what_cannot_be(parameters: Mapping[str, Any], failure: list[object]) -> None:
    """What is wrong is said, and nothing is written."""
    refused = run(NetworkSetParams(), **{"network_name": "lan", **parameters})
    assert refused.failure == failure
    assert refused.changes == 0
