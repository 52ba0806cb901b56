"""The comparison notices whatever a client could notice, and nothing that is only descriptive."""

import json
from typing import Any

import pytest

from .compare import Comparison, comparable, differences, outcome
from .luxi import Answer
from .tally import Tally

DIFFERENT: list[tuple[Any, Any]] = [
    (1, 1.0),
    (1, True),
    (0, False),
    (0, None),
    ("", None),
    ("1", 1),
    (1.5, 1.25),
    ([], None),
    ([], {}),
    ([1, 2], [2, 1]),
    ([1], [1, 1]),
    ([[0, "a"]], [[2, None]]),
    ({"a": 1}, {}),
    ({}, {"a": None}),
    ({"a": {"b": [1]}}, {"a": {"b": [1.0]}}),
    ("ä", "\udce4"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_values_differ_both_ways(one: Any, other: Any) -> None:
    """Types, order, presence and length all count."""
    assert list(differences(one, other))
    assert list(differences(other, one))


@pytest.mark.parametrize("value", [value for pair in DIFFERENT for value in pair])
def test_equal_values_do_not_differ(value: Any) -> None:
    """A value is equal to its own copy."""
    assert not list(differences(value, json.loads(json.dumps(value))))


def test_the_order_of_keys_is_free() -> None:
    """A JSON object has no order."""
    assert not list(differences({"a": 1, "b": 2}, {"b": 2, "a": 1}))


def test_a_difference_is_told_by_its_place() -> None:
    """The report leads to the cell."""
    assert list(differences({"data": [[0, 1]]}, {"data": [[0, 1.0]]})) == [".data[0][1]: 1 is not 1.0"]


def fields_answer(**definition: str) -> Answer:
    """An answer that defines one field."""
    field = {"name": "name", "title": "Node", "kind": "text", "doc": "Name of the node", **definition}
    return answer({"fields": [field], "data": []})


def answer(result: Any, *, success: bool = True, closed: bool = False) -> Answer:
    """An answer with that result."""
    return Answer(json.dumps({"success": success, "result": result}).encode(), closed=closed)


def is_same(real: Answer, ours: Answer) -> bool:
    """Whether a comparison of two answers finds nothing."""
    comparison = Comparison("test")
    comparison.add("request", real, ours)
    return not comparison.found


def test_descriptions_are_free_but_must_be_there() -> None:
    """Each side describes fields in its own words."""
    assert is_same(fields_answer(), fields_answer(doc="What the node is called"))
    assert not is_same(fields_answer(), fields_answer(doc=""))
    assert not is_same(fields_answer(), fields_answer(title="node"))
    assert not is_same(fields_answer(), fields_answer(kind="other"))


def test_errors_are_compared_by_class_and_by_the_texts_that_are_known() -> None:
    """Class and code always count, messages where people or programs know them word by word."""
    missing = answer(["OpPrereqError", ["Node name x not found", "unknown_entity"]], success=False)
    assert not is_same(missing, answer(["OpPrereqError", ["No node x", "unknown_entity"]], success=False))
    assert not is_same(missing, answer(["OpPrereqError", ["Node name x not found", "wrong_input"]], success=False))
    assert not is_same(missing, answer(["GenericError", ["Node name x not found"]], success=False))
    types = answer(["ParameterError", ["cannot compare"]], success=False)
    assert is_same(types, answer(["ParameterError", ["these types do not go together"]], success=False))
    unknown = answer(["ParameterError", ["Can't find field named 'x'"]], success=False)
    assert not is_same(unknown, answer(["ParameterError", ["Can't find field named 'y'"]], success=False))


def test_what_becomes_of_the_connection_counts() -> None:
    """A malformed request ends the connection, a failed one does not; silence is no answer."""
    malformed = answer("Failed to parse request: nonsense", success=False, closed=True)
    assert is_same(malformed, answer("Failed to parse request: no idea", success=False, closed=True))
    assert not is_same(malformed, answer("Failed to parse request: no idea", success=False))
    assert not is_same(malformed, answer("no idea", success=False, closed=True))
    assert not is_same(answer([]), Answer(b"", silent=True))
    assert not is_same(Answer(b"", closed=True), Answer(b"", silent=True))


def test_outcomes_are_counted_by_kind() -> None:
    """The summary tells data from errors, and errors from each other."""
    answers = [
        answer([]),
        answer("Failed to parse request: x", success=False),
        answer(["GenericError", ["x"]], success=False),
        Answer(b"", silent=True),
    ]
    assert [outcome(each) for each in answers] == ["data", "malformed", "GenericError", "silence"]


def test_a_tally_fails_on_a_difference_and_counts_it() -> None:
    """Nothing that differs goes by in silence."""
    tally, comparison = Tally(), Comparison("test")
    comparison.add("the request", answer([1]), answer([2]))
    with pytest.raises(AssertionError, match="the request"):
        tally.check("subject", comparison)
    assert list(tally.lines()) == ["subject: 1 (1 data), 1 differ", "in all: 1 compared, 1 differ"]


def test_odd_bytes_of_the_real_daemon_can_be_read() -> None:
    """Its text need not be UTF-8, and its control characters need not be escaped."""
    assert comparable(Answer(b'{"success":true,"result":"\xe4\x01"}'))["result"] == "\udce4\x01"
