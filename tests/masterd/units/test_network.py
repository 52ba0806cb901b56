"""Opcodes for networks do what Ganeti's do."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.units.network import (
    NetworkAdd,
    NetworkConnect,
    NetworkDisconnect,
    NetworkRemove,
    NetworkSetParams,
)
from ganeti_lite.snapshot import ClusterSnapshot
from tests.masterd.small_cluster import GROUP1, GROUP2, LAN, NEW, NODE1, NODE2, NODE3, NODE4, NOW, SNAPSHOT

from .scripted import exec_error, prereq, run


def _add(snapshot: ClusterSnapshot = SNAPSHOT, **parameters: Any) -> ClusterSnapshot:
    """The cluster with one more network, which no group is connected to."""
    given = {"network_name": "more", "network": "10.1.0.0/29", "conflicts_check": False, **parameters}
    return run(NetworkAdd(), snapshot, **given).succeeded


MORE: Final = _add(gateway="10.1.0.1")


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


def test_a_network_is_removed() -> None:
    """A network that nobody is connected to goes."""
    removed = run(NetworkRemove(), MORE, network_name="more")
    assert removed.result is None
    assert removed.steps == ["cluster serial +1", "networks removed"]
    assert removed.locks == {"nodegroup": ("shared", "all"), "network": ("exclusive", [NEW])}
    assert removed.hooks == [("network-remove", "pre", (NODE1,)), ("network-remove", "post", (NODE1,))]
    assert removed.hook_env["GANETI_NETWORK_NAME"] == "more"


def test_a_connected_network_stays() -> None:
    """Groups that are connected to a network are told, and it stays."""
    refused = run(NetworkRemove(), network_name="lan")
    assert refused.failure == prereq("Network still connected", "wrong_state")
    assert refused.log == [" - WARNING: Network 'lan' is connected to the following node groups: default, rack2"]


def test_a_network_must_be_there() -> None:
    """Unknown networks are refused; one that goes while its lock is waited for is gone."""
    assert run(NetworkRemove(), network_name="wan").failure == prereq("Network 'wan' not found", "unknown_entity")
    meanwhile = {LockLevel.NETWORK: lambda snapshot: run(NetworkRemove(), snapshot, network_name="more").after}
    gone = run(NetworkRemove(), MORE, meanwhile=meanwhile, network_name="more")
    assert gone.failure == exec_error(f"Network 'more' with UUID {NEW} disappeared")


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
    ],
)
def test_a_network_is_not_changed_to_what_cannot_be(parameters: Mapping[str, Any], failure: list[object]) -> None:
    """What is wrong is said, and nothing is written."""
    refused = run(NetworkSetParams(), **{"network_name": "lan", **parameters})
    assert refused.failure == failure
    assert refused.changes == 0


CONNECTION: Final[Mapping[str, Any]] = {"network_mode": "bridged", "network_link": "br7", "network_vlan": "5"}


def test_a_network_is_connected() -> None:
    """The group knows how it is connected; hooks run on its nodes."""
    connected = run(NetworkConnect(), MORE, network_name="more", group_name="rack2", **CONNECTION)
    assert connected.result is None
    expected = {"mode": "bridged", "link": "br7", "vlan": "5"}
    assert connected.after.nodegroups[GROUP2].networks[NEW] == expected
    assert connected.steps == ["nodegroups serial +1", "nodegroups time"]
    assert connected.locks == {
        "instance": ("shared", ["back.example.org", "lun.example.org", "shared.example.org", "thin.example.org"]),
        "nodegroup": ("exclusive", [GROUP2]),
        "network": ("shared", [NEW]),
    }
    nodes = (NODE3, NODE4)
    assert connected.hooks == [("network-connect", "pre", nodes), ("network-connect", "post", nodes)]
    names = ("GROUP_NAME", "GROUP_NETWORK_MODE", "GROUP_NETWORK_LINK", "GROUP_NETWORK_VLAN")
    assert [connected.hook_env[f"GANETI_{name}"] for name in names] == ["rack2", "bridged", "br7", "5"]


def test_what_is_connected_stays_as_it_is() -> None:
    """Connecting again is no mistake: it is told, and nothing is written."""
    again = run(NetworkConnect(), network_name="lan", group_name="default", **CONNECTION)
    assert again.result is None
    assert again.log == [" - WARNING: Network 'lan' is already mapped to group 'default'"]
    assert again.changes == 0


def test_addresses_in_use_are_in_the_way() -> None:
    """An instance with an address of the network is in the way, unless nobody looks for conflicts."""
    around = _add(network="192.0.2.0/24")
    refused = run(NetworkConnect(), around, network_name="more", group_name="default", **CONNECTION)
    text = "Conflicting IP addresses found;  remove/modify the corresponding network interfaces"
    assert refused.failure == prereq(text, "wrong_state")
    assert refused.log == [
        " - WARNING: IP addresses from network 'more', which is about to connect to node group 'default',"
        " are in use: web.example.org: nic1/192.0.2.51"
    ]
    forced = run(
        NetworkConnect(), around, network_name="more", group_name="default", conflicts_check=False, **CONNECTION
    )
    assert forced.result is None
    assert forced.locks == {"nodegroup": ("exclusive", [GROUP1])}


def test_a_network_is_disconnected() -> None:
    """The group forgets a network that no instance of its is in."""
    connected = run(NetworkConnect(), MORE, network_name="more", group_name="default", **CONNECTION).succeeded
    ended = run(NetworkDisconnect(), connected, network_name="more", group_name="default")
    assert ended.result is None
    assert ended.after.nodegroups[GROUP1].networks.keys() == {LAN}
    assert ended.steps == ["nodegroups serial +1"]  # the clock stands still
    assert ended.hooks == [
        ("network-disconnect", "pre", (NODE1, NODE2)),
        ("network-disconnect", "post", (NODE1, NODE2)),
    ]
    assert ended.hook_env["GANETI_GROUP_NETWORK_LINK"] == "br7"


def test_what_is_not_connected_cannot_be_disconnected() -> None:
    """That is told, and is no mistake."""
    ended = run(NetworkDisconnect(), network_name="storage", group_name="default")
    assert ended.result is None
    assert ended.log == [" - WARNING: Network 'storage' is not mapped to group 'default'"]
    assert ended.changes == 0
    assert "GANETI_GROUP_NETWORK_MODE" not in ended.hook_env


def test_a_network_with_instances_stays_connected() -> None:
    """NICs in the network are in the way of its end."""
    refused = run(NetworkDisconnect(), network_name="storage", group_name="rack2")
    text = "Conflicting IP addresses found;  remove/modify the corresponding network interfaces"
    assert refused.failure == prereq(text, "wrong_state")
    assert refused.log == [
        " - WARNING: IP addresses from network 'storage', which is about to disconnect from node group 'rack2',"
        " are in use: back.example.org: nic0/10.9.0.5"
    ]


def test_instances_that_join_meanwhile_are_noticed() -> None:
    """An instance whose lock is not held could be in the way."""

    def move(snapshot: ClusterSnapshot) -> ClusterSnapshot:
        nodes = snapshot.nodes.replaced({NODE4: evolve(snapshot.nodes[NODE4], group=GROUP1)})
        return evolve(snapshot, nodes=nodes)

    stale = run(NetworkDisconnect(), meanwhile={LockLevel.GROUP: move}, network_name="storage", group_name="default")
    assert stale.failure is not None
    assert stale.failure[0] == "OpPrereqError"
    assert stale.order is not None


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"network_name": "wan"}, "Network 'wan' not found"),
        ({"group_name": "rack9"}, "Node group 'rack9' not found"),
    ],
)
def test_both_must_be_there(parameters: Mapping[str, Any], text: str) -> None:
    """An unknown network or group is refused."""
    names: dict[str, Any] = {"network_name": "lan", "group_name": "rack2", **parameters}
    assert run(NetworkConnect(), **names, **CONNECTION).failure == prereq(text, "unknown_entity")
    assert run(NetworkDisconnect(), **names).failure == prereq(text, "unknown_entity")
