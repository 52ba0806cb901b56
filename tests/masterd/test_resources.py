"""Choosers: what they choose is nobody's."""

from collections.abc import Iterator

import pytest
from attrs import evolve

from ganeti_lite.errors import ConfigurationError, GanetiError, OpPrereqError, ReservationError
from ganeti_lite.masterd.resources import (
    Chooser,
    claim_ip,
    claim_mac,
    first_free_ip,
    ip_kind,
    new_mac,
    new_uuid,
    next_port,
)
from ganeti_lite.snapshot import ClusterSnapshot

from .small_cluster import LAN, NEW, NODE1, SNAPSHOT

NOTHING: frozenset[tuple[str, str]] = frozenset()


def scripted(*values: bytes) -> "Iterator[bytes]":
    """These bytes, the last of them for ever."""
    yield from values
    while True:
        yield values[-1]


def with_ports(pool: tuple[int, ...], highest: int) -> ClusterSnapshot:
    """A cluster with these ports."""
    return evolve(SNAPSHOT, cluster=evolve(SNAPSHOT.cluster, tcpudp_port_pool=pool, highest_used_port=highest))


def error_of(chooser: Chooser, *reserved: tuple[str, str], snapshot: ClusterSnapshot = SNAPSHOT) -> GanetiError:
    """Why it chooses nothing."""
    with pytest.raises(GanetiError) as caught:
        chooser(snapshot, frozenset(reserved))
    return caught.value


def test_a_new_uuid_is_nobodys() -> None:
    """Neither an object nor another job has it; it says that it is random."""
    taken, reserved, free = (bytes([number]) * 16 for number in (1, 2, 3))
    uuids = ["01010101-0101-4101-8101-010101010101", "02020202-0202-4202-8202-020202020202"]
    node = evolve(SNAPSHOT.nodes[NODE1], uuid=uuids[0])
    snapshot = evolve(SNAPSHOT, nodes=SNAPSHOT.nodes.replaced({uuids[0]: node}))
    source = scripted(taken, reserved, free)
    ((kind, uuid),) = new_uuid(lambda count: next(source))(snapshot, frozenset({("uuid", uuids[1])}))
    assert (kind, uuid) == ("uuid", "03030303-0303-4303-8303-030303030303")


@pytest.mark.parametrize(("network", "prefix"), [(None, "aa:00:0b"), (LAN, "aa:00:0c")])
def test_a_new_mac_begins_as_its_network_says(network: str | None, prefix: str) -> None:
    """With the network's prefix, or else with the cluster's, and goes on at random."""
    assert new_mac(lambda count: b"\x0a\x00\xff"[:count], network)(SNAPSHOT, NOTHING) == (
        ("mac", f"{prefix}:0a:00:ff"),
    )


def test_macs_that_somebody_has_are_left_out() -> None:
    """Of instances and of other jobs; after 64 tries there is no hope."""
    source = scripted(b"\x00\x00\x02", b"\x00\x00\x09", b"\x00\x00\x0a")
    chooser = new_mac(lambda count: next(source))
    assert chooser(SNAPSHOT, frozenset({("mac", "aa:00:0b:00:00:09")})) == (("mac", "aa:00:0b:00:00:0a"),)
    error = error_of(new_mac(lambda count: b"\x00\x00\x02"))
    assert isinstance(error, ReservationError)
    assert error.args == ("Not able generate new resource (last tried: aa:00:0b:00:00:02)",)


def test_a_given_mac_is_claimed() -> None:
    """Unless an instance has it, or a job."""
    assert claim_mac("aa:00:00:00:00:01")(SNAPSHOT, NOTHING) == (("mac", "aa:00:00:00:00:01"),)
    for mac, reserved in (("aa:00:0c:00:00:01", []), ("aa:00:00:00:00:01", [("mac", "aa:00:00:00:00:01")])):
        error = error_of(claim_mac(mac), *reserved)
        assert error.args == (f"MAC address {mac} already in use in cluster", "resource_not_unique")


def test_the_first_free_ip() -> None:
    """The lowest that neither instances nor others nor jobs have, until there is none."""
    kind, reserved = ip_kind(LAN), set[tuple[str, str]]()
    for last in range(4, 15):
        (choice,) = first_free_ip(LAN)(SNAPSHOT, frozenset(reserved))
        assert choice == (kind, f"203.0.113.{last}")
        reserved.add(choice)
    assert error_of(first_free_ip(LAN), *reserved).args == ("Cannot generate IP. Network is full",)


def test_a_given_ip_is_claimed() -> None:
    """If it is free and belongs to the network; one that others than instances have only if that does not matter."""
    kind = ip_kind(LAN)
    assert claim_ip(LAN, "203.0.113.9")(SNAPSHOT, NOTHING) == ((kind, "203.0.113.9"),)
    assert claim_ip(LAN, "203.0.113.1", checks_external=False)(SNAPSHOT, NOTHING) == ((kind, "203.0.113.1"),)
    reserved = (kind, "203.0.113.9")
    for ip, others in (("203.0.113.2", []), ("203.0.113.1", []), ("192.0.2.1", []), ("203.0.113.9", [reserved])):
        error = error_of(claim_ip(LAN, ip), *others)
        assert isinstance(error, OpPrereqError)
        assert error.args[0] == f"IP address {ip} already in use or does not belong to network lan"
        assert error.code == "resource_not_unique"
    assert error_of(first_free_ip(NEW)).args == (f"Network '{NEW}' not found",)


@pytest.mark.parametrize(
    ("pool", "highest", "reserved", "port"),
    [
        ((11005, 11001), 11010, [], 11005),
        ((11005, 11001), 11010, [11005], 11001),
        ((), 11010, [], 11011),
        ((), 11010, [11011, 11012], 11013),
        ((), 14998, [], 14999),
    ],
)
def test_ports(pool: tuple[int, ...], highest: int, reserved: list[int], port: int) -> None:
    """The pool's first, else the one above the highest."""
    taken = frozenset(("port", str(number)) for number in reserved)
    assert next_port(with_ports(pool, highest), taken) == (("port", str(port)),)


def test_there_is_a_last_port() -> None:
    """Beyond it there is none."""
    error = error_of(next_port, snapshot=with_ports((), 14999))
    assert isinstance(error, ConfigurationError)
    assert error.args == ("The highest used port is greater than 14999. Aborting.",)
