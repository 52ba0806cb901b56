"""NICs of new instances, and what they get."""

import pytest
from attrs import evolve

from tests.masterd.small_cluster import GROUP1, LAN, NEW, SNAPSHOT, STORAGE
from tests.masterd.units.scripted import prereq

from .scene import PLACE, create, made


def test_nics_get_what_they_lack() -> None:
    """MAC addresses with the prefix of their network or of the cluster, parameters and addresses of networks."""
    nics = [{"network": "lan", "ip": "pool"}, {"link": "br9", "mac": "AA:00:00:00:00:01", "vlan": "5"}, {}]
    created = create(nics=nics)
    first, second, third = made(created).nics
    assert (first.ip, first.network, first.mac[:8]) == ("203.0.113.4", LAN, "aa:00:0c")
    assert first.nicparams == SNAPSHOT.nodegroups[GROUP1].networks[LAN]
    assert created.after.networks[LAN].reservations == "0011100000000000"
    assert (second.mac, second.nicparams) == ("aa:00:00:00:00:01", {"link": "br9", "vlan": ".5"})
    assert (third.mac[:8], third.nicparams, third.ip) == ("aa:00:0b", {}, None)
    assert len({first.uuid, second.uuid, third.uuid, NEW}) == 4
    assert created.log[:2] == [
        " - INFO: NIC/0 inherits netparams ['100', 'routed', '']",
        " - INFO: Chose IP 203.0.113.4 from network lan",
    ]


@pytest.mark.parametrize(
    ("nic", "failure"),
    [
        ({"network": "lan", "link": "br0"}, prereq("If network is given, no mode or link is allowed to be passed")),
        ({"network": "nosuch"}, prereq("Network 'nosuch' not found", "unknown_entity")),
        ({"ip": "auto"}, prereq("IP address set to auto but name checks have been skipped")),
        ({"ip": "pool"}, prereq("if ip=pool, parameter network must be passed too")),
        ({"ip": "1.2.3"}, prereq("Invalid IP address '1.2.3'")),
        ({"mode": "routed"}, prereq("Routed nic mode requires an ip address if not attached to a network")),
        ({"mac": "x"}, prereq("Invalid MAC address 'x'")),
        (
            {"mac": "AA:00:0C:00:00:01"},
            prereq("MAC address aa:00:0c:00:00:01 already in use in cluster", "resource_not_unique"),
        ),
        ({"mode": "odd"}, ["ConfigurationError", ["Invalid NIC mode 'odd'"]]),
        ({"vlan": "x"}, prereq("Specified VLAN parameter is invalid : x")),
        ({"vlan": ":1:x"}, prereq("Specified VLAN parameter is invalid : :1:x")),
        ({"name": "12"}, prereq("Invalid name '12'. Purely numeric NIC names are not allowed")),
        (
            {"network": "storage"},
            prereq(
                "No netparams found for network storage. Probably not connected to node's node2.example.org nodegroup"
            ),
        ),
        (
            {"network": "lan", "ip": "203.0.113.2"},
            prereq(
                "IP address 203.0.113.2 already in use or does not belong to network lan",
                "resource_not_unique",
            ),
        ),
        (
            {"ip": "203.0.113.9"},
            prereq(
                "The requested IP address (203.0.113.9) belongs to network lan, but the target NIC does not.",
                "wrong_state",
            ),
        ),
    ],
)
def test_nics_that_cannot_be_had(nic: dict[str, str], failure: object) -> None:
    """Each is refused before anything is written."""
    refused = create(nics=[nic])
    assert refused.failure == failure
    assert refused.changes == 0


def test_conflicts_of_addresses_need_not_matter() -> None:
    """Neither those of others in a network, nor those of a network that the NIC is not in."""
    created = create(nics=[{"ip": "203.0.113.9"}, {"network": "lan", "ip": "203.0.113.1"}], conflicts_check=False)
    assert [nic.ip for nic in made(created).nics] == ["203.0.113.9", "203.0.113.1"]


def test_a_full_network_has_no_address() -> None:
    """The NIC that wants one is told."""
    network = evolve(SNAPSHOT.networks[LAN], reservations="1" * 16)
    full = evolve(PLACE, networks=PLACE.networks.replaced({LAN: network}))
    refused = create(full, nics=[{"network": "lan", "ip": "pool"}])
    assert refused.failure == prereq("Unable to get a free IP for NIC 0 from the address pool", "wrong_state")
    assert STORAGE in full.networks
