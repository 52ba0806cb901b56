"""What filters mean, as data: ``cases/*.json``.

A file is a list of groups. Each has a promise, made-up columns, and cases: a filter with the rows that it lets
through, or with the class and text of the error that it gives, or with the reason why it is none. ``types.json`` is a
table of its own: every operator on values of every type.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from ganeti_lite.errors import GanetiError
from ganeti_lite.query import FilterSyntaxError, parse_filter

from .made_up_columns import Columns

FOLDER: Final = Path(__file__).parent / "cases"
FILES: Final = ("comparisons", "host_names", "logic", "malformed", "missing_values", "regexes")


def load_cases() -> Iterator[Any]:
    """Every case as a test parameter, with the columns of its group."""
    for name in FILES:
        for group in json.loads((FOLDER / f"{name}.json").read_bytes()):
            columns = Columns.of(group.get("columns", {"n": [1]}), group.get("hostnames", ()))
            for case in group["cases"]:
                yield pytest.param(columns, case, id=f"{name}: {json.dumps(case['filter'], ensure_ascii=False)}")


@pytest.mark.parametrize(("columns", "case"), list(load_cases()))
def test_cases(columns: Columns, case: Any) -> None:
    """Every filter means what its case says."""
    if "rows" in case:
        assert columns.select(case["filter"]) == case["rows"]
    elif "error" in case:
        with pytest.raises(GanetiError) as failure:
            columns.select(case["filter"])
        assert failure.value.to_wire() == [case["error"][0], [case["error"][1]]]
    else:
        with pytest.raises(FilterSyntaxError) as refusal:
            parse_filter(case["filter"])
        assert str(refusal.value) == case["malformed"]


TYPES: Final = json.loads((FOLDER / "types.json").read_bytes())


@pytest.mark.parametrize("row", TYPES["table"], ids=lambda row: json.dumps(row["condition"]))
def test_every_operator_on_every_type(row: Any) -> None:
    """A condition is met, is not met, or fails, for values of each type and for missing ones."""
    operator, *operands = row["condition"]
    expected = dict.fromkeys(TYPES["values"], row["others"])
    expected |= dict.fromkeys(TYPES["missing"], row.get("negated", False))
    expected |= dict.fromkeys(row["met"], True) | dict.fromkeys(row["unmet"], False)
    found = {name: _judge([operator, "f", *operands], value) for name, value in TYPES["values"].items()}
    assert found == expected


def _judge(raw: object, value: object) -> object:
    try:
        return bool(Columns.of({"f": [value]}).select(raw))
    except GanetiError as error:
        return error.wire_class
