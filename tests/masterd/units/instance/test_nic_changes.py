"""NICs of an instance that is there: added, changed, removed."""

from typing import Any

import pytest

from tests.masterd.small_cluster import LAN, NODE1, WEB
from tests.masterd.units.scripted import Answer, exec_error, prereq

from .scene import BROKEN, PLACE, changed_web, modify


def test_a_nic_is_added() -> None:
    """It has all parameters as its own, and an address of its network; the result tells all of it."""
    done = modify("web", nics=[["add", 0, {"network": "lan", "ip": "pool", "name": "new"}]])
    first, second, _ = changed_web(done).nics
    assert (first.ip, first.network, first.name) == ("203.0.113.4", LAN, "new")
    assert first.nicparams == {"mode": "routed", "link": "100", "vlan": ""}
    assert second == PLACE.instances[WEB].nics[0]
    text = f"add:mac={first.mac},ip=203.0.113.4,mode=routed,link=100,network=lan"
    assert done.result == [["nic.0", text]]
    assert done.after.networks[LAN].reservations == "0011100000000000"
    assert done.log == [" - INFO: Chose IP 203.0.113.4 from network lan"]
    assert done.steps == ["instances serial +1", "instances time"]
    assert done.changes == 2  # the address is taken before the instance has it
    assert done.hook_env["GANETI_INSTANCE_NIC_COUNT"] == "3"


def test_a_nic_is_changed() -> None:
    """What was said comes first in the result, then all of its parameters."""
    done = modify("web", nics=[["modify", 1, {"ip": "192.0.2.99", "link": "br7", "mac": "AA:00:00:00:00:09"}]])
    nic = changed_web(done).nics[1]
    assert (nic.ip, nic.mac, nic.nicparams["link"]) == ("192.0.2.99", "aa:00:00:00:00:09", "br7")
    assert done.result == [
        ["nic.mac/1", "aa:00:00:00:00:09"],
        ["nic.ip/1", "192.0.2.99"],
        ["nic.link/1", "br7"],
        ["nic.mode/1", "bridged"],
        ["nic.vlan/1", ""],
    ]
    assert done.calls[0].arguments == {NODE1: [["br7"]]}


def test_a_nic_leaves_its_network() -> None:
    """Its address is free again, and it gets a MAC address with the cluster's prefix."""
    done = modify("web", nics=[["modify", "front", {"network": "none", "ip": "none", "mode": "bridged"}]])
    nic = changed_web(done).nics[0]
    assert (nic.network, nic.ip, nic.mac[:8]) == (None, None, "aa:00:0b")
    assert done.after.networks[LAN].reservations == "0001000000000000"
    assert ["nic.network/0", None] in done.result  # type: ignore[operator] # a list
    assert done.changes == 2  # the address is given back when the instance has it no more


def test_a_nic_gets_another_address_of_its_network() -> None:
    """That it takes the one is a change, that it gives back the other goes with that of the instance."""
    done = modify("web", nics=[["modify", "front", {"ip": "203.0.113.9"}]])
    assert changed_web(done).nics[0].ip == "203.0.113.9"
    assert done.after.networks[LAN].reservations == "0001000001000000"
    assert done.changes == 2


def test_a_nic_is_removed() -> None:
    """In the old form, it is the last one."""
    done = modify("web", nics=[["remove", {}]])
    assert done.result == [["NIC/1", "remove"]]
    assert len(changed_web(done).nics) == 1
    done = modify("web", nics=[["remove", 0, {}]])
    assert done.after.networks[LAN].reservations == "0001000000000000"


def test_a_bridge_that_is_missing_can_be_ignored() -> None:
    """It is told then."""
    answers: dict[str, Answer] = {"bridges_exist": BROKEN}
    refused = modify("web", answers=answers, nics=[["modify", 1, {"link": "br7"}]])
    text = "Error checking bridges on node 'node1.example.org': broken"
    assert refused.failure == prereq(text, "environment_error")
    done = modify("web", answers=answers, nics=[["modify", 1, {"link": "br7"}]], force=True)
    assert done.log == [f"WARNING: {text}"]


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        (
            {"nics": [["add", {}], ["remove", {}]]},
            prereq("Only one NIC add/attach/remove/detach operation is supported at a time"),
        ),
        (
            {"nics": [["remove", 0, {"ip": "1.2.3.4"}]]},
            prereq("No settings should be passed when removing or detaching a NIC"),
        ),
        ({"nics": [["attach", 0, {}]]}, prereq("Attach operation is not supported for NICs")),
        ({"nics": [["remove", 5, {}]]}, exec_error("Got NIC index 5, but there are only 2")),
        ({"nics": [["remove", -2, {}]]}, exec_error("Not accepting negative indices other than -1")),
        (
            {"nics": [["remove", "nosuch", {}]]},
            prereq("Cannot find NIC with identifier nosuch", "unknown_entity"),
        ),
        (
            {"nics": [["add", -1, {}]] * 7},
            prereq("Instance has too many network interfaces (8), cannot add more", "wrong_state"),
        ),
        (
            {"nics": [["modify", 0, {"network": "lan", "link": "x"}]]},
            prereq("If network is given mode or link should not"),
        ),
        ({"nics": [["add", -1, {"ip": "pool"}]]}, prereq("If ip=pool, parameter network cannot be none")),
        ({"nics": [["modify", 1, {"ip": "pool"}]]}, prereq("ip=pool, but no network found")),
        (
            {"nics": [["modify", 0, {"mac": "auto"}]]},
            prereq("'auto' is not a valid MAC address when modifying an existing NIC"),
        ),
        (
            {"nics": [["modify", 1, {"mac": "aa:00:0c:00:00:03"}]]},
            prereq("MAC address 'aa:00:0c:00:00:03' already in use in cluster", "resource_not_unique"),
        ),
        (
            {"nics": [["modify", 1, {"mode": "routed", "ip": "none"}]]},
            prereq("Cannot set the NIC IP address to None on a routed NIC if not attached to a network"),
        ),
        (
            {"nics": [["modify", 0, {"link": "x"}]]},
            prereq("Not allowed to change link or mode of a NIC that is connected to a network"),
        ),
        (
            {"nics": [["modify", 0, {"network": "storage"}]]},
            prereq("No netparams found for the network storage, probably not connected"),
        ),
        (
            {"nics": [["modify", 0, {"ip": "203.0.113.3"}]]},
            prereq("IP 203.0.113.3 not available in network lan", "resource_not_unique"),
        ),
        (
            {"nics": [["modify", 1, {"ip": "203.0.113.9"}]]},
            prereq(
                "The requested IP address (203.0.113.9) belongs to network lan, but the target NIC does not.",
                "wrong_state",
            ),
        ),
        (
            {"nics": [["modify", 1, {"name": "front"}]]},
            prereq("NIC name 'front' already used", "resource_not_unique"),
        ),
    ],
)
def test_what_cannot_be_changed(parameters: Any, failure: object) -> None:
    """Each is refused before anything is written."""
    refused = modify("web", **parameters)
    assert refused.failure == failure
    assert refused.changes == 0
