"""Locks: rows of what the daemon that keeps them tells."""

import json
from typing import Any

import pytest
from hypothesis import given

from ganeti_lite.constants import ItemType
from ganeti_lite.errors import GanetiError
from ganeti_lite.query import QueryRequest, check_request, evaluate_objects, list_locks, parse_filter
from tests.strategies import JSON

JOB = [12, "/run/livelock", 34]
OTHER = ["other", "/run/livelock", 35]


def rows(told: object, fields: str = "name mode owner pending", qfilter: object = None) -> Any:
    """The rows of a query, as bare values."""
    plan = check_request(QueryRequest(ItemType.LOCK, tuple(fields.split()), parse_filter(qfilter)))
    data = json.loads(evaluate_objects(plan, list_locks(told)))["data"]
    assert {status for row in data for status, _ in row} <= {0}
    return [[value for _, value in row] for row in data]


def test_no_locks_are_no_rows() -> None:
    """A cluster in which nobody holds anything has none."""
    assert rows([[], []]) == []


def test_who_holds_and_who_waits() -> None:
    """Jobs are told by number and others by name in quotes; a lock that nobody holds has no mode."""
    held = [["cluster/BGL", [[JOB, "shared"], [OTHER, "shared"]]], ["node/n", [[OTHER, "exclusive"]]]]
    waiting = [[0, JOB, [["node/n", "exclusive"], ["instance/i", "shared"]]], [5, OTHER, [["node/n", "shared"]]]]
    assert rows([held, waiting]) == [
        ["cluster/BGL", "shared", ["12", '"other"'], []],
        ["instance/i", None, [], [["shared", ["12"]]]],
        ["node/n", "exclusive", ['"other"'], [["exclusive", ["12"]], ["shared", ['"other"']]]],
    ]


def test_one_exclusive_holder_makes_it_exclusive() -> None:
    """The stronger mode is told, whatever the order."""
    for modes in (("shared", "exclusive"), ("exclusive", "shared")):
        assert rows([[["x", [[JOB, mode] for mode in modes]]], []], "mode") == [["exclusive"]]
    assert rows([[["x", []]], []]) == [["x", None, [], []]]


@pytest.mark.parametrize(
    ("parts", "pending"),
    [
        ([["x", "shared"], ["x", "exclusive"]], [["exclusive", ["12"]]]),
        ([["x", "exclusive"], ["x", "shared"]], [["exclusive", ["12"]]]),
        ([["x", "shared"], ["x", "release"]], [["shared", ["12"]]]),
        ([["x", "release"]], []),
        ([], None),
    ],
)
def test_parts_of_one_request(parts: object, pending: object) -> None:
    """Who wants a lock both ways wants it exclusively; giving one back is not waiting."""
    expected = [] if pending is None else [["x", pending]]
    assert rows([[], [[0, JOB, parts]]], "name pending") == expected


def test_locks_come_in_nice_order() -> None:
    """Numbers in names count as numbers; held and wanted locks are mixed."""
    held = [["node/10", [[JOB, "shared"]]], ["node/2", []]]
    assert rows([held, [[0, OTHER, [["node/3", "shared"]]]]], "name") == [["node/2"], ["node/3"], ["node/10"]]


def test_locks_can_be_filtered() -> None:
    """Conditions see what is told; nobody's mode meets none."""
    told = [[["a", [[JOB, "exclusive"]]], ["b", [[OTHER, "shared"]]], ["c", []]], []]
    assert rows(told, "name", ["==", "mode", "exclusive"]) == [["a"]]
    assert rows(told, "name", ["=~", "mode", "^sh"]) == [["b"]]
    assert rows(told, "name", ["=[]", "owner", "12"]) == [["a"]]
    assert rows(told, "name", ["|", ["==", "name", "c"], ["==", "name", "gone"]]) == [["c"]]


@pytest.mark.parametrize(
    "told",
    [
        None,
        {},
        [],
        [[]],
        [[], [], []],
        [{}, []],
        [["x"], []],
        [[["x"]], []],
        [[[5, []]], []],
        [[["x", [[JOB]]]], []],
        [[["x", [[JOB, "release"]]]], []],
        [[["x", [[JOB, []]]]], []],
        [[["x", [["12", "shared"]]]], []],
        [[["x", [[[None], "shared"]]]], []],
        [[["x", [[[[]], "shared"]]]], []],
        [[["x", [[[True, "", 1], "shared"]]]], []],
        [[], ["x"]],
        [[], [[0, JOB]]],
        [[], [[0, [], []]]],
        [[], [[0, JOB, ["x"]]]],
        [[], [[0, JOB, [["x", 5]]]]],
        [[], [[0, JOB, [[5, "shared"]]]]],
    ],
)
def test_what_is_of_another_form_is_told(told: object) -> None:
    """Anything else than locks is an error, and no rows."""
    with pytest.raises(ValueError, match=r"not"):
        list_locks(told)


@given(JSON)
def test_any_value_gives_locks_or_an_error(told: object) -> None:
    """Whatever comes, nothing else is raised than that it has an unknown form."""
    for value in (told, [told, []], [[], told], [[["x", told]], [[0, JOB, told]]]):
        try:
            found = list_locks(value)
        except ValueError:
            continue
        assert all(lock.name is not None for lock in found)


def test_what_is_wrong_with_a_filter_is_an_error_of_the_protocol() -> None:
    """A field that does not exist, or another type, fails the query."""
    for qfilter in (["==", "nosuch", 1], ["==", "mode", 1]):
        with pytest.raises(GanetiError):
            rows([[["a", [[JOB, "shared"]]]], []], "name", qfilter)
