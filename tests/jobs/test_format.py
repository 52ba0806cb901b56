"""Job files: what is read of them, and that whatever else is in them is one kind of error."""

import json
from contextlib import suppress
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.constants import JobStatus, LogType
from ganeti_lite.jobs import JobFormatError, parse_job
from ganeti_lite.snapshot import Job
from tests.strategies import JSON, JsonObject, encode_job_file, job_files

OPCODE: Final[JsonObject] = {
    "input": {"OP_ID": "OP_TEST_DELAY", "duration": 0.1},
    "status": "running",
    "result": [1, "\u00e4"],
    "log": [[1, [1795374995, 819191], "message", "hello"], [2, [1795374996, 0], "delay-test", {"a": None}]],
    "priority": -5,
    "start_timestamp": [1, 2],
    "exec_timestamp": [3, 4],
    "end_timestamp": [5, 6],
}
FILE: Final[JsonObject] = {
    "id": 19,
    "ops": [OPCODE],
    "received_timestamp": [7, 8],
    "start_timestamp": [9, 10],
    "end_timestamp": [11, 12],
    "livelock": "/run/livelocks/job_19",
    "process_id": 18385,
}
SUBMITTED: Final[JsonObject] = {"id": 42, "ops": [{"input": {}, "status": "queued", "result": None}]}
"""The least that a file may have."""


def parse(file: Any, *, is_archived: bool = False) -> Job:
    """The job 7 of a file with this JSON."""
    return parse_job(7, encode_job_file(file), is_archived=is_archived)


def test_everything_is_read() -> None:
    """Each key of the file is an attribute; the id is that of the file's name."""
    job = parse(FILE, is_archived=True)
    (opcode,) = job.opcodes
    assert (job.id, job.is_archived, job.livelock, job.process_id) == (7, True, "/run/livelocks/job_19", 18385)
    assert (job.received, job.start, job.end) == ((7, 8), (9, 10), (11, 12))
    assert (opcode.start_timestamp, opcode.exec_timestamp, opcode.end_timestamp) == ((1, 2), (3, 4), (5, 6))
    assert (opcode.status, opcode.priority) == (JobStatus.RUNNING, -5)
    assert (json.loads(bytes(opcode.input)), json.loads(bytes(opcode.result))) == (OPCODE["input"], OPCODE["result"])
    assert [(entry.serial, entry.time, entry.type) for entry in opcode.log or ()] == [
        (1, (1795374995, 819191), LogType.MESSAGE),
        (2, (1795374996, 0), LogType.DELAY_TEST),
    ]
    assert [json.loads(bytes(entry.payload)) for entry in opcode.log or ()] == ["hello", {"a": None}]


def test_what_is_not_set_is_none() -> None:
    """Times, log, priority and process may be missing, or null: files of older versions lack some."""
    nulls: dict[str, object] = dict.fromkeys(("start_timestamp", "exec_timestamp", "end_timestamp", "log"))
    times = dict.fromkeys(("received_timestamp", "start_timestamp", "end_timestamp", "livelock", "process_id"))
    spelled = {**SUBMITTED, **times, "ops": [{**SUBMITTED["ops"][0], **nulls, "priority": 0}]}
    for file in (SUBMITTED, spelled):
        job = parse(file)
        (opcode,) = job.opcodes
        assert (job.received, job.start, job.end, job.livelock, job.process_id) == (None,) * 5
        assert (opcode.start_timestamp, opcode.exec_timestamp, opcode.end_timestamp, opcode.priority, opcode.log) == (
            None,
            None,
            None,
            0,
            None,
        )


@given(job_files(), st.booleans())
def test_any_job_file_is_read(file: JsonObject, is_spaced: bool) -> None:
    """Whatever is missing, unknown or odd inside of an opcode, what the file says is what the job says."""
    job = parse_job(3, encode_job_file(file, is_spaced=is_spaced), is_archived=False)
    assert job.received == (tuple(file["received_timestamp"]) if file.get("received_timestamp") else None)
    assert len(job.opcodes) == len(file["ops"])
    for opcode, raw in zip(job.opcodes, file["ops"], strict=True):
        assert json.loads(bytes(opcode.input)) == raw["input"]
        assert json.loads(bytes(opcode.result)) == raw["result"]
        assert opcode.status == raw["status"]
        assert opcode.priority == raw.get("priority", 0)
        log = [
            [entry.serial, list(entry.time), entry.type, json.loads(bytes(entry.payload))] for entry in opcode.log or ()
        ]
        assert log == (raw.get("log") or [])


