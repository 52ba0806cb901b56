"""Each method's arguments: what they become, and what is said of wrong ones."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.constants import ItemType, TagKind
from ganeti_lite.errors import RequestParseError
from ganeti_lite.wire.requests import (
    METHODS,
    InternalRequest,
    JobRequest,
    Query,
    QueryClusterInfo,
    QueryConfigValues,
    QueryExports,
    QueryFields,
    QueryFilters,
    QueryGroups,
    QueryInstances,
    QueryJobs,
    QueryNetworks,
    QueryNodes,
    QueryTags,
    Request,
    WaitForJobChange,
    conversion_error,
    decode_arguments,
)

from .test_luxi import JSON_VALUES

GOOD: list[tuple[str, object, Request]] = [
    ("Query", ["node", ["name"], ["?", "offline"]], Query(ItemType.NODE, ("name",), ["?", "offline"])),
    ("Query", ["cluster", [], None], Query(ItemType.CLUSTER, (), None)),
    ("Query", ["extstorage", ["name"], None], Query(ItemType.EXTSTORAGE, ("name",), None)),
    ("QueryFields", ["instance", None], QueryFields(ItemType.INSTANCE, None)),
    ("QueryFields", ["lock", ["a", "a"]], QueryFields(ItemType.LOCK, ("a", "a"))),
    ("QueryInstances", [["a"], ["name"], False], QueryInstances(("a",), ("name",), False)),
    ("QueryNodes", [[], [], True], QueryNodes((), (), True)),
    ("QueryGroups", [[], ["name"], False], QueryGroups((), ("name",), False)),
    ("QueryNetworks", [[], ["name"], False], QueryNetworks((), ("name",), False)),
    ("QueryExports", [["node1"], False], QueryExports(("node1",), False)),
    ("QueryJobs", [None, ["id"]], QueryJobs(None, ("id",))),
    ("QueryJobs", [[1, "2", " 3", 4.0, -0.0], []], QueryJobs((1, 2, 3, 4, 0), ())),
    ("QueryFilters", [None, ["uuid"]], QueryFilters(None, ("uuid",))),
    ("QueryFilters", [["x"], []], QueryFilters(("x",), ())),
    ("QueryConfigValues", [["cluster_name"]], QueryConfigValues(("cluster_name",))),
    ("QueryClusterInfo", 5, QueryClusterInfo()),
    ("QueryTags", ["nodegroup", "default"], QueryTags(TagKind.GROUP, "default")),
    ("SubmitJob", [[]], JobRequest("SubmitJob", [[]])),
    ("WaitForJobChange", ["7", ["id"], [7], 2.5, 1.5], WaitForJobChange(7, ("id",), [7], 2, 2)),
    ("WaitForJobChange", [7, [], None, "x", 0], WaitForJobChange(7, (), None, None, 0)),
    ("PickupJob", [1], InternalRequest("PickupJob", [1])),
]

WRONG: list[tuple[str, object, str]] = [
    ("Query", None, "Cannot convert value 'null', error: Unable to read Triple"),
    ("Query", {}, "Cannot convert value '{}', error: Unable to read Triple"),
    ("Query", ["node", []], "Cannot convert value '[\"node\", []]', error: Unable to read Triple"),
    ("Query", ["node", None, None], "Cannot convert value '[\"node\", null, null]', error: Unable to read list"),
    ("Query", ["node", [1], None], "Cannot convert value '[\"node\", [1], null]', error: Unable to read String"),
    (
        "Query",
        ["nodes", 5, 5],
        "Cannot convert value '[\"nodes\", 5, 5]', error: "
        "Can't parse value 'nodes' as neitherQueryTypeLuxi nor QueryTypeOp",
    ),
    ("Query", [1, [], None], "Cannot convert value '[1, [], null]', error: Invalid value '1for query type"),
    ("QueryFields", ["node"], "Cannot convert value '[\"node\"]', error: Unable to read Pair"),
    ("QueryFields", ["node", 5], "Cannot convert value '5', error: Unable to read list"),
    ("QueryFields", ["node", [5]], "Cannot convert value '[5]', error: Unable to read String"),
    ("QueryFields", [5, 5], "Cannot convert value '[5, 5]', error: Invalid value '5for query type"),
    ("QueryInstances", [[], []], "Cannot convert value '[[], []]', error: Unable to read Triple"),
    ("QueryNodes", [None, [], False], "Cannot convert value '[null, [], false]', error: Unable to read list"),
    ("QueryGroups", [[], [], 1], "Cannot convert value '[[], [], 1]', error: Unable to read Bool"),
    ("QueryNetworks", [[1], [], False], "Cannot convert value '[[1], [], false]', error: Unable to read String"),
    ("QueryExports", [[]], "Cannot convert value '[[]]', error: Unable to read Pair"),
    ("QueryExports", [[], 1], "Cannot convert value '[[], 1]', error: Unable to read Bool"),
    ("QueryJobs", [["x"], []], "Cannot convert value '[\"x\"]', error: parsing job id: cannot parse string 'x'"),
    (
        "QueryJobs",
        [["1x"], []],
        "Cannot convert value '[\"1x\"]', error: parsing job id: leftover characters when parsing '1x': 'x'",
    ),
    (
        "QueryJobs",
        [[1.5], []],
        "Cannot convert value '[1.5]', error: Got fractional job ID from master daemon?! Value:3 % 2",
    ),
    ("QueryJobs", [[-1], []], "Cannot convert value '[-1]', error: Invalid value for job ID ' -1'"),
    ("QueryJobs", [["-1"], []], "Cannot convert value '[\"-1\"]', error: Invalid value for job ID ' -1'"),
    ("QueryJobs", [5, []], "Cannot convert value '5', error: Unable to read list"),
    ("QueryJobs", [[1], [1]], "Cannot convert value '[[1], [1]]', error: Unable to read String"),
    ("QueryFilters", [None, None], "Cannot convert value '[null, null]', error: Unable to read list"),
    ("QueryConfigValues", None, "Cannot convert value 'null', error: Unable to read list"),
    ("QueryConfigValues", [1], "Cannot convert value '[1]', error: Unable to read list"),
    ("QueryConfigValues", [["a"], 2], "Cannot convert value '[[\"a\"], 2]', error: Unable to read list"),
    ("QueryConfigValues", [[1]], "Cannot convert value '[[1]]', error: Unable to read String"),
    (
        "QueryTags",
        ["job", "x"],
        'Cannot convert value \'["job", "x"]\', error: Invalid string value for type TagKind: "job"',
    ),
    (
        "QueryTags",
        [1, "x"],
        "Cannot convert value '[1, \"x\"]', error: Can't parse value for 'TagKind': Unable to read String",
    ),
    ("QueryTags", ["cluster", None], "Cannot convert value '[\"cluster\", null]', error: Unable to read String"),
]
"""Arguments with the texts that Ganeti 3.0's daemon has for them."""


