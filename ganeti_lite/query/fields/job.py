"""Fields of jobs.

A job whose file cannot be read, or that does not exist, has its id and nothing else.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from ganeti_lite.constants import FieldKind
from ganeti_lite.opcodes import plain, reencode_opcode, summarize_encoded
from ganeti_lite.query.cells import encode_json
from ganeti_lite.query.values import UNAVAIL
from ganeti_lite.snapshot import Job, JobOpcode, JobRecord, JsonText, LogEntry, Time

from ._field import Field, Rule, attribute, config_field, each, index_fields


def _decode(text: JsonText) -> object:
    """A part of a job file; whole numbers are whole, however they are written."""
    return plain(msgspec.json.decode(text))


def _of_job(value_of: Callable[[Job], object]) -> Rule:
    """A value of a job that can be read; None stands for one that it does not have (yet)."""

    def value(record: JobRecord) -> object:
        found = value_of(record) if isinstance(record, Job) else None
        return UNAVAIL if found is None else found

    return each(value)


def _of_opcodes(value_of: Callable[[JobOpcode], object]) -> Rule:
    """A list of one value for each opcode; unavailable if a part of the file turns out not to be JSON."""

    def values(job: Job) -> object:
        try:
            return tuple([value_of(opcode) for opcode in job.opcodes])
        except (msgspec.MsgspecError, RecursionError):
            return None

    return _of_job(values)


def describe_log_entry(entry: LogEntry) -> tuple[object, ...]:
    """A log entry as clients are told it: serial, time, type, payload."""
    return entry.serial, entry.time, entry.type, _decode(entry.payload)


def _log(opcode: JobOpcode) -> object:
    return tuple([describe_log_entry(entry) for entry in opcode.log or ()])


def _input(opcode: JobOpcode) -> object:
    return reencode_opcode(msgspec.json.decode(opcode.input))


def _summary(opcode: JobOpcode) -> object:
    return summarize_encoded(opcode.input)


def encode_log_entry(entry: LogEntry) -> bytes:
    """The same as JSON; null if its payload turns out not to be JSON."""
    try:
        return encode_json(describe_log_entry(entry))
    except (msgspec.MsgspecError, RecursionError):
        return b"null"


def _seconds(time: Time) -> int:
    """What filters compare of a time."""
    return time[0]


def _time_field(name: str, title: str, doc: str, value_of: Callable[[Job], Time | None]) -> Field:
    return config_field(name, title, FieldKind.OTHER, doc, _of_job(value_of), compared_as=_seconds)


JOB_FIELDS: Final = index_fields(
    (
        config_field("id", "ID", FieldKind.NUMBER, "Its number", attribute("id")),
        config_field("status", "Status", FieldKind.TEXT, "How far it has come", _of_job(lambda job: job.status.value)),
        config_field(
            "priority",
            "Priority",
            FieldKind.NUMBER,
            "The most urgent (smallest) priority of its opcodes that are not over",
            _of_job(lambda job: job.priority),
        ),
        config_field(
            "archived", "Archived", FieldKind.BOOL, "Whether it is archived", _of_job(lambda job: job.is_archived)
        ),
        config_field(
            "ops",
            "OpCodes",
            FieldKind.OTHER,
            "Its opcodes with all of their parameters",
            _of_opcodes(_input),
        ),
        config_field(
            "opresult",
            "OpCode_result",
            FieldKind.OTHER,
            "What each opcode has given",
            _of_opcodes(lambda opcode: _decode(opcode.result)),
        ),
        config_field(
            "opstatus",
            "OpCode_status",
            FieldKind.OTHER,
            "How far each opcode has come",
            _of_opcodes(lambda opcode: opcode.status.value),
        ),
        config_field("oplog", "OpCode_log", FieldKind.OTHER, "What each opcode has said", _of_opcodes(_log)),
        config_field(
            "opstart",
            "OpCode_start",
            FieldKind.OTHER,
            "When each opcode began to wait for its locks",
            _of_opcodes(lambda opcode: opcode.start_timestamp),
        ),
        config_field(
            "opexec",
            "OpCode_exec",
            FieldKind.OTHER,
            "When each opcode had its locks",
            _of_opcodes(lambda opcode: opcode.exec_timestamp),
        ),
        config_field(
            "opend",
            "OpCode_end",
            FieldKind.OTHER,
            "When each opcode was over",
            _of_opcodes(lambda opcode: opcode.end_timestamp),
        ),
        config_field(
            "oppriority",
            "OpCode_prio",
            FieldKind.OTHER,
            "The priority of each opcode",
            _of_opcodes(lambda opcode: opcode.priority),
        ),
        config_field(
            "summary", "Summary", FieldKind.OTHER, "Each opcode in a word, with what it is about", _of_opcodes(_summary)
        ),
        _time_field("received_ts", "Received", "When it was submitted", lambda job: job.received),
        _time_field("start_ts", "Start", "When its first opcode began", lambda job: job.start),
        _time_field("end_ts", "End", "When it was over", lambda job: job.end),
    )
)
