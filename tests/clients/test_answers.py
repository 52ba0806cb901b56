"""What a client relies on in a query's result is checked."""

import pytest

from ganeti_lite.clients.answers import FieldDefinition, QueryAnswer, read_field_definitions, read_query_answer
from ganeti_lite.wire.calls import MalformedAnswerError

NAME = {"name": "name", "title": "Node", "kind": "text", "doc": "What it is called", "more": 1}


def test_query_answer() -> None:
    """A result becomes definitions and rows; what else a definition has does not matter."""
    rows: list[list[list[object]]] = [[[0, "node1"]], [[2, None]]]
    expected = QueryAnswer((FieldDefinition("name", "Node", "text", "What it is called"),), rows)
    assert read_query_answer({"fields": [NAME], "data": rows}) == expected


@pytest.mark.parametrize(
    "result",
    [
        None,
        [],
        {"fields": [NAME]},
        {"fields": [NAME], "data": {}},
        {"fields": [NAME], "data": ["x"]},
        {"fields": [NAME], "data": [[]]},
        {"fields": [NAME], "data": [[[0, 1]], [[0, 1], [0, 2]]]},
        {"data": []},
    ],
)
def test_malformed_query_answers(result: object) -> None:
    """A result without fields, or with rows that do not fit them, is refused."""
    with pytest.raises(MalformedAnswerError):
        read_query_answer(result)


@pytest.mark.parametrize("result", [None, 5, "x", [], {}, {"fields": 5}, {"fields": [5]}, {"fields": [{"name": "x"}]}])
def test_malformed_definitions(result: object) -> None:
    """A result that defines no fields is refused."""
    with pytest.raises(MalformedAnswerError):
        read_field_definitions(result)
