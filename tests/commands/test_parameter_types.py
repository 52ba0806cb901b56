"""Types of parameters."""

from typing import Any

import pytest

from ganeti_lite.commands.parameter_types import BACKEND, DISK_TEMPLATE, HYPERVISOR, INTERFACE, NODE, Kind, enforce
from ganeti_lite.errors import TypeEnforcementError


def test_kinds() -> None:
    """What the defaults do not show is known, too."""
    assert (BACKEND["maxmem"], BACKEND["vcpus"], BACKEND["auto_balance"]) == (Kind.SIZE, Kind.INTEGER, Kind.BOOLEAN)
    assert (HYPERVISOR["root_path"], HYPERVISOR["kernel_path"]) == (Kind.MAYBE_TEXT, Kind.TEXT)
    assert (NODE["cpu_speed"], NODE["ssh_port"]) == (Kind.NUMBER, Kind.INTEGER)
    assert DISK_TEMPLATE["dynamic-resync"] is Kind.BOOLEAN


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"maxmem": "1g", "vcpus": "2"}, {"maxmem": 1024, "vcpus": 2}),
        ({"auto_balance": "TRUE"}, {"auto_balance": True}),
        ({"auto_balance": False}, {"auto_balance": False}),
        ({"auto_balance": ""}, {"auto_balance": False}),
        ({"maxmem": "default"}, {"maxmem": "default"}),
    ],
)
def test_values(values: dict[str, Any], expected: dict[str, Any]) -> None:
    """Texts become what the parameter takes."""
    assert enforce(values, BACKEND, ("default",)) == expected


def test_texts() -> None:
    """A text may be taken away, and where it may be none, be none."""
    assert enforce({"link": "br0", "ip": None, "mac": False}, INTERFACE) == {"link": "br0", "ip": None, "mac": ""}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"bogus": "1"}, "Unknown parameter 'bogus'"),
        ({"maxmem": "x"}, "'maxmem' (value x) is not a valid size. error: Invalid format"),
        ({"vcpus": "x"}, "'vcpus' (value x) is not a valid integer"),
        ({"vcpus": None}, "'vcpus' (value None) is not a valid integer"),
        ({"auto_balance": "yes"}, "'auto_balance' (value yes) is not a valid boolean"),
        ({"maxmem": "default"}, "'maxmem' (value default) is not a valid size. error: Invalid format"),
    ],
)
def test_wrong_values(values: dict[str, Any], message: str) -> None:
    """What does not fit is refused in Ganeti's words."""
    with pytest.raises(TypeEnforcementError) as raised:
        enforce(values, BACKEND)
    assert raised.value.args == (message,)
    with pytest.raises(TypeEnforcementError, match="is not a valid string"):
        enforce({"link": True}, INTERFACE)
    with pytest.raises(TypeEnforcementError, match="is not a valid float"):
        enforce({"cpu_speed": "x"}, NODE)
