"""The fields of jobs."""

import json
from typing import Any

import pytest
from hypothesis import given

from ganeti_lite.constants import ItemType
from ganeti_lite.errors import ParameterError
from ganeti_lite.jobs import JobFormatError, parse_job
from ganeti_lite.query import check_classic, evaluate_objects
from ganeti_lite.query.fields import FIELDS
from ganeti_lite.snapshot import Job, UnreadableJob
from tests.strategies import JsonObject, job_files

from .jobs import ask_jobs, ask_queue, ask_value, make_job, make_queue

UNAVAIL = [3, None]
FIELD_NAMES = tuple(FIELDS[ItemType.JOB])
DELAY = {"OP_ID": "OP_TEST_DELAY", "duration": 8, "reason": []}
JOB = make_job(
    7,
    {
        "input": DELAY,
        "status": "success",
        "result": [1.0, 1.5, "\u00e4"],
        "log": [[1, [1, 2], "message", {"a": 2.0}]],
        "start_timestamp": [10, 11],
        "exec_timestamp": [12, 13],
        "end_timestamp": [14, 15],
        "priority": -5,
    },
    {"input": {"OP_ID": "OP_NOVELTY", "x": 1}, "status": "running", "priority": 3},
    {"input": [], "status": "queued", "priority": 2},
    received_timestamp=[100, 200],
    start_timestamp=[101, 300],
)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", 7),
        ("status", "running"),
        ("priority", 2),
        ("archived", False),
        ("opresult", [[1, 1.5, "\u00e4"], None, None]),
        ("opstatus", ["success", "running", "queued"]),
        ("oplog", [[[1, [1, 2], "message", {"a": 2}]], [], []]),
        ("opstart", [[10, 11], None, None]),
        ("opexec", [[12, 13], None, None]),
        ("opend", [[14, 15], None, None]),
        ("oppriority", [-5, 3, 2]),
        ("summary", ["TEST_DELAY(8.0)", "NOVELTY", "INVALID_OP"]),
        ("received_ts", [100, 200]),
        ("start_ts", [101, 300]),
    ],
)
def test_values(field: str, value: object) -> None:
    """What is told of a job; whole numbers of results and logs are whole however the file has them."""
    told = ask_value(JOB, field)
    assert (told, json.dumps(told)) == (value, json.dumps(value))


def test_opcodes_are_written_anew() -> None:
    """A valid opcode is told with all of its parameters, any other as the file has it."""
    first, second, third = ask_value(JOB, "ops")
    assert [first[name] for name in ("OP_ID", "duration", "repeat", "reason")] == ["OP_TEST_DELAY", 8, 0, []]
    assert (second, third) == ({"OP_ID": "OP_NOVELTY", "x": 1}, [])


def test_times_that_are_not_set_are_unavailable() -> None:
    """A job that is not over has no end; one that was never told when it came has no beginning either."""
    assert ask_jobs([JOB], "end_ts") == [[UNAVAIL]]
    assert ask_jobs([make_job(1)], "received_ts", "start_ts", "end_ts") == [[UNAVAIL] * 3]


@pytest.mark.parametrize("record", [UnreadableJob(5, "damaged"), UnreadableJob(5, "no such file", is_missing=True)])
def test_a_job_that_cannot_be_read_has_its_id(record: UnreadableJob) -> None:
    """Every other field of it is unavailable."""
    cells = dict(zip(FIELD_NAMES, ask_jobs([record], *FIELD_NAMES)[0], strict=True))
    assert cells.pop("id") == [0, 5]
    assert list(cells.values()) == [UNAVAIL] * (len(FIELD_NAMES) - 1)


@given(job_files())
def test_every_job_can_be_told(file: JsonObject) -> None:
    """Whatever a file holds, each field has a value or none; in classic form as in the other."""
    job = make_job(1, *file["ops"])
    (cells,) = ask_jobs([job], *FIELD_NAMES)
    assert {status for status, _ in cells} <= {0, 3}
    classic = json.loads(evaluate_objects(check_classic(ItemType.JOB, FIELD_NAMES), [job]))
    assert classic == [[value for _, value in cells]]


