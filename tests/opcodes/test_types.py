"""Which values parameters take, and what becomes of them."""

from typing import Any, Final

import pytest

from ganeti_lite.opcodes import MismatchError, Type
from ganeti_lite.opcodes._structures import (
    DEPENDENCIES,
    DISK,
    DISK_INDEX,
    EXPORT_TARGET,
    NIC,
    REASON_TRAIL,
    RECREATED_DISKS,
    SIZE,
    changes_of,
)
from ganeti_lite.opcodes._types import (
    ANY,
    BOOLEAN,
    INTEGER,
    LIST,
    MAPPING,
    NAMES,
    NON_EMPTY,
    NON_NEGATIVE,
    NUMBER,
    POSITIVE,
    TEXT,
    mapping_of,
    tuple_of,
)
from ganeti_lite.opcodes._words import CLUSTER_FAULTS, DISK_TEMPLATE

CHANGES: Final = changes_of(DISK)

TAKEN: Final[list[tuple[Type, Any, Any]]] = [
    (ANY, [1.0, {"a": None}], [1, {"a": None}]),
    (BOOLEAN, True, True),
    (TEXT, "", ""),
    (TEXT, ["a", "b"], "ab"),
    (NON_EMPTY, "a", "a"),
    (INTEGER, 1.5, 2),
    (NON_NEGATIVE, -0.5, 0),
    (POSITIVE, 2**64 + 1, 1),
    (NUMBER, 2.0, 2),
    (NAMES, ["b", ["a", "c"], "b"], ["b", "ac", "b"]),
    (LIST, [{"a": 1.0}], [{"a": 1}]),
    (MAPPING, {"a": [1.0]}, {"a": [1]}),
    (mapping_of(INTEGER, DISK_TEMPLATE), {"drbd": 1.5}, {"drbd": 2}),
    (CLUSTER_FAULTS, ["EEXTAGS", "ENODEHV", "EEXTAGS"], ["ENODEHV", "EEXTAGS"]),
    (SIZE, "10G", 10240),
    (SIZE, "1 tib", 1048576),
    (SIZE, 1.5, 2),
    (NIC, {"mac": None, "ip": ""}, {"ip": ""}),
    (DISK, {"size": "1g", "vg": None, "any": None}, {"size": 1024, "any": None}),
    (RECREATED_DISKS, [1, 0], [1, 0]),
    (RECREATED_DISKS, [[0, {"size": 1}]], [[0, {"size": 1}]]),
    (CHANGES, [["modify", -1, {}], ["add", 0, {}]], [["modify", -1, {}], ["add", 0, {}]]),
    (CHANGES, [["add", {}], [3.0, {}]], [["add", {}], [3, {}]]),
    (CHANGES, [["detach", "data", {}]], [["detach", "data", {}]]),
    (EXPORT_TARGET, [1.0], [1]),
    (EXPORT_TARGET, ["a"], ["a"]),
    (DEPENDENCIES, [["7", []], [-1, ["success", "error"]]], [[7, []], [-1, ["success", "error"]]]),
    (REASON_TRAIL, [["a", "b", 1e22]], [["a", "b", 10**22]]),
]

REFUSED: Final[list[tuple[Type, Any]]] = [
    (BOOLEAN, 1),
    (TEXT, None),
    (TEXT, ["ab"]),
    (NON_EMPTY, ""),
    (INTEGER, True),
    (INTEGER, "1"),
    (NON_NEGATIVE, -1),
    (POSITIVE, 0.4),
    (NAMES, ["a", ""]),
    (MAPPING, []),
    (mapping_of(INTEGER, DISK_TEMPLATE), {"x": 1}),
    (tuple_of(INTEGER, INTEGER), [1]),
    (CLUSTER_FAULTS, ["x"]),
    (SIZE, "1.5G"),
    (SIZE, "1G "),
    (SIZE, "1k"),
    (NIC, {"mac": ""}),
    (NIC, {"size": 1}),
    (DISK, {"mode": "x"}),
    (DISK_INDEX, 16),
    (RECREATED_DISKS, [0, [1, {}]]),
    (CHANGES, [["add", 0, {}], ["remove", "data", {}]]),
    (CHANGES, [["modify", {}]]),
    (CHANGES, [[-1, {}]]),
    (EXPORT_TARGET, ""),
    (DEPENDENCIES, [["-1", []]]),
    (DEPENDENCIES, [[1.5, []]]),
    (DEPENDENCIES, [[1, ["running"]]]),
    (REASON_TRAIL, [["a", "b"]]),
]


@pytest.mark.parametrize(("values", "given", "canonical"), TAKEN)
def test_values_are_brought_into_one_form(values: Type, given: Any, canonical: Any) -> None:
    """A value of the type becomes the one that the real daemon makes of it, of the same JSON type."""
    decoded = values.decode(given)
    assert decoded == canonical
    assert repr(decoded) == repr(canonical)


@pytest.mark.parametrize(("values", "given"), REFUSED)
def test_other_values_are_refused(values: Type, given: Any) -> None:
    """What the real daemon does not take, we do not."""
    with pytest.raises(MismatchError):
        values.decode(given)
