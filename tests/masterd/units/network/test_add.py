"""Networks are added as Ganeti adds them."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from ganeti_lite.masterd.units.network import NetworkAdd
from tests.masterd.small_cluster import LAN, NEW, NODE1, NOW
from tests.masterd.units.scripted import exec_error, prereq, run


def test_a_network_is_added() -> None:
    """A new network has its first and last address, its gateway and what is to be kept free reserved."""
    added = run(
        NetworkAdd(),
        network_name="more",
        network="10.1.0.0/29",
        gateway="10.1.0.1",
        network6="fd00:1::/64",
        gateway6="fd00:1::1",
        mac_prefix="AA:BB:0C",
        add_reserved_ips=["10.1.0.3"],
        tags=["b", "a"],
    )
    assert added.result is None
    network = added.after.networks[NEW]
    assert (network.name, network.network, network.gateway) == ("more", "10.1.0.0/29", "10.1.0.1")
    assert (network.network6, network.gateway6, network.mac_prefix) == ("fd00:1::/64", "fd00:1::1", "aa:bb:0c")
    assert (network.reservations, network.ext_reservations) == ("00000000", "11010001")
    assert (network.serial_no, network.ctime, network.mtime, network.tags) == (1, NOW, NOW, ("a", "b"))
    assert added.steps == ["cluster serial +1", "networks added"]
    assert added.locks == {"node": ("shared", "all"), "network": ("exclusive", [NEW])}
    assert added.hooks == [("network-add", "pre", (NODE1,)), ("network-add", "post", (NODE1,))]
    env = {name: value for name, value in added.hook_env.items() if name.startswith("GANETI_NETWORK_")}
    assert env == {
        "GANETI_NETWORK_NAME": "more",
        "GANETI_NETWORK_SUBNET": "10.1.0.0/29",
        "GANETI_NETWORK_GATEWAY": "10.1.0.1",
        "GANETI_NETWORK_SUBNET6": "fd00:1::/64",
        "GANETI_NETWORK_GATEWAY6": "fd00:1::1",
        "GANETI_NETWORK_MAC_PREFIX": "aa:bb:0c",
        "GANETI_NETWORK_TAGS": "b a",
    }


def test_addresses_of_nodes_are_reserved() -> None:
    """A network around the nodes keeps their addresses and the master's from instances, and tells of each."""
    added = run(NetworkAdd(), network_name="more", network="192.0.2.0/28", gateway="192.0.2.12")
    assert added.after.networks[NEW].ext_reservations == "1100000000011111"
    assert added.log == [
        " - INFO: Reserved IP address of node 'node1.example.org' (192.0.2.11)",
        " - WARNING: Cannot reserve IP address '192.0.2.12' of node 'node2.example.org':"
        " IP 192.0.2.12 is already externally reserved",
        " - INFO: Reserved IP address of node 'node3.example.org' (192.0.2.13)",
        " - INFO: Reserved IP address of node 'node4.example.org' (192.0.2.14)",
        " - INFO: Reserved cluster master IP address (192.0.2.1)",
    ]


def test_addresses_of_nodes_need_not_matter() -> None:
    """Without the check for conflicts, nodes are neither locked nor looked at."""
    added = run(NetworkAdd(), network_name="more", network="192.0.2.0/28", conflicts_check=False)
    assert added.after.networks[NEW].ext_reservations == "1000000000000001"
    assert added.locks == {"network": ("exclusive", [NEW])}
    assert added.log == []


_POOL: Final = "Cannot create IP address pool for network 'more': "


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        ({"mac_prefix": "zz"}, prereq("Invalid MAC address prefix 'zz'")),
        (
            {"network_name": "lan"},
            prereq(f"Desired network name 'lan' already exists as a network (UUID: {LAN})", "already_exists"),
        ),
        ({"network": "foo"}, prereq("Parameter 'OP_NETWORK_ADD.network' fails validation")),
        ({"network": "fd00::/64"}, prereq("Parameter 'OP_NETWORK_ADD.network' fails validation")),
        ({"gateway": "none"}, prereq("Parameter 'OP_NETWORK_ADD.gateway' fails validation")),
        ({"network6": "10.0.0.0/8"}, prereq("Parameter 'OP_NETWORK_ADD.network6' fails validation")),
        (
            {"add_reserved_ips": ["10.1.0.3", "10.1.0"]},
            prereq("Parameter 'OP_NETWORK_ADD.add_reserved_ips' fails validation"),
        ),
        ({"tags": ["a b"]}, ["TagError", ["Tag contains invalid characters"]]),
        (
            {"network": "10.1.0.0/31"},
            exec_error(f"{_POOL}A network with only 2 host(s) is too small, please specify at least a /30 network"),
        ),
        (
            {"network": "10.0.0.0/15"},
            exec_error(
                f"{_POOL}A big network with 131072 host(s) is currently not supported."
                " please specify at most a /16 network"
            ),
        ),
        ({"network": "10.1.0.1/29"}, exec_error("10.1.0.1/29 has host bits set")),
        ({"gateway": "10.2.0.1"}, exec_error(f"{_POOL}10.1.0.0/29 does not contain 10.2.0.1")),
        ({"gateway": "10.1.0.0"}, exec_error(f"{_POOL}IP 10.1.0.0 is already externally reserved")),
        (
            {"network6": "fd00::/64", "gateway6": "fd01::1"},
            exec_error(f"{_POOL}fd00::/64 does not contain fd01::1"),
        ),
        (
            {"add_reserved_ips": ["10.1.0.7"]},
            exec_error("Cannot reserve IP address '10.1.0.7': IP 10.1.0.7 is already externally reserved"),
        ),
    ],
)
def test_a_network_that_cannot_be_is_not_added(parameters: Mapping[str, Any], failure: list[object]) -> None:
    """What is wrong with a network is said, and nothing is written."""
    refused = run(NetworkAdd(), **{"network_name": "more", "network": "10.1.0.0/29", **parameters})
    assert refused.failure == failure
    assert refused.changes == 0


def test_a_dry_run_does_not_look_at_addresses() -> None:
    """Addresses are looked at when a network is made; a dry run ends before that."""
    assert run(NetworkAdd(), network_name="more", network="10.1.0.0/31", dry_run=True).failure is None