@pytest.mark.parametrize("key", ["id", "ops"])
def test_a_job_needs_its_keys(key: str) -> None:
    """A file without id or opcodes is no job."""
    with pytest.raises(JobFormatError, match=rf"^job file 7: .*{key}"):
        parse({name: value for name, value in FILE.items() if name != key})


@pytest.mark.parametrize("key", ["input", "status", "result"])
def test_an_opcode_needs_its_keys(key: str) -> None:
    """One opcode without these makes the whole file unreadable."""
    with pytest.raises(JobFormatError, match=rf"^job file 7: .*{key}"):
        parse({**FILE, "ops": [OPCODE, {name: value for name, value in OPCODE.items() if name != key}]})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "finished"),
        ("status", "Running"),
        ("status", None),
        ("status", 1),
        ("log", [[1, [2, 3], "shout", "x"]]),
        ("log", [[1, [2, 3], "message"]]),
        ("log", [[1, [2, 3], "message", "x", "y"]]),
        ("log", [[1, [2], "message", "x"]]),
        ("log", [["1", [2, 3], "message", "x"]]),
        ("log", {}),
        ("priority", "0"),
        ("priority", None),
        ("priority", 0.5),
        ("start_timestamp", 5),
        ("start_timestamp", [1, 2, 3]),
        ("end_timestamp", ["1", "2"]),
    ],
)
def test_one_wrong_part_spoils_the_file(key: str, value: object) -> None:
    """An unknown status or type of log entry, or a part of another form, makes the whole file unreadable."""
    with pytest.raises(JobFormatError, match=r"^job file 7: "):
        parse({**FILE, "ops": [OPCODE, {**OPCODE, key: value}]})


@pytest.mark.parametrize("file", [None, [], 5, "x", [FILE], {**FILE, "ops": {}}, {**FILE, "ops": [None]}])
def test_what_is_no_job_is_told(file: object) -> None:
    """JSON of another form is no job."""
    with pytest.raises(JobFormatError):
        parse(file)


@pytest.mark.parametrize("is_spaced", [False, True])
def test_a_file_cut_off_anywhere_is_no_job(is_spaced: bool) -> None:
    """Of a file that is being written no beginning is taken for the whole."""
    data = encode_job_file(FILE, is_spaced=is_spaced)
    for length in range(len(data.rstrip())):
        with pytest.raises(JobFormatError):
            parse_job(7, data[:length], is_archived=False)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 4096,
        encode_job_file(FILE) + b"x",
        encode_job_file(FILE) * 2,
        encode_job_file(FILE).replace("\u00e4".encode(), b"\xe4"),
        encode_job_file(FILE).replace(b"hello", b"\xff"),
        encode_job_file(FILE).decode().encode("utf-16"),
    ],
)
def test_damaged_files_are_no_jobs(data: bytes) -> None:
    """Empty, blanked, doubled or not in UTF-8, wherever that is."""
    with pytest.raises(JobFormatError):
        parse_job(7, data, is_archived=False)


NESTED: Final = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize("place", [b'{"OP_ID":"OP_TEST_DELAY","duration":0.1}', b'"hello"', b"18385", b'"deep"'])
def test_nesting_costs_no_more_than_the_file(place: bytes) -> None:
    """A part that is nested 100,000 levels deep makes the file unreadable, wherever it is."""
    data = encode_job_file({**FILE, "novelty": "deep"}).replace(place, NESTED)
    assert len(data) > len(NESTED)
    with pytest.raises(JobFormatError):
        parse_job(7, data, is_archived=False)
    with pytest.raises(JobFormatError):
        parse_job(7, NESTED, is_archived=False)


@given(st.binary(max_size=100) | st.text(max_size=50).map(str.encode) | JSON.map(encode_job_file))
def test_any_bytes_are_a_job_or_an_error(data: bytes) -> None:
    """Whatever bytes are in a file, nothing else is raised than that they are no job."""
    with suppress(JobFormatError):
        parse_job(7, data, is_archived=False)


@given(job_files(), st.data())
def test_any_damage_is_a_job_or_an_error(file: JsonObject, data: st.DataObject) -> None:
    """The same for a job file some bytes of which are others."""
    damaged = bytearray(encode_job_file(file))
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(JobFormatError):
        parse_job(7, bytes(damaged), is_archived=False)
