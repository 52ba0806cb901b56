"""Filter rules for jobs, as items of queries."""

from typing import Any

import pytest

from ganeti_lite.constants import ItemType
from ganeti_lite.query import View, encode_json
from ganeti_lite.query.fields import FIELDS
from ganeti_lite.snapshot import FilterRule, Json

from .asking import ask, ask_uuids
from .small_clusters import make_snapshot


def make_rule(uuid: str, priority: int = 0, action: Json = "ACCEPT", *predicates: Json) -> FilterRule:
    """A rule."""
    return FilterRule(uuid, watermark=5, priority=priority, predicates=predicates, action=action)


def ask_rule(rule: FilterRule, field: str) -> Any:
    """The one cell of a field of a rule."""
    ((cell,),) = ask(View(make_snapshot(filters=[rule])), "filter", field)
    return cell


VIEW = View(make_snapshot(filters=[make_rule("u10", 1), make_rule("u2", 5, "PAUSE"), make_rule("u1", 9)]))


def test_rules_come_by_uuid() -> None:
    """The order is that of their identifiers, not the one in which they apply."""
    assert ask(VIEW, "filter", "uuid", "priority") == [
        [[0, "u1"], [0, 9]],
        [[0, "u2"], [0, 5]],
        [[0, "u10"], [0, 1]],
    ]


def test_what_rules_are() -> None:
    """Each attribute is told as it is stored."""
    rule = FilterRule("u1", 7, 3, (), ("RATE_LIMIT", 2), (("user", "why", 1795375150459961000),))
    assert ask_rule(rule, "watermark") == [0, 7]
    assert ask_rule(rule, "action") == [0, ["RATE_LIMIT", 2]]
    assert ask_rule(rule, "reason_trail") == [0, [["user", "why", 1795375150459961000]]]
    assert ask_rule(rule, "predicates") == [0, []]
    assert list(FIELDS[ItemType.FILTER]) == ["uuid", "watermark", "priority", "predicates", "action", "reason_trail"]


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (("=", "id", 5), ["==", "id", 5]),
        (("==", "id", 5), ["==", "id", 5]),
        (("!=", "id", 5), ["!", ["==", "id", 5]]),
        (("&", ("=", "a", 1), ("|", ("!=", "b", "="))), ["&", ["==", "a", 1], ["|", ["!", ["==", "b", "="]]]]),
        (("!", ("=", "a", 1)), ["!", ["==", "a", 1]]),
        (("=~", "OP_ID", "x"), ["=~", "OP_ID", "x"]),
        (("&",), ["&"]),
        (None, None),
    ],
)
def test_conditions_are_told_in_one_spelling(condition: Json, told: object) -> None:
    """Old spellings of conditions are told in the one of today, at every level."""
    assert ask_rule(make_rule("u1", 0, "ACCEPT", ("jobid", condition)), "predicates") == [0, [["jobid", told]]]


def test_conditions_may_be_deep() -> None:
    """A condition of very many levels is told like any other, if its JSON can be written."""
    condition: Json = ("=", "id", 5)
    for _ in range(200):
        condition = ("!", condition)
    cell = ask_rule(make_rule("u1", 0, "ACCEPT", ("jobid", condition)), "predicates")
    assert encode_json(cell).count(b'"!"') == 200


def test_predicates_of_another_form_are_told_as_they_are() -> None:
    """What is no pair of a kind and a condition is not looked into."""
    assert ask_rule(make_rule("u1", 0, "ACCEPT", "odd", ("a", "b", "c")), "predicates") == [0, ["odd", ["a", "b", "c"]]]


def test_rules_are_filtered_and_not_looked_up() -> None:
    """A filter on the identifier is a scan: what is not there is no error."""
    assert ask_uuids(VIEW, "filter", ["==", "uuid", "u2"]) == ["u2"]
    assert ask_uuids(VIEW, "filter", ["|", ["==", "uuid", "gone"], [">", "priority", 4]]) == ["u1", "u2"]
