"""Writing jobs: exactly Ganeti's form, and nothing is lost on the way to the file and back."""

import json
from types import MappingProxyType
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given

from ganeti_lite.jobs import encode_job, encode_value, parse_job
from ganeti_lite.jobs.transitions import submitted
from ganeti_lite.opcodes import decode_opcode
from ganeti_lite.snapshot import Job
from tests.strategies import JSON, JsonObject, encode_job_file, job_files

SUBMITTED: Final = (
    b'{"id":42,"ops":[{"input":{"priority":0,"depends":[[41,["success"]]],"comment":"second",'
    b'"reason":[["gnt:opcode:test_delay","job=42;index=0",1795375150459961000]],'
    b'"OP_ID":"OP_TEST_DELAY","duration":0.1,"on_master":true,"on_nodes":[],"repeat":0,'
    b'"interruptible":false,"no_locks":true},"status":"queued","result":null,"log":[],'
    b'"priority":0,"start_timestamp":null,"exec_timestamp":null,"end_timestamp":null}],'
    b'"received_timestamp":[1795375150,459961],"start_timestamp":null,"end_timestamp":null}'
)
"""The file that Ganeti 3.0.2 wrote for a delay that was submitted."""


def _plain(job: Job) -> Any:
    """All of a job, as it is."""
    opcodes = [msgspec.structs.asdict(opcode) for opcode in job.opcodes]
    raw = [{key: value if key != "log" else list(value or ()) for key, value in item.items()} for item in opcodes]
    for item in raw:
        item |= {key: bytes(item[key]) for key in ("input", "result")}
        item["log"] = [(*entry[:3], bytes(entry[3])) for entry in item["log"]]
    return raw, job.id, job.received, job.start, job.end, job.livelock, job.process_id


def test_a_submitted_job_is_written_as_ganeti_does() -> None:
    """Byte for byte: order of keys, defaults, reason trail, no blanks."""
    opcode = {"duration": 0.1, "no_locks": True, "reason": [], "comment": "second", "depends": [[41, ["success"]]]}
    job = submitted(42, [decode_opcode({"OP_ID": "OP_TEST_DELAY", **opcode})], (1795375150, 459961))
    assert encode_job(job) == SUBMITTED


@given(job_files())
def test_what_is_written_is_read_again(file: JsonObject) -> None:
    """Any job, with whatever its opcodes were given, said and gave, byte for byte."""
    job = parse_job(7, encode_job_file(file), is_archived=False)
    written = encode_job(job)
    again = parse_job(7, written, is_archived=False)
    assert _plain(again) == _plain(job)
    assert encode_job(again) == written


@given(job_files())
def test_ganeti_finds_every_key_that_it_needs(file: JsonObject) -> None:
    """What was missing in the file is there when it is written again: times as null, no log as an empty one."""
    written = json.loads(encode_job(parse_job(7, encode_job_file(file), is_archived=False)))
    needed = {"input", "status", "result", "log", "priority", "start_timestamp", "exec_timestamp", "end_timestamp"}
    assert all(opcode.keys() == needed and isinstance(opcode["log"], list) for opcode in written["ops"])


@given(JSON)
def test_values_are_written_in_ascii(value: object) -> None:
    """A value comes back as it was; no locale can spoil it."""
    encoded = bytes(encode_value(value))
    assert json.loads(encoded) == value
    assert encoded.isascii()


@pytest.mark.parametrize(
    ("value", "expected"),
    [("\ud800a\\ud", "\ufffda\\ud"), ("\U0001f600", "\U0001f600"), (MappingProxyType({"a": (1,)}), {"a": [1]})],
)
def test_values_of_python_become_json(value: object, expected: object) -> None:
    """Half surrogate pairs are replaced, whole ones kept; mappings and tuples are objects and arrays."""
    assert msgspec.json.decode(encode_value(value)) == expected


@pytest.mark.parametrize("value", [{1, 2}, float("nan")])
def test_what_is_no_json_is_refused(value: object) -> None:
    """A value that no reader could take never gets into a file."""
    with pytest.raises((TypeError, ValueError)):
        encode_value(value)
