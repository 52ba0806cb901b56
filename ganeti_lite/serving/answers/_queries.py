"""Answers to ``Query`` and ``QueryFields``."""

from ganeti_lite.constants import ItemType
from ganeti_lite.errors import GenericError
from ganeti_lite.query import (
    FilterSyntaxError,
    Lock,
    QueryRequest,
    check_request,
    describe_fields,
    evaluate_objects,
    list_locks,
    parse_filter,
    plan_query,
    select_jobs,
)
from ganeti_lite.serving.needs import LocksNeeded, StateNeeded, Step
from ganeti_lite.wire.requests import JobRequest, Query, QueryFields, conversion_error

from ._jobs import ask_jobs
from ._plans import answer_plan
from ._steps import Knowledge, gather, relay, succeed


def answer_query(knowledge: Knowledge, query: Query, frame: bytes) -> Step:
    """Rows of cells, and the definitions of their fields."""
    try:
        qfilter = parse_filter(query.qfilter)
    except FilterSyntaxError as error:
        raise conversion_error(query.arguments(), str(error)) from error
    request = QueryRequest(query.item_type, query.fields, qfilter)
    match query.item_type:
        case ItemType.JOB:
            plan = check_request(request)
            return ask_jobs(plan, select_jobs(plan), frame)
        case ItemType.LOCK:
            plan = check_request(request)
            if knowledge.relays_locks():
                return relay(JobRequest("Query", query.arguments()), frame)
            return gather(LocksNeeded(), lambda told: succeed(evaluate_objects(plan, _list_locks(told))))
        case ItemType.CLUSTER:
            view, plan = knowledge.require_view(), check_request(request)
            return gather(StateNeeded(), lambda state: succeed(evaluate_objects(plan, [state], view.snapshot)))
        case _:
            view = knowledge.require_view()
            return answer_plan(view, plan_query(view, request), frame)


def _list_locks(told: object) -> list[Lock]:
    try:
        return list_locks(told)
    except ValueError as error:
        raise GenericError(f"The daemon that keeps the locks tells them in an unknown form: {error}") from error


def answer_fields(_: Knowledge, query: QueryFields, _frame: bytes) -> Step:
    """Definitions of fields, which need no configuration."""
    return succeed(describe_fields(query.item_type, query.fields))
