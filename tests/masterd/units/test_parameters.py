"""Parameters that opcodes bring become values of their types, as with Ganeti."""

import math
from typing import Any

import pytest

from ganeti_lite.errors import TypeEnforcementError
from ganeti_lite.masterd.units._parameters import BE_TYPES, DISK_TYPES, HV_TYPES, ND_TYPES, enforce_types

TYPES = {**BE_TYPES, **ND_TYPES, **HV_TYPES, **DISK_TYPES}


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("auto_balance", "True", True),
        ("auto_balance", "false", False),
        ("auto_balance", "", False),
        ("auto_balance", None, False),
        ("auto_balance", [], False),
        ("auto_balance", {"a": 1}, True),
        ("auto_balance", -1, True),
        ("vcpus", " 1", 1),
        ("vcpus", 1.9, 1),
        ("vcpus", True, 1),
        ("vcpus", "-3", -3),
        ("vcpus", 2**63 - 1, 2**63 - 1),
        ("cpu_speed", "1e2", 100.0),
        ("cpu_speed", False, 0.0),
        ("maxmem", "1g", 1024),
        ("maxmem", 5, 8),
        ("oob_program", False, ""),
        ("ovs_name", None, None),
        ("ovs_name", False, ""),
    ],
)
def test_conversions(name: str, given: Any, value: Any) -> None:
    """Truth, numbers and sizes may come as texts, and other values as what they stand for."""
    assert enforce_types({name: given}, TYPES) == {name: value}


@pytest.mark.parametrize(
    ("name", "given", "text"),
    [
        ("auto_balance", "1", r"'auto_balance' \(value 1\) is not a valid boolean"),
        ("vcpus", None, r"'vcpus' \(value None\) is not a valid integer"),
        ("vcpus", "1.5", r"'vcpus' \(value 1.5\) is not a valid integer"),
        ("vcpus", [], r"'vcpus' \(value \[\]\) is not a valid integer"),
        ("vcpus", math.inf, r"'vcpus' \(value inf\) is not a valid integer"),
        ("vcpus", 2**63, r"'vcpus' \(value 9223372036854775808\) is not a valid integer"),
        ("vcpus", str(2**63), r"'vcpus' \(value 9223372036854775808\) is not a valid integer"),
        ("cpu_speed", "nan", r"'cpu_speed' \(value nan\) is not a valid float"),
        ("cpu_speed", "-inf", r"'cpu_speed' \(value -inf\) is not a valid float"),
        ("cpu_speed", {}, r"'cpu_speed' \(value {}\) is not a valid float"),
        ("maxmem", 2**64, r"'maxmem' \(value 18446744073709551616\) is not a valid size"),
        ("maxmem", -4, r"'maxmem' \(value -4\) is not a valid size"),
        ("maxmem", None, r"'maxmem' \(value None\) is not a valid size"),
        ("oob_program", None, r"'oob_program' \(value None\) is not a valid string"),
        ("oob_program", 1, r"'oob_program' \(value 1\) is not a valid string"),
        ("luck", 1, "Unknown parameter 'luck'"),
    ],
)
def test_what_is_no_value_is_refused(name: str, given: Any, text: str) -> None:
    """So are numbers that the configuration cannot have; the error names parameter and value."""
    with pytest.raises(TypeEnforcementError, match=text):
        enforce_types({name: given}, TYPES)
