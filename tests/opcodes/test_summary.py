"""Summaries of opcodes as they stand in files are those of the decoded ones, and ordinary ones are found so sooner."""

import json
from itertools import chain

import msgspec
import pytest

from ganeti_lite.opcodes import OPCODES, summarize_encoded, summarize_opcode
from ganeti_lite.opcodes._summary import _ORDINARY
from ganeti_lite.simulator.jobs import make_jobs

from .inputs import common_parameters, minimal, one_parameter_each, several_parameters


def test_ordinary_and_odd_opcodes_have_the_same_summary_either_way() -> None:
    """Whether an opcode is taken by its native types or decoded as usual, its summary is the same."""
    inputs = chain(one_parameter_each(), common_parameters(), several_parameters(1000, seed=5))
    assert [raw for raw in inputs if summarize_encoded(json.dumps(raw).encode()) != summarize_opcode(raw)] == []


def test_what_jobs_hold_is_ordinary() -> None:
    """Opcodes as job files have them need no other decoder: that is what makes lists of jobs fast."""
    for job in make_jobs(["web-1.example.com"], 100):
        (opcode,) = job["ops"]
        _ORDINARY.decode(json.dumps(opcode["input"]).encode())


def test_nearly_every_opcode_has_a_native_form() -> None:
    """Only opcodes that must be given a value of several types are always decoded as usual."""
    odd = []
    for opcode in OPCODES.values():
        try:
            _ORDINARY.decode(json.dumps(minimal(opcode)).encode())
        except msgspec.ValidationError:
            odd.append(opcode.name)
    assert odd == ["OP_TEST_DELAY", "OP_TEST_DUMMY", "OP_INSTANCE_GROW_DISK", "OP_BACKUP_EXPORT"]


def test_damaged_json_is_told_as_such() -> None:
    """What is not JSON has no summary."""
    with pytest.raises(msgspec.DecodeError):
        summarize_encoded(b'{"OP_ID": ')
