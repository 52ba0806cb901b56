"""Answers about jobs: they come from the queue's files and need no configuration."""

from functools import partial
from typing import Final

from ganeti_lite.constants import ItemType
from ganeti_lite.query import (
    JobSelection,
    JobWatch,
    QueryPlan,
    QueueView,
    check_classic,
    evaluate_listing,
    evaluate_objects,
    select_jobs_by_id,
)
from ganeti_lite.serving.needs import Answer, ChangeNeeded, JobsNeeded, Step
from ganeti_lite.wire.requests import QueryJobs, WaitForJobChange

from ._plans import SHORT_FRAME
from ._steps import Knowledge, by_size, gather, succeed

MAX_PATIENCE: Final = 89
"""Seconds that a client may wait for a job to change, as Ganeti's daemon has it."""


def ask_jobs(plan: QueryPlan, selection: JobSelection, frame: bytes) -> Step:
    """The first step to the answer of a plan about jobs, which *frame* has asked for."""
    if selection.ids is None:
        return gather(JobsNeeded(selection), partial(_list_jobs, plan, frame))
    return gather(JobsNeeded(selection), lambda jobs: succeed(evaluate_objects(plan, jobs)))


def _list_jobs(plan: QueryPlan, frame: bytes, view: QueueView) -> Step:
    kept = view.answers.get(frame)
    if kept is not None:
        return Answer(kept)
    return by_size(len(view.snapshot.jobs) * (1 + len(plan.fields)), partial(_evaluate, plan, frame, view))


def _evaluate(plan: QueryPlan, frame: bytes, view: QueueView) -> Answer:
    answer = succeed(evaluate_listing(view, plan))
    if len(frame) <= SHORT_FRAME:
        view.answers.put(frame, answer.message)
    return answer


def answer_jobs(_: Knowledge, query: QueryJobs, frame: bytes) -> Step:
    """Rows of bare values."""
    plan = check_classic(ItemType.JOB, query.fields)
    return ask_jobs(plan, select_jobs_by_id(plan, query.ids or ()), frame)


def answer_wait(_: Knowledge, wait: WaitForJobChange, _frame: bytes) -> Step:
    """A job's values and new log entries, once there is news or patience ends."""
    watch = JobWatch(wait.fields, wait.previous, wait.last_serial)
    patience = max(0, min(wait.timeout, MAX_PATIENCE))
    return gather(ChangeNeeded(wait.job_id, patience, watch.is_news), lambda record: succeed(watch.describe(record)))