def make_raw(place: str, raw: bytes) -> Job:
    """A job one part of whose only opcode has these very bytes."""
    opcode = {"input": b'{"OP_ID":"OP_TEST_DELAY","duration":1}', "result": b"null", "log": b"[]", place: raw}
    body = b",".join(b'"%b":%b' % (key.encode(), value) for key, value in opcode.items())
    return parse_job(1, b'{"id":1,"ops":[{"status":"running",%b}]}' % body, is_archived=False)


@pytest.mark.parametrize("raw", [rb'"\ud800"', rb'"\x"', b"1e400", b"1" * 5000, b'"a\tb"', b"[1e400]", b'{"a":01}'])
def test_parts_that_turn_out_to_be_no_json_are_unavailable(raw: bytes) -> None:
    """What is not looked at when a file is read costs just the fields that tell it."""
    for place, field in (("input", "ops"), ("input", "summary"), ("result", "opresult")):
        try:
            job = make_raw(place, raw)
        except JobFormatError:
            continue
        assert ask_jobs([job], "status", field) == [[[0, "running"], UNAVAIL]]


@pytest.mark.parametrize("place", ["input", "result", "log"])
def test_no_depth_is_an_error(place: str) -> None:
    """However deep a part is nested, the file is unreadable, or the part is told, or is unavailable."""
    for depth in (*range(100, 900, 100), *range(900, 1010)):
        nested = b"[" * depth + b"]" * depth
        raw = {"input": b'{"a":%b}', "result": b"%b", "log": b'[[1,[1,2],"message",%b]]'}[place] % nested
        try:
            job = make_raw(place, raw)
        except JobFormatError:
            continue
        (row,) = ask_jobs([job], "ops", "summary", "opresult", "oplog")
        assert {status for status, _ in row} <= {0, 3}


def test_numbers_of_any_size_are_told() -> None:
    """Numbers beyond 64 bits are told as the file has them."""
    job = make_job(1, {"status": "running", "result": [10**30, -(10**30), 1e300], "priority": 10**30})
    assert ask_value(job, "opresult") == [[10**30, -(10**30), 10**300]]
    assert ask_value(job, "priority") == 10**30


QUEUE = make_queue(
    [
        make_job(10, {"status": "running"}, received_timestamp=[100, 999_999], end_timestamp=None),
        make_job(9, {"status": "success"}, received_timestamp=[200, 0], end_timestamp=[300, 5]),
        UnreadableJob(8, "damaged"),
    ]
)


def ids(qfilter: object) -> list[int]:
    """The jobs that pass a filter."""
    return [row[0][1] for row in ask_queue(QUEUE, "id", qfilter=qfilter)]


@pytest.mark.parametrize(
    ("qfilter", "passing"),
    [
        (None, [8, 9, 10]),
        (["==", "id", 9], [9]),
        (["<", "id", 10], [8, 9]),
        (["|", ["==", "id", 10], ["==", "id", 8]], [8, 10]),
        (["<=", "received_ts", 100], [10]),
        (["==", "received_ts", 100], [10]),
        (["<", "received_ts", 100], []),
        ([">", "end_ts", 299], [9]),
        (["=~", "status", "^run"], [10]),
        (["!", ["=~", "status", "^run"]], [8, 9]),
    ],
)
def test_filters(qfilter: Any, passing: list[int]) -> None:
    """Times are compared by their whole seconds; jobs come by number; what is unavailable meets no condition."""
    assert ids(qfilter) == passing


@pytest.mark.parametrize("qfilter", [["==", "id", "9"], ["==", "received_ts", "100"], ["==", "status", 1]])
def test_types_are_not_converted(qfilter: object) -> None:
    """A condition on another type fails the query."""
    with pytest.raises(ParameterError):
        ids(qfilter)
