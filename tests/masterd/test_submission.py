"""Orders of clients: what each one's arguments become, and how those are refused that cannot be."""

import json
from typing import Any, Final

import pytest

from ganeti_lite.errors import GenericError, RequestParseError
from ganeti_lite.masterd.job_filters import Action, ActionKind
from ganeti_lite.masterd.submission import (
    ORDERS,
    ArchiveJob,
    AutoArchiveJobs,
    CancelJob,
    ChangeJobPriority,
    DeleteFilter,
    JobOrder,
    ReplaceFilter,
    SetDrainFlag,
    SetWatcherPause,
    SubmitJob,
    SubmitManyJobs,
    decode_order,
)
from ganeti_lite.wire.requests import METHODS
from tests.masterd.jobs import delay

IMPLEMENTED: Final = frozenset({"OP_TEST_DELAY", "OP_CLUSTER_SET_PARAMS"})
RAW: Final[dict[str, Any]] = {"OP_ID": "OP_TEST_DELAY", "duration": 1, "reason": []}
SETTING: Final[dict[str, Any]] = {"OP_ID": "OP_CLUSTER_SET_PARAMS"}
DEEP: Final = json.loads("[" * 100 + "]" * 100)
UUID: Final = "98817c4d-1111-4222-8333-444455556666"


def decode(method: str, *args: Any) -> JobOrder:
    """The order for these arguments."""
    return decode_order(method, list(args), IMPLEMENTED)


def refusal(method: str, args: Any) -> str:
    """The text with which the arguments are refused as no request."""
    with pytest.raises(RequestParseError) as caught:
        decode_order(method, args, IMPLEMENTED)
    return caught.value.reason


@pytest.mark.parametrize(
    ("method", "args", "order"),
    [
        ("SubmitJob", [[RAW, RAW]], SubmitJob((delay(), delay()))),
        ("SubmitJobToDrainedQueue", [[RAW]], SubmitJob((delay(),), ignores_drain=True)),
        ("SubmitManyJobs", [[[RAW], [RAW, RAW]]], SubmitManyJobs(((delay(),), (delay(), delay())))),
        ("SubmitManyJobs", [[]], SubmitManyJobs(())),
        ("CancelJob", [5], CancelJob(5)),
        ("CancelJob", ["5", True], CancelJob(5, kill=True)),
        ("ArchiveJob", ["5"], ArchiveJob(5)),
        ("AutoArchiveJobs", [1.5, 89], AutoArchiveJobs(2, 89)),
        ("AutoArchiveJobs", [-1, 29], AutoArchiveJobs(-1, 29)),
        ("ChangeJobPriority", [5, -10], ChangeJobPriority(5, -10)),
        ("SetDrainFlag", [True], SetDrainFlag(True)),
        ("SetWatcherPause", [None], SetWatcherPause(None)),
        ("SetWatcherPause", [1760000000.4], SetWatcherPause(1760000000)),
        ("DeleteFilter", ["anything"], DeleteFilter("anything")),
    ],
)
def test_orders_are_read(method: str, args: list[Any], order: JobOrder) -> None:
    """Each order's arguments become its value; opcodes are complete."""
    assert decode(method, *args) == order


def test_every_order_is_known() -> None:
    """All methods that confd leaves to the job daemon are read here."""
    assert {name for name in METHODS if not name.startswith("Query")} - {"PickupJob", "WaitForJobChange"} == ORDERS


def test_a_rule_is_read() -> None:
    """Its parts are ready for use, and written back in Ganeti's form."""
    predicates = [["jobid", ["=", "id", "watermark"]]]
    rule = decode("ReplaceFilter", None, 0, predicates, ["RATE_LIMIT", 2], [["me", "why", 1.0]])
    assert isinstance(rule, ReplaceFilter)
    assert (rule.uuid, rule.priority, rule.action) == (None, 0, Action(ActionKind.RATE_LIMIT, 2))
    assert [predicate.to_json() for predicate in rule.predicates] == [["jobid", ["==", "id", "watermark"]]]
    assert rule.reason_trail == (("me", "why", 1),)
    named = decode("ReplaceFilter", UUID, 0, [], "PAUSE", [])
    assert isinstance(named, ReplaceFilter)
    assert named.uuid == UUID


def test_a_job_without_reasons_is_taken() -> None:
    """Clients of versions before 2.8 know of none."""
    assert decode("SubmitJob", [{"OP_ID": "OP_TEST_DELAY", "duration": 1}]) == SubmitJob((delay(),))


