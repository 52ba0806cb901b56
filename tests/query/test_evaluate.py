"""Answers of queries, as JSON."""

import json

import pytest

from ganeti_lite.constants import ItemType
from ganeti_lite.query import QueryRequest, View, evaluate_query, parse_filter, plan_query
from ganeti_lite.query.qfilter import SearchLimitError
from ganeti_lite.query.qfilter._regex import COSTLY_TEXTS

from .asking import ask
from .golden_answers import golden_view
from .small_clusters import make_named_snapshot

VIEW = View(make_named_snapshot("group", {"u1": "b", "u2": "a"}))


def test_an_answer_is_definitions_and_rows() -> None:
    """Fields come first, then a row of status and value pairs for each object."""
    request = QueryRequest(ItemType.GROUP, ("name", "nosuch"), parse_filter(None))
    answer = json.loads(evaluate_query(VIEW, plan_query(VIEW, request)))
    assert list(answer) == ["fields", "data"]
    assert [list(field) for field in answer["fields"]] == [["name", "title", "kind", "doc"]] * 2
    assert [(field["name"], field["kind"]) for field in answer["fields"]] == [("name", "text"), ("nosuch", "unknown")]
    assert answer["data"] == [[[0, "a"], [1, None]], [[0, "b"], [1, None]]]


def test_answers_are_compact() -> None:
    """There is no blank between the parts of an answer."""
    request = QueryRequest(ItemType.GROUP, ("name", "node_cnt"), parse_filter(None))
    assert evaluate_query(VIEW, plan_query(VIEW, request)).endswith(b'"data":[[[0,"a"],[0,0]],[[0,"b"],[0,0]]]}')


def test_a_query_with_too_many_costly_searches_fails() -> None:
    """The conditions of one query share what they may take; the next query has as much again."""
    view = View(make_named_snapshot("group", {f"u{number}": f"{'ab' * 11}!{number}" for number in range(COSTLY_TEXTS)}))
    condition = ["=~", "name", "^(?:a|b|ab)+$"]
    for _ in range(2):
        assert ask(view, "group", "name", qfilter=condition) == []
        with pytest.raises(SearchLimitError):
            ask(view, "group", "name", qfilter=["|", condition, condition])


@pytest.mark.parametrize(
    ("fields", "qfilter", "rows"),
    [
        ((), None, [[], []]),
        ((), ["|"], []),
        (("name",), ["|"], []),
        (("name", "name"), None, [[[0, "a"], [0, "a"]], [[0, "b"], [0, "b"]]]),
        (("nosuch",), ["==", "name", "a"], [[[1, None]]]),
        ((), ["|", ["==", "name", "b"], ["==", "name", "b"]], [[], []]),
        (("name",), ["==", "uuid", "u1"], [[[0, "b"]]]),
    ],
)
def test_rows(fields: tuple[str, ...], qfilter: object, rows: list[object]) -> None:
    """A row has a cell for each field asked for, and there is a row for each object that passes."""
    assert ask(VIEW, "group", *fields, qfilter=qfilter) == rows


@pytest.mark.parametrize("item_type", ["instance", "node", "group", "network"])
def test_an_empty_cluster_has_no_rows(item_type: str) -> None:
    """Queries of a table without objects are answered, filters included, since nothing is evaluated."""
    view = View(make_named_snapshot("node", {}))
    assert ask(view, item_type, "name", "uuid") == []
    assert ask(view, item_type, qfilter=["&", ["==", "tags", "x"], ["?", "name"]]) == []


def test_filters_see_the_values_that_are_answered() -> None:
    """A field may be tested and asked for at once, in either order, with the same values."""
    for qfilter in (["=[]", "snodes", "node2.example.com"], ["!", ["!", ["=[]", "snodes", "node2.example.com"]]]):
        rows = ask(golden_view(), "instance", "snodes", "uuid", qfilter=qfilter)
        assert [uuid for _, (_, uuid) in rows] == ["inst-c", "inst-i"]
        assert all("node2.example.com" in nodes for (_, nodes), _ in rows)


def test_filters_may_be_about_fields_that_are_not_asked_for() -> None:
    """What only the filter needs is not in the answer."""
    assert ask(golden_view(), "node", "uuid", qfilter=["&", ["?", "offline"], [">", "pinst_cnt", 0]]) == [
        [[0, "node-2"]],
        [[0, "node-3"]],
        [[0, "node-4"]],
    ]


def test_live_fields_match_nothing_without_nodes() -> None:
    """A condition on what only node daemons know is not met while none of them is asked."""
    assert ask(golden_view(), "node", "uuid", qfilter=[">=", "mfree", 0]) == []
    assert len(ask(golden_view(), "node", "uuid", qfilter=["!", [">=", "mfree", 0]])) == 5