@pytest.mark.parametrize(("method", "args", "request_"), GOOD)
def test_arguments(method: str, args: object, request_: Request) -> None:
    """Arguments of the right form become the request's own value."""
    assert decode_arguments(method, args) == request_


@pytest.mark.parametrize(("method", "args", "reason"), WRONG)
def test_wrong_arguments(method: str, args: object, reason: str) -> None:
    """Arguments of the wrong form are refused, with the value in question."""
    with pytest.raises(RequestParseError) as raised:
        decode_arguments(method, args)
    assert raised.value.reason == reason


@pytest.mark.parametrize("args", [[], [["a"], ["b"]]])
def test_wrong_number_for_one_argument(args: object) -> None:
    """A method of one argument takes one, even if each of several would do."""
    with pytest.raises(RequestParseError, match=r"^Pattern match failure"):
        decode_arguments("QueryConfigValues", args)


def test_filter_errors_quote_the_arguments() -> None:
    """What is wrong with a filter is told like any other wrong argument of the query."""
    query = decode_arguments("Query", ["node", ["name"], ["xx"]])
    assert isinstance(query, Query)
    error = conversion_error(query.arguments(), "Unknown filter operand 'xx'")
    assert error.wire_text == (
        "Failed to parse request: "
        'Cannot convert value \'["node", ["name"], ["xx"]]\', error: Unknown filter operand \'xx\''
    )


def test_long_values_are_cut() -> None:
    """An error does not repeat megabytes, nor fail on a value that is nested too deeply to be shown."""
    with pytest.raises(RequestParseError) as raised:
        decode_arguments("Query", ["x" * 100_000])
    assert len(raised.value.reason) < 5_000
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(RequestParseError, match="Unable to read Triple"):
        decode_arguments("Query", nested)


@given(method=st.sampled_from(sorted(METHODS)), args=JSON_VALUES | st.lists(JSON_VALUES, max_size=4))
def test_any_arguments(method: str, args: object) -> None:
    """Any arguments are decoded or refused."""
    with suppress(RequestParseError):
        decode_arguments(method, args)
