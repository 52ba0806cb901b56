"""A request and a view give a message."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.config import parse_config
from ganeti_lite.query import View
from ganeti_lite.serving.answers import KEPT_ROWS, SHORT_CELLS, Knowledge, answer_frame
from ganeti_lite.serving.needs import Answer, Gathering, LongWork, NodesNeeded, Step
from ganeti_lite.simulator import ClusterShape, build_config, encode_config
from ganeti_lite.wire.framing import TERMINATOR
from ganeti_lite.wire.requests import METHODS
from tests.doubles.clusters import config_bytes, instance_names, small_config

from .gathered import bring


def knowledge_of(data: bytes | None) -> Knowledge:
    """What is known of a configuration, or of none."""
    view = None if data is None else View(parse_config(data))
    return Knowledge(view, "no such file", "/run/ganeti-master")


SMALL = knowledge_of(config_bytes())
NOTHING = knowledge_of(None)


def ask(knowledge: Knowledge, method: str, args: object) -> tuple[Any, bool]:
    """The decoded answer to a request, and whether the connection closes."""
    return decode(finish(answer_frame(knowledge, json.dumps({"method": method, "args": args}).encode())))


def finish(step: Step) -> Answer:
    """The answer that a step leads to, with what it needs made up."""
    while not isinstance(step, Answer):
        step = step.run() if isinstance(step, LongWork) else step.resume(bring(step.need))
    return step


def decode(answer: Answer) -> tuple[Any, bool]:
    """The JSON of an answer, and whether the connection closes behind it."""
    assert answer.message.endswith(TERMINATOR)
    assert answer.message.count(TERMINATOR) == 1
    return json.loads(answer.message[:-1]), answer.closes


def test_query_is_answered_from_the_view() -> None:
    """The names that a query brings are those of the configuration."""
    answer, closes = ask(SMALL, "Query", ["instance", ["name"], None])
    assert {row[0][1] for row in answer["result"]["data"]} == instance_names(small_config())
    assert answer["success"] is True
    assert not closes


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["instance", ["name"], ["xx"]], "Unknown filter operand 'xx'"),
        (["instance", ["name"], ["==", "name", None]], "expecting string or integer, got null"),
        (["instances", ["name"], None], "Can't parse value 'instances'"),
        (["instance", ["name"]], "Unable to read Triple"),
    ],
)
def test_malformed_requests_are_strings_and_close(args: object, text: str) -> None:
    """What cannot be parsed is answered by a string, and ends the connection."""
    answer, closes = ask(SMALL, "Query", args)
    assert answer["success"] is False
    assert answer["result"].startswith("Failed to parse request: Cannot convert value '")
    assert text in answer["result"]
    assert closes


@pytest.mark.parametrize(
    ("args", "error_class"),
    [
        (["instance", ["name"], ["==", "nosuch", "x"]], "ParameterError"),
        (["instance", ["name"], ["==", "name", "nosuch"]], "OpPrereqError"),
        (["instance", ["name"], ["&", ["==", "name", 5]]], "ParameterError"),
        (["job", ["id"], ["==", "id", -1]], "GenericError"),
        (["job", ["id"], ["==", "nosuch", 1]], "ParameterError"),
        (["lock", ["name"], ["==", "nosuch", 1]], "ParameterError"),
    ],
)
def test_failed_queries_name_their_class_and_go_on(args: object, error_class: str) -> None:
    """What can be parsed but not done is answered by a class and arguments; the connection stays."""
    answer, closes = ask(SMALL, "Query", args)
    assert answer["result"][0] == error_class
    assert not closes


@pytest.mark.parametrize("method", ["SubmitJob", "CancelJob", "SetDrainFlag", "ReplaceFilter"])
def test_job_requests_are_sent_elsewhere(method: str) -> None:
    """A request that is no query is refused by an error that names the socket that it belongs to."""
    answer, closes = ask(SMALL, method, [])
    error_class, (message,) = answer["result"]
    assert error_class == "LuxiError"
    assert method in message
    assert "/run/ganeti-master" in message
    assert not closes


def test_without_configuration_queries_fail_and_fields_are_known() -> None:
    """Without a configuration a query is refused with the reason; which fields there are is known all the same."""
    answer, closes = ask(NOTHING, "Query", ["node", ["name"], None])
    assert answer["result"][0] == "ConfigurationError"
    assert "no such file" in answer["result"][1][0]
    assert not closes
    answer, _ = ask(NOTHING, "QueryFields", ["node", ["name"]])
    assert [field["name"] for field in answer["result"]["fields"]] == ["name"]
    answer, _ = ask(NOTHING, "QueryClusterInfo", [])
    assert answer["result"][0] == "ConfigurationError"


def test_parse_errors_come_before_the_configuration() -> None:
    """A request that is none gets its own error even if there is no configuration."""
    answer, closes = ask(NOTHING, "Query", ["node", ["name"], ["?"]])
    assert "expected [fieldname]" in answer["result"]
    assert closes


def test_cluster_info_says_who_answers() -> None:
    """The cluster's name, and this program's build."""
    answer, _ = ask(SMALL, "QueryClusterInfo", [])
    assert answer["result"]["name"] == small_config()["cluster"]["cluster_name"]
    assert answer["result"]["vcs_version"] == "(ganeti-lite) version 0"
    assert answer["result"]["architecture"] == ["64bits", "x86_64"]


def test_large_queries_are_put_off_and_kept() -> None:
    """An answer of many cells is a function that makes it; the same request is then answered at once."""
    instances = SHORT_CELLS
    knowledge = knowledge_of(encode_config(build_config(ClusterShape(nodes=5, instances=instances))))
    frame = json.dumps({"method": "Query", "args": ["instance", ["name"], None]}).encode()
    put_off = answer_frame(knowledge, frame)
    assert isinstance(put_off, LongWork)
    made = finish(put_off)
    assert len(decode(made)[0]["result"]["data"]) == instances
    again = answer_frame(knowledge, frame)
    assert isinstance(again, Answer)
    assert again == made


def test_a_large_query_that_fails_is_an_error() -> None:
    """An error that is met only while the query is evaluated is an answer like any other, and is not kept."""
    knowledge = knowledge_of(encode_config(build_config(ClusterShape(nodes=5, instances=SHORT_CELLS))))
    for _ in range(2):
        answer, closes = ask(knowledge, "Query", ["instance", ["name"], ["&", ["==", "name", 5]]])
        assert answer["result"][0] == "ParameterError"
        assert not closes


def test_large_requests_are_put_off() -> None:
    """A request of many bytes is not even decoded at once."""
    names = [["==", "name", name] for name in instance_names(small_config())] * 500
    frame = json.dumps({"method": "Query", "args": ["instance", ["name"], ["|", *names]]}).encode()
    put_off = answer_frame(SMALL, frame)
    assert isinstance(put_off, LongWork)
    assert len(decode(finish(put_off))[0]["result"]["data"]) == len(names)


def test_live_queries_ask_the_nodes_first() -> None:
    """A query with a live field is a list of calls; what comes back decides the answer, which is not kept."""
    frame = json.dumps({"method": "Query", "args": ["instance", ["name", "status"], ["?", "admin_up"]]}).encode()
    for _ in range(2):
        step = answer_frame(SMALL, frame)
        assert isinstance(step, Gathering)
        assert isinstance(step.need, NodesNeeded)
        assert {call.method for call in step.need.calls} == {"all_instances_info"}
        assert step.need.calls
        answer, _ = decode(finish(step))
        assert {row[1][1] for row in answer["result"]["data"]} <= {"ERROR_nodedown", "ERROR_nodeoffline"}


def test_configured_queries_ask_nobody() -> None:
    """A query without a live field makes no call, whatever else is going on."""
    for item_type, field in (("instance", "disk.sizes"), ("node", "pinst_list"), ("group", "name"), ("network", "map")):
        frame = json.dumps({"method": "Query", "args": [item_type, [field], ["=~", "name", "."]]}).encode()
        assert isinstance(answer_frame(SMALL, frame), Answer)


def test_large_live_queries_are_put_off() -> None:
    """Finding out whom to ask, and making the answer, are work for a thread if there are many rows."""
    knowledge = knowledge_of(encode_config(build_config(ClusterShape(nodes=5, instances=SHORT_CELLS))))
    frame = json.dumps({"method": "Query", "args": ["instance", ["status"], None]}).encode()
    first = answer_frame(knowledge, frame)
    assert isinstance(first, LongWork)
    second = first.run()
    assert isinstance(second, Gathering)
    assert isinstance(second.resume({}), LongWork)


def test_small_answers_are_not_kept() -> None:
    """What is made as fast as it is found again takes no memory."""
    view = SMALL.require_view()
    before = view.answers.total
    names = sorted(instance_names(small_config()))[:2]
    for name in names:
        ask(SMALL, "Query", ["instance", ["name"], ["|", ["==", "name", name]]])
    assert view.answers.total == before
    assert len(names) < KEPT_ROWS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)
FILTERS = st.recursive(
    st.none()
    | st.tuples(
        st.sampled_from(["==", "=", "!=", "<", ">", "=~", "=[]", "?", "!", "zz"]),
        st.sampled_from(["name", "tags", "be/vcpus", "nosuch"]) | JSON,
        JSON,
    ).map(list),
    lambda inner: st.tuples(st.sampled_from(["&", "|", "!"]), inner, inner).map(list),
    max_leaves=6,
)


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(frame: bytes) -> None:
    """Whatever bytes come in as a message, there is one well-formed answer."""
    answer, _ = decode(finish(answer_frame(SMALL, frame)))
    assert set(answer) == {"success", "result"}


@given(st.sampled_from([*METHODS, "NoSuchMethod"]) | JSON, JSON | st.lists(JSON, max_size=4))
def test_any_json_is_answered(method: object, args: object) -> None:
    """Whatever JSON comes in as a request, there is one well-formed answer."""
    frame = json.dumps({"method": method, "args": args}).encode()
    assert set(decode(finish(answer_frame(SMALL, frame)))[0]) == {"success", "result"}


@given(
    st.sampled_from(["instance", "node", "group", "network", "job", "lock", "filter", "cluster", "export", "os"]),
    st.lists(st.sampled_from(["name", "tags", "uuid", "nosuch"]) | st.text(max_size=5), max_size=3),
    FILTERS,
)
def test_any_filter_is_answered(item_type: str, fields: list[str], qfilter: object) -> None:
    """Whatever the filter, there is an answer or an error of the protocol, and never an exception."""
    answer, closes = ask(SMALL, "Query", [item_type, fields, qfilter])
    assert closes == (answer["success"] is False and isinstance(answer["result"], str))