@pytest.mark.parametrize(
    ("opcode", "text"),
    [
        ({**RAW, "OP_ID": "OP_TEST_DELAYX"}, "Unknown opcode OP_TEST_DELAYX"),
        ({"OP_ID": 5}, "Unknown opcode 5"),
        ({"duration": 1, "reason": []}, 'key \'OP_ID\' not found, object contains only ["duration","reason"]'),
        (5, "Unable to read JSObject"),
        ({**RAW, "foo": 1}, 'Superfluous dictionary keys: ["foo"], but only ["OP_ID","comment","debug_level",'),
        ({"OP_ID": "OP_TEST_DELAY"}, "key 'duration' not found, object contains only [\"OP_ID\"]"),
        ({**RAW, "duration": "x"}, "Can't parse value for 'duration': \"x\" is not a number"),
        ({**RAW, "priority": 5}, "Can't parse value for 'priority': 5 is not one of -10, 0, 10"),
        ({**RAW, "depends": [5]}, "Can't parse value for 'depends': [5] is not a list"),
        ({**RAW, "reason": None}, "Can't parse value for 'reason': null is not a list"),
    ],
)
def test_what_is_no_opcode_is_refused(opcode: Any, text: str) -> None:
    """In Ganeti's words, with the method's name in front; one such opcode fails the whole call."""
    assert refusal("SubmitJob", [[RAW, opcode]]).startswith(f"SubmitJob: {text}")
    assert refusal("SubmitManyJobs", [[[RAW], [opcode]]]).startswith(f"SubmitManyJobs: {text}")


@pytest.mark.parametrize(
    ("method", "args", "text"),
    [
        ("SubmitJob", [[], []], "Unable to read list"),
        ("SubmitJob", [RAW], "Unable to read list"),
        ("SubmitJob", RAW, "Unable to read list"),
        ("SubmitManyJobs", [[RAW]], "Unable to read list"),
        ("CancelJob", ["x"], "parsing job id: cannot parse string 'x'"),
        ("CancelJob", [5, 1], "Unable to read Bool"),
        ("CancelJob", [], "expecting 1 to 2"),
        ("ArchiveJob", [-1], "Invalid value for job ID ' -1'"),
        ("SetDrainFlag", ["x"], "Unable to read Bool"),
        ("SetWatcherPause", ["x"], "Unable to read Int"),
        ("AutoArchiveJobs", [1], "expecting 2 arguments"),
        ("ReplaceFilter", [None, -1, [], "ACCEPT", []], "Invalid value for non-negative type '-1'"),
        ("ReplaceFilter", [None, 0, [], "FOO", []], 'malformed FilterAction JSON: "FOO"'),
        ("ReplaceFilter", [None, 0, [["foo", 1]], "ACCEPT", []], "malformed FilterPredicate: bad parameter list for"),
        ("ReplaceFilter", [None, 0, [], "ACCEPT", [["a", "b"]]], "Unable to read Triple"),
        ("DeleteFilter", [5], "Unable to read String"),
    ],
)
def test_arguments_of_the_wrong_form_are_refused(method: str, args: Any, text: str) -> None:
    """The error quotes the arguments."""
    assert refusal(method, args).startswith("Cannot convert value '")
    assert f", error: {text}" in refusal(method, args)


@pytest.mark.parametrize(
    ("method", "args", "text"),
    [
        ("SubmitJob", [[]], "A job needs at least one opcode"),
        ("SubmitManyJobs", [[[RAW], []]], "A job needs at least one opcode"),
        ("SubmitJob", [[RAW, {"OP_ID": "OP_CLUSTER_QUERY"}]], "Opcode OP_CLUSTER_QUERY is not implemented"),
        (
            "SubmitJob",
            [[{**SETTING, "osparams": {"noop": {"size": [2**63]}}}]],
            "SET_PARAMS, osparams: .* 64 bits, got 92",
        ),
        ("SubmitJob", [[{**SETTING, "osparams": {"noop": {"size": DEEP}}}]], "osparams: nests more than 100 levels"),
        ("ChangeJobPriority", [5, 100], "Invalid priority 100, allowed are 0, 10, -10"),
        ("ReplaceFilter", ["x", 0, [], "ACCEPT", []], "Unable to parse UUID"),
    ],
)
def test_orders_that_cannot_be_are_refused(method: str, args: list[Any], text: str) -> None:
    """With an error that leaves the connection usable."""
    with pytest.raises(GenericError, match=text):
        decode(method, *args)
