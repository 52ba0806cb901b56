"""Jobs for queries: from decoded job files, and queues of them."""

import json
from collections.abc import Iterable
from typing import Any

from ganeti_lite.constants import ItemType
from ganeti_lite.jobs import parse_job
from ganeti_lite.query import QueryRequest, QueueView, check_request, evaluate_listing, evaluate_objects, parse_filter
from ganeti_lite.snapshot import Job, JobRecord, JobTable, QueueSnapshot
from tests.strategies import JsonObject, encode_job_file

from .asking import Cell


def make_job(job_id: int, *opcodes: JsonObject, is_archived: bool = False, **changes: object) -> Job:
    """A job of these opcodes, each of which need not be whole; *changes* are other keys of its file."""
    whole = [{"input": {}, "status": "queued", "result": None, **opcode} for opcode in opcodes]
    return parse_job(job_id, encode_job_file({"id": job_id, "ops": whole, **changes}), is_archived=is_archived)


def make_queue(records: Iterable[JobRecord]) -> QueueView:
    """A view of these jobs."""
    return QueueView(QueueSnapshot(JobTable.of(records)))


def ask_queue(view: QueueView, *fields: str, qfilter: object = None) -> list[list[Cell]]:
    """The rows of a query about all jobs."""
    plan = check_request(QueryRequest(ItemType.JOB, fields, parse_filter(qfilter)))
    rows: list[list[Cell]] = json.loads(evaluate_listing(view, plan))["data"]
    return rows


def ask_jobs(records: Iterable[JobRecord], *fields: str, qfilter: object = None) -> list[list[Cell]]:
    """The rows of a query about just these jobs."""
    plan = check_request(QueryRequest(ItemType.JOB, fields, parse_filter(qfilter)))
    rows: list[list[Cell]] = json.loads(evaluate_objects(plan, list(records)))["data"]
    return rows


def ask_value(record: JobRecord, field: str) -> Any:
    """The one value of a field of a job; the status must be normal."""
    (((status, value),),) = ask_jobs([record], field)
    assert status == 0
    return value
