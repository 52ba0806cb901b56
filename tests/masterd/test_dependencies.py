"""Dependencies: what relative ids mean, when a job may start, and what becomes of one that cannot."""

from typing import Any, Final

import pytest

from ganeti_lite.constants import JobStatus
from ganeti_lite.jobs import parse_job
from ganeti_lite.masterd.dependencies import (
    Dependency,
    Fails,
    MustCancel,
    Ready,
    UnresolvableError,
    Verdict,
    Waits,
    judge_job,
    judge_opcode,
    read_dependencies,
    resolve_relative,
)
from tests.masterd.jobs import delay, end, make_job

STATUSES: Final = {
    1: JobStatus.SUCCESS,
    2: JobStatus.ERROR,
    3: JobStatus.CANCELED,
    4: JobStatus.QUEUED,
    5: JobStatus.RUNNING,
    6: JobStatus.CANCELING,
}
"""Other jobs; no others are there."""


@pytest.mark.parametrize(
    ("position", "depends", "expected"),
    [
        (None, None, None),
        (
            None,
            [[41, ["success"]], [0, []], [-1, ["error"]], [-40, []]],
            [[41, ["success"]], [0, []], [41, ["error"]], [2, []]],
        ),
        (2, [[-1, []], [-2, ["canceled"]], [7, []]], [[41, []], [40, ["canceled"]], [7, []]]),
    ],
)
def test_relative_ids_are_resolved(position: int | None, depends: Any, expected: Any) -> None:
    """Alone a job counts back from its own id, in a request of many to those before it; other ids stay."""
    (opcode,) = resolve_relative([delay(depends)], 42, position)
    assert opcode == delay(expected)


@pytest.mark.parametrize(
    ("position", "number", "text"),
    [
        (None, -43, "Invalid value for job ID ' -1'"),
        (2, -3, "Unable to resolve relative job ID -3"),
        (0, -1, "Unable to resolve relative job ID -1"),
    ],
)
def test_relative_ids_that_lead_nowhere(position: int | None, number: int, text: str) -> None:
    """Below 0, or before the first job of the request: refused, with an error that clients know."""
    with pytest.raises(UnresolvableError) as caught:
        resolve_relative([delay(), delay([[number, []]])], 42, position)
    assert caught.value.to_wire() == ["GenericError", [text]]


@pytest.mark.parametrize(
    ("depends", "verdict"),
    [
        (None, Ready()),
        ([[1, []]], Ready()),
        ([[2, []]], Ready()),
        ([[3, []]], MustCancel()),
        ([[3, ["canceled"]]], Ready()),
        ([[3, ["success", "error"]]], MustCancel()),
        ([[1, ["success"]], [2, ["error", "canceled"]]], Ready()),
        ([[2, ["success"]]], Fails("Dependency job 2 finished with status 'error', not one of 'success' as required")),
        (
            [[1, ["error", "canceled"]]],
            Fails("Dependency job 1 finished with status 'success', not one of 'canceled, error' as required"),
        ),
        ([[99, []]], Fails("Dependency error: Job 99 not found")),
        ([[3, []], [99, []]], MustCancel()),
        ([[99, []], [3, []]], Fails("Dependency error: Job 99 not found")),
        ([[99, []], [4, []], [5, []], [6, ["error"]], [1, []]], Waits(frozenset({4, 5, 6}))),
        ([[4, []], [42, []]], Fails("Job can't depend on itself")),
    ],
)
def test_a_job_is_judged_by_its_dependencies(depends: Any, verdict: Verdict) -> None:
    """It waits until all have ended, then they count in their order."""
    canonical = depends and [[job_id, sorted(statuses)] for job_id, statuses in depends]
    assert judge_job(make_job(42, delay(canonical)), STATUSES.get) == verdict


def test_a_job_waits_for_what_its_later_opcodes_depend_on() -> None:
    """But how those have ended matters only when the opcode's turn comes; what is over does not matter any more."""
    job = make_job(42, delay([[1, []]]), delay([[4, []]]))
    assert judge_job(job, STATUSES.get) == Waits(frozenset({4}))
    statuses = {**STATUSES, 4: JobStatus.CANCELED}
    assert judge_job(job, statuses.get) == Ready()
    assert judge_opcode(read_dependencies(job.opcodes[1]), statuses.get) == MustCancel()
    assert judge_opcode(read_dependencies(job.opcodes[1]), STATUSES.get) == Waits(frozenset({4}))
    assert judge_job(end(make_job(42, delay([[4, []]])), JobStatus.SUCCESS), STATUSES.get) == Ready()


@pytest.mark.parametrize("given", ["[]", '{"depends": [[-1, 5]]}', '{"depends": [[1, ["gone"]]]}', "7", '"x"'])
def test_dependencies_that_cannot_be_read_do_not_hold_a_job_up(given: str) -> None:
    """A job file of strange content waits for nothing: it fails when its opcode is looked at."""
    text = f'{{"id": 42, "ops": [{{"input": {given}, "status": "queued", "result": null}}]}}'
    job = parse_job(42, text.encode(), is_archived=False)
    assert read_dependencies(job.opcodes[0]) == ()
    assert judge_job(job, STATUSES.get) == Ready()


def test_dependencies_are_read_from_the_file() -> None:
    """What the job was submitted with, relative ids resolved."""
    (opcode,) = make_job(42, delay([[41, ["success"]], [7, []]])).opcodes
    assert read_dependencies(opcode) == (Dependency(41, (JobStatus.SUCCESS,)), Dependency(7))
