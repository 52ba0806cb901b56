"""Which objects a query is about, as data: ``cases/look_ups.json``.

Each group has a promise, the item types that it holds for, the names of objects by UUID, and cases: a filter with the
UUIDs of the objects that are found, in order, or with the name that is not found or is one of several.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from ganeti_lite.errors import GanetiError
from ganeti_lite.query import View

from .asking import ask_uuids
from .small_clusters import make_named_snapshot

CASES: Final = Path(__file__).parent / "cases" / "look_ups.json"


def load_cases() -> Iterator[Any]:
    """Every case for each of its item types, with a view of its objects."""
    for group in json.loads(CASES.read_bytes()):
        for item_type in group["item_types"]:
            view = View(make_named_snapshot(item_type, group["objects"]))
            for case in group["cases"]:
                yield pytest.param(view, item_type, case, id=f"{item_type}: {json.dumps(case['filter'])}")


@pytest.mark.parametrize(("view", "item_type", "case"), list(load_cases()))
def test_cases(view: View, item_type: str, case: Any) -> None:
    """Every filter finds what its case says."""
    if "found" in case:
        assert ask_uuids(view, item_type, case["filter"]) == case["found"]
    else:
        with pytest.raises(GanetiError) as failure:
            ask_uuids(view, item_type, case["filter"])
        assert failure.value.to_wire() == _expected_error(item_type, case)


def _expected_error(item_type: str, case: Any) -> list[object]:
    if "error" in case:
        return [case["error"][0], [case["error"][1]]]
    kind = {"instance": "Instance", "node": "Node", "group": "NodeGroup", "network": "Network"}[item_type]
    if "ambiguous" in case:
        return ["OpPrereqError", [f"{kind} name {case['ambiguous']} has multiple matches", "unknown_entity"]]
    return ["OpPrereqError", [f"{kind} name {case['not_found']} not found", "unknown_entity"]]
