"""What ``gnt-job info`` tells. Source of names and order: what Ganeti 3.0's command prints."""

from collections.abc import Sequence
from typing import Any, Final

from ganeti_lite.clients.answers import read_query_answer
from ganeti_lite.clients.jobs import LogEntry
from ganeti_lite.commands.connection import connect_for_queries
from ganeti_lite.commands.definitions import SOME_ARGUMENTS, Invocation
from ganeti_lite.commands.formats import Record, make_records
from ganeti_lite.commands.info import Subject, as_report, info_command
from ganeti_lite.commands.job_arguments import read_job_id
from ganeti_lite.commands.output_format import MISSING
from ganeti_lite.commands.report import Aligned, Inline, Section
from ganeti_lite.commands.resources import any_value
from ganeti_lite.commands.submission.running import format_log_message
from ganeti_lite.commands.timestamps import NOT_A_TIME, format_precise_timestamp
from ganeti_lite.constants import ItemType

_FIELDS: Final = (
    *("id", "status", "ops", "opresult", "opstatus", "oplog", "opstart", "opexec", "opend"),
    *("received_ts", "start_ts", "end_ts"),
)

Point = Sequence[int] | None
"""A point in time: seconds and microseconds."""


def fetch_jobs(invocation: Invocation) -> list[Record]:
    """The jobs whose numbers are the arguments."""
    qfilter = any_value("id", [read_job_id(argument) for argument in invocation.arguments])
    with connect_for_queries(invocation) as client:
        answer = read_query_answer(client.query(ItemType.JOB, _FIELDS, qfilter))
    return make_records(answer, len(_FIELDS))


def describe_job(job: Record) -> object:
    """Everything about a job."""
    if "status" in job[MISSING]:
        return f"Job ID {job['id']} not found"
    received, start, end = (job[name] for name in ("received_ts", "start_ts", "end_ts"))
    total = NOT_A_TIME if received is None or end is None else f"{_pass(received, end):.6f} seconds"
    columns = ("ops", "opresult", "opstatus", "oplog", "opstart", "opexec", "opend")
    return Section(
        (
            ("Job ID", job["id"]),
            ("Status", job["status"]),
            ("Received", Aligned(_format_time(received))),
            ("Processing start", Aligned(_format_time(start, received))),
            ("Processing end", Aligned(_format_time(end, start))),
            ("Total processing time", total),
            ("Opcodes", [_describe_opcode(*values) for values in zip(*map(job.__getitem__, columns), strict=False)]),
        )
    )


def _pass(start: Sequence[int], end: Sequence[int]) -> float:
    """Seconds between two points in time."""
    return end[0] - start[0] + (end[1] - start[1]) / 1000000.0


def _format_time(point: Point, before: Point = None) -> str:
    if point is None:
        return "unknown (None)"
    delta = "" if before is None else f" (delta {_pass(before, point):.6f}s)"
    return format_precise_timestamp(point) + delta


def _describe_opcode(
    opcode: Record, result: object, status: str, log: Sequence[Any], start: Point, execution: Point, end: Point
) -> Section:
    return Section(
        (
            ("Opcode", opcode["OP_ID"]),
            ("Status", status),
            ("Processing start", Aligned(_format_opcode_time(start))),
            ("Execution start", Aligned(_format_opcode_time(execution))),
            ("Processing end", Aligned(_format_opcode_time(end))),
            ("Input fields", opcode),
            ("Result", result),
            ("Execution log", [_describe_log_entry(*entry) for entry in log]),
        )
    )


def _format_opcode_time(point: Point) -> str:
    return NOT_A_TIME if point is None else format_precise_timestamp(point)


def _describe_log_entry(serial: int, point: Point, kind: str, message: object) -> Section:
    text = format_log_message(LogEntry(serial, 0, kind, message))
    return Section((("Time", format_precise_timestamp(point)), ("Content", Inline((serial, kind, text)))))


INFO: Final = info_command(
    Subject(fetch_jobs, as_report(describe_job)), "<job-id>...", "Shows everything about jobs.", arity=SOME_ARGUMENTS
)
