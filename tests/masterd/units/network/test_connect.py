"""Networks are connected to node groups, and disconnected, as with Ganeti."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.units.network import NetworkConnect, NetworkDisconnect
from ganeti_lite.snapshot import ClusterSnapshot
from tests.masterd.small_cluster import GROUP1, GROUP2, LAN, NEW, NODE1, NODE2, NODE3, NODE4
from tests.masterd.units.scripted import prereq, run

from .scene import MORE, with_network

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
    around = with_network(network="192.0.2.0/24")
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
