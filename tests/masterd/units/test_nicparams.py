"""What NICs can be connected to."""

import pytest

from ganeti_lite.masterd.units._nicparams import find_nic_problem


@pytest.mark.parametrize("mode", ["openvswitch", "pool", "routed"])
def test_modes(mode: str) -> None:
    """A NIC needs no link, unless it is bridged."""
    assert find_nic_problem({"mode": mode}) is None
    assert find_nic_problem({"mode": "bridged", "link": "br0"}) is None
    assert find_nic_problem({"mode": "bridged", "link": ""}) == "Missing bridged NIC link"


@pytest.mark.parametrize("mode", [None, "", "Routed", "auto", "default"])
def test_what_is_no_mode(mode: object) -> None:
    """The problem names it."""
    assert find_nic_problem({"mode": mode}) == f"Invalid NIC mode '{mode}'"
