"""The fields of jobs, where a value could pass for another one."""

import json
from typing import Any

import pytest

from ganeti_lite.constants import ItemType
from ganeti_lite.jobs import JobFormatError, parse_job
from ganeti_lite.query import QueryRequest, check_request, evaluate_objects, parse_filter
from tests.serving.gathered import make_job


def find(qfilter: Any, *jobs: Any) -> list[int]:
    """The numbers of the jobs that a filter lets through."""
    plan = check_request(QueryRequest(ItemType.JOB, ("id",), parse_filter(qfilter)))
    return [number for [[_, number]] in json.loads(evaluate_objects(plan, jobs))["data"]]


@pytest.mark.parametrize(
    ("qfilter", "found"),
    [
        (["==", "status", "running"], [2]),
        (["=~", "status", "^s"], [1]),
        (["!", ["==", "status", "success"]], [2]),
        (["=[]", "opstatus", "success"], [1, 2]),
        (["<", "received_ts", 2], [1]),
        (["==", "received_ts", 2], [2]),
    ],
)
def test_statuses_and_times_can_be_filtered_by(qfilter: Any, found: list[int]) -> None:
    """Statuses are texts like any other, and times are compared by their seconds."""
    assert find(qfilter, make_job(1, "success"), make_job(2, "success", "running")) == found


def answer(result: str) -> Any:
    """What is told of an opcode's result that stands in the file so."""
    job = parse_job(1, json.dumps(describe_job(result="@")).replace('"@"', result).encode(), is_archived=False)
    plan = check_request(QueryRequest(ItemType.JOB, ("opresult",), parse_filter(None)))
    return json.loads(evaluate_objects(plan, [job]))["data"][0][0]


def describe_job(**changes: Any) -> dict[str, Any]:
    """A job of one opcode that has ended, but for ``changes``."""
    opcode: dict[str, Any] = {"input": {}, "status": "success", "result": None, "log": [], "priority": 0}
    own = {name: changes.pop(name) for name in tuple(changes) if name in opcode}
    return {"id": 1, "ops": [opcode | own], **changes}


@pytest.mark.parametrize(
    ("written", "told"), [("1.0", 1), ("-0.0", 0), ("1.5", 1.5), ("1.5e22", 15 * 10**21), ("[1.0,{}]", [1, {}])]
)
def test_whole_numbers_are_told_without_a_fraction(written: str, told: Any) -> None:
    """However they are written in the job's file."""
    value = answer(written)
    assert value == [0, [told]]
    assert repr(value) == repr([0, [told]])


@pytest.mark.parametrize("written", ["1", " 7 ", 5, 2.0])
def test_ids_in_files_have_every_form_that_clients_may_use(written: Any) -> None:
    """The file's name is what counts."""
    assert parse_job(9, json.dumps(describe_job(id=written)).encode(), is_archived=False).id == 9


@pytest.mark.parametrize("written", ["x", "", -1, 1.5, 2**63, None, True, []])
def test_what_is_no_id_makes_a_job_unreadable(written: Any) -> None:
    """As the real daemon has it, though the id in the file is used for nothing."""
    with pytest.raises(JobFormatError):
        parse_job(9, json.dumps(describe_job(id=written)).encode(), is_archived=False)


def test_lists_of_messages_are_read() -> None:
    """A kind of log entry that Ganeti takes apart before it stores it."""
    entry = [1, [2, 3], "message-list", ["x"]]
    job = parse_job(1, json.dumps(describe_job(log=[entry])).encode(), is_archived=False)
    assert [log.type for log in job.log] == ["message-list"]
