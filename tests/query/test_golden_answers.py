"""Every field of every item type, with its definition and its values in the golden cluster."""

import json
import re

import pytest

from ganeti_lite.constants import ItemType, ResultStatus
from ganeti_lite.query import describe_fields
from ganeti_lite.query.fields import FIELDS

from .golden_answers import collect_answers, golden_view, load_answers, load_definitions


@pytest.mark.parametrize("item_type", ["instance", "node", "group", "network"])
def test_values_are_the_golden_ones(item_type: str) -> None:
    """Every cell of the golden cluster is as stored."""
    answers, golden = collect_answers(golden_view())[item_type], load_answers()[item_type]
    assert answers.keys() == golden.keys()
    assert {name: cells for name, cells in answers.items() if cells != golden[name]} == {}


@pytest.mark.parametrize(("item_type", "count"), [("instance", 292), ("node", 46), ("group", 25), ("network", 19)])
def test_definitions_are_ganetis(item_type: str, count: int) -> None:
    """Names, titles and kinds are those of Ganeti's daemon, and so is the order in which fields are listed."""
    listed = json.loads(describe_fields(ItemType(item_type), None))["fields"]
    assert len(listed) == count
    assert [[field["name"], field["title"], field["kind"]] for field in listed] == load_definitions()[item_type]


def test_the_golden_cluster_shows_every_field() -> None:
    """Every config field, or another one of its numbered family, has a value for some object; the named two never."""
    seen: set[tuple[str, str]] = set()
    declared: set[tuple[str, str]] = set()
    for item_type, columns in load_answers().items():
        for name, cells in columns.items():
            family = item_type, re.sub("/[0-9]+$", "", name)
            if not FIELDS[ItemType(item_type)][name].is_live and not name.startswith("hv/"):
                declared.add(family)
                seen.update({family} if any(status == ResultStatus.NORMAL for status, _ in cells) else ())
    assert declared - seen == {("node", "hv_state"), ("node", "disk_state")}
