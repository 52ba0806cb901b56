"""Addresses of a network."""

import pytest

from ganeti_lite.masterd.address_pool import (
    is_free,
    list_free,
    offset_of,
    with_addresses,
    with_external_addresses,
)
from ganeti_lite.snapshot import Network


def network(subnet: str = "192.0.2.8/29", ours: str | None = "00100000", others: str | None = "11000001") -> Network:
    """A network of eight addresses, four of which are free."""
    return Network("n", 1, "net", subnet, reservations=ours, ext_reservations=others)


@pytest.mark.parametrize(
    ("subnet", "ip", "offset"),
    [
        ("192.0.2.8/29", "192.0.2.8", 0),
        ("192.0.2.9/29", "192.0.2.15", 7),
        ("192.0.2.8/29", "192.0.2.16", None),
        ("192.0.2.8/29", "2001:db8::1", None),
        ("192.0.2.8/29", "host", None),
        ("nonsense", "192.0.2.8", None),
    ],
)
def test_offsets(subnet: str, ip: str, offset: int | None) -> None:
    """An address is known by its place from the base address on, host bits of the subnet or not."""
    assert offset_of(network(subnet), ip) == offset


def test_what_is_free() -> None:
    """An address is free if neither an instance nor anybody else has it."""
    assert list(list_free(network())) == ["192.0.2.11", "192.0.2.12", "192.0.2.13", "192.0.2.14"]
    assert [is_free(network(), f"192.0.2.{last}") for last in (7, 8, 10, 11)] == [False, False, False, True]
    assert is_free(network(), "192.0.2.8", checks_external=False)
    assert not is_free(network(), "192.0.2.10", checks_external=False)


def test_missing_strings() -> None:
    """A string that is missing or too short stands for zeros; a network without a range has no addresses."""
    assert len(list(list_free(network(ours=None, others=None)))) == 8
    assert with_addresses(network(ours=None), ["192.0.2.9"]).reservations == "01000000"
    assert with_addresses(network(ours="1"), ["192.0.2.9"]).reservations == "11000000"
    assert list(list_free(network("nonsense"))) == []


def test_taking_and_releasing() -> None:
    """Each string is changed by itself; what changes nothing gives the same network."""
    before = network()
    after = with_addresses(before, ["192.0.2.11", "10.0.0.1"], ["192.0.2.10"])
    assert (after.reservations, after.ext_reservations) == ("00010000", before.ext_reservations)
    assert with_addresses(before, ["192.0.2.10"], ["192.0.2.11"]) is before
    external = with_external_addresses(before, ["192.0.2.11"], ["192.0.2.8"])
    assert (external.reservations, external.ext_reservations) == (before.reservations, "01010001")
