"""Which jobs a query is about, and what is news for who waits for one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.constants import ItemType, JobStatus
from ganeti_lite.errors import GenericError, JobLost
from ganeti_lite.jobs import parse_job
from ganeti_lite.query import (
    JobSelection,
    JobWatch,
    QueryRequest,
    check_classic,
    check_request,
    parse_filter,
    select_jobs,
    select_jobs_by_id,
)
from ganeti_lite.query.fields import FIELDS
from ganeti_lite.snapshot import UnreadableJob
from tests.strategies import JSON, JsonObject, encode_job_file, job_files

from .jobs import make_job


def select(qfilter: object, *fields: str) -> JobSelection:
    """The jobs that a query is about."""
    return select_jobs(check_request(QueryRequest(ItemType.JOB, fields, parse_filter(qfilter))))


@pytest.mark.parametrize(
    ("qfilter", "ids"),
    [
        (None, None),
        (["==", "id", 5], (5,)),
        (["=", "id", 0], (0,)),
        (["==", "id", "12"], (12,)),
        (["|", ["==", "id", 5], ["==", "id", 3], ["==", "id", 5]], (5, 3)),
        (["|", ["==", "id", 5], ["|", ["==", "id", 7]]], (5, 7)),
        (["|", ["==", "id", 5], None], (5,)),
        (["|"], None),
        (["&", ["==", "id", 5]], None),
        (["!", ["==", "id", 5]], None),
        (["|", ["==", "id", 5], ["==", "status", "running"]], None),
        (["<", "id", 5], None),
    ],
)
def test_jobs_by_id(qfilter: object, ids: tuple[int, ...] | None) -> None:
    """A filter of nothing but ids names jobs, each once and in its order; any other one is about all."""
    assert select(qfilter) == JobSelection(ids, with_archive=False)


@pytest.mark.parametrize("key", [-1, "-1", "x", "1x", "", "1 2"])
def test_what_is_no_id_is_an_error(key: object) -> None:
    """Who asks for something else by id is told so."""
    with pytest.raises(GenericError):
        select(["==", "id", key])


def test_the_archive_is_for_who_wants_to_see_it() -> None:
    """Archived jobs are among all if the answer says which ones are; a filter about it is not enough."""
    assert select(None, "id", "archived").with_archive
    assert not select(["?", "archived"], "id").with_archive
    plan = check_classic(ItemType.JOB, ["archived"])
    assert select_jobs_by_id(plan, ()) == JobSelection(None, with_archive=True)
    assert select_jobs_by_id(plan, [3, 1, 3]) == JobSelection((3, 1), with_archive=True)


RUNNING = make_job(
    7,
    {"status": "success", "log": [[1, [1, 2], "message", "one"], [2, [3, 4], "message", "two"]], "result": 1},
    {"status": "running", "log": [[3, [5, 6], "delay-test", {"b": 1, "a": [True, None]}]], "result": {"x": 1, "y": []}},
    received_timestamp=[1795374995, 465420],
)
LOG = [
    [1, [1, 2], "message", "one"],
    [2, [3, 4], "message", "two"],
    [3, [5, 6], "delay-test", {"a": [True, None], "b": 1}],
]


def describe(watch: JobWatch, record: Any = RUNNING) -> Any:
    """What is told of a job."""
    return json.loads(watch.describe(record))


@pytest.mark.parametrize(
    ("fields", "previous", "is_news"),
    [
        (("id",), [7], False),
        (("id",), [7.0], False),
        (("id",), [True], True),
        (("id",), ["7"], True),
        (("id",), [8], True),
        (("id",), None, True),
        (("id",), 7, True),
        (("id",), {"id": 7}, True),
        (("id",), [], True),
        (("id",), [7, 7], True),
        (("id",), [[7]], True),
        ((), [], False),
        ((), None, True),
        (("id", "status"), [7, "running"], False),
        (("id", "status"), ["running", 7], True),
        (("archived",), [False], False),
        (("archived",), [0], True),
        (("end_ts",), [None], False),
        (("end_ts",), [0], True),
        (("received_ts",), [[1795374995, 465420]], False),
        (("received_ts",), [[1795374995.0, 465420]], False),
        (("received_ts",), [{"0": 1795374995}], True),
        (("opresult",), [[1, {"y": [], "x": 1}]], False),
        (("opresult",), [[True, {"y": [], "x": 1}]], True),
        (("opresult",), [["1", {"y": [], "x": 1}]], True),
        (("opresult",), [[1, {"y": {}, "x": 1}]], True),
        (("opresult",), [[1, {"y": [], "z": 1}]], True),
        (("nosuch",), [None], False),
        (("nosuch", "id"), [None, None], False),
        (("nosuch", "id"), [None, 7], True),
    ],
)
def test_values_are_news_if_they_differ(fields: tuple[str, ...], previous: object, is_news: bool) -> None:
    """Values are compared as JSON: type by type, numbers by value. Where a field does not exist all are null."""
    assert JobWatch(fields, previous, 3).is_news(RUNNING) is is_news


@pytest.mark.parametrize(
    ("last_serial", "entries"), [(None, LOG), (0, LOG), (-5, LOG), (1, LOG[1:]), (2, LOG[2:]), (3, []), (99, [])]
)
def test_log_entries_are_news_if_they_are_newer(last_serial: int | None, entries: list[object]) -> None:
    """Entries of all opcodes with a higher serial are news, and are told; null stands for none seen."""
    watch = JobWatch(("status",), ["running"], last_serial)
    assert watch.is_news(RUNNING) is bool(entries)
    assert describe(watch) == [["running"], entries]


def test_unknown_fields_leave_nothing_to_tell() -> None:
    """With a field that does not exist the answer is null for each, and no entries."""
    assert describe(JobWatch(("id", "nosuch"), None, None)) == [[None, None], []]
    assert not JobWatch(("nosuch",), [None], None).is_news(RUNNING)


def test_no_fields_are_no_values() -> None:
    """Who wants no field gets entries alone."""
    assert describe(JobWatch((), None, 2)) == [[], LOG[2:]]


@pytest.mark.parametrize("status", JobStatus)
def test_the_end_is_always_news(status: JobStatus) -> None:
    """Of a job that is over nothing more will follow, so who waits is told at once."""
    watch = JobWatch(("status",), [str(status)], None)
    assert watch.is_news(make_job(1, {"status": status})) is (status in ("success", "error", "canceled"))


@pytest.mark.parametrize(
    ("record", "text"),
    [
        (UnreadableJob(7, "no such file", is_missing=True), "Can't load job file"),
        (UnreadableJob(7, "job file 7: damaged"), "job file 7: damaged"),
    ],
)
def test_a_job_that_is_not_there_is_lost(record: UnreadableJob, text: str) -> None:
    """A job that is missing or damaged is news, and an error that says which of both."""
    watch = JobWatch(("status",), None, None)
    assert watch.is_news(record)
    with pytest.raises(JobLost) as lost:
        watch.describe(record)
    assert lost.value.to_wire() == ["JobLost", [text]]


@given(job_files(st.sampled_from(["queued", "waiting", "running", "canceling"]).map(JobStatus)))
def test_what_was_told_is_no_news(file: JsonObject) -> None:
    """Who knows what he has been told, as JSON, waits on; who knows anything else does not."""
    job = make_job(1, *file["ops"], {"status": "queued"})
    fields = tuple(FIELDS[ItemType.JOB])
    values, log = describe(JobWatch(fields, None, None), job)
    serial = max((entry[0] for entry in log), default=None) if log else None
    assert not JobWatch(fields, values, 99 if serial is None else serial).is_news(job)
    assert JobWatch(fields, [*values, None], 99).is_news(job)


@given(JSON, st.none() | st.integers(-5, 5), st.lists(st.sampled_from(["id", "opresult", "nosuch"]) | st.text()))
def test_whatever_is_known_is_compared(previous: object, last_serial: int | None, fields: list[str]) -> None:
    """Any previous value is the same or is not; nothing of it is an error."""
    watch = JobWatch(tuple(fields), previous, last_serial)
    assert watch.is_news(RUNNING) in (True, False)
    assert len(describe(watch)) == 2


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"a": inner}])
def test_however_deep_it_is_it_is_compared(wrap: Any) -> None:
    """A value of very many levels is compared like any other."""
    deep: object = 1
    for _ in range(100_000):
        deep = wrap(deep)
    assert JobWatch(("id",), [deep], 3).is_news(RUNNING)
    while isinstance(deep, list | dict):  # taken apart level by level, since nothing else is made for such depth
        deep = deep.pop() if isinstance(deep, list) else deep.pop("a")


def test_log_entries_that_cannot_be_told_are_null() -> None:
    """A payload that turns out to be no value costs its own entry."""
    log: list[object] = [[1, [1, 2], "message", "PLACE"], [2, [3, 4], "message", "x"]]
    file = encode_job_file({"id": 1, "ops": [{"input": {}, "status": "running", "result": None, "log": log}]})
    job = parse_job(1, file.replace(b'"PLACE"', b"1e400"), is_archived=False)
    assert describe(JobWatch((), None, None), job) == [[], [None, log[1]]]
