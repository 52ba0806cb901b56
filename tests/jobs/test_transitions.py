"""How jobs move on: statuses, times, results and ends are Ganeti's."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.constants import JobStatus, LogType
from ganeti_lite.jobs import encode_job, parse_job
from ganeti_lite.jobs.transitions import (
    CANCELED,
    PRECEDING_FAILED,
    TransitionError,
    canceled,
    canceling,
    failed,
    failed_next,
    interrupted,
    requeued,
    running,
    submitted,
    succeeded,
    waiting,
    with_log,
    with_priority,
)
from ganeti_lite.opcodes import decode_opcode
from ganeti_lite.snapshot import Job
from tests.strategies import encode_job_file, job_files

DELAY: Final[dict[str, Any]] = decode_opcode({"OP_ID": "OP_TEST_DELAY", "duration": 1, "reason": [["me", "why", 1]]})
RECEIVED: Final = (10, 1)
ERROR: Final = ["OpPrereqError", ["no", "wrong_input"]]


def make(count: int = 3) -> Job:
    """A job of *count* opcodes, just submitted."""
    return submitted(5, [DELAY] * count, RECEIVED)


def run(job: Job, index: int, second: int) -> Job:
    """The job, one opcode of which runs."""
    return running(waiting(job, index, (second, 0)), index, DELAY, (second, 1))


def shape(job: Job) -> list[tuple[str, Any, Any, Any, Any]]:
    """Of each opcode: status, result, times."""
    return [
        (
            str(item.status),
            json.loads(bytes(item.result)),
            item.start_timestamp,
            item.exec_timestamp,
            item.end_timestamp,
        )
        for item in job.opcodes
    ]


def test_a_new_job_is_queued() -> None:
    """Its opcodes name the job in their reason trails, at the time it came in, in nanoseconds."""
    job = submitted(5, [{**DELAY, "priority": -10}, DELAY], RECEIVED)
    assert (job.status, job.priority, job.received, job.start, job.end) == ("queued", -10, RECEIVED, None, None)
    assert [json.loads(bytes(opcode.input))["reason"] for opcode in job.opcodes] == [
        [["me", "why", 1], ["gnt:opcode:test_delay", f"job=5;index={index}", 10_000_001_000]] for index in (0, 1)
    ]
    assert DELAY["reason"] == [["me", "why", 1]]


def test_a_job_runs_opcode_by_opcode() -> None:
    """Each opcode has its times; the job has the first start and the last end, and is queued between opcodes."""
    job = run(make(2), 0, 20)
    assert job.status is JobStatus.RUNNING
    job = succeeded(job, 0, {"a": 1}, (21, 0))
    assert (job.status, job.start, job.end) == ("queued", (20, 0), None)
    job = succeeded(run(job, 1, 30), 1, None, (31, 0))
    assert (job.status, job.start, job.end) == ("success", (20, 0), (31, 0))
    assert shape(job) == [
        ("success", {"a": 1}, (20, 0), (20, 1), (21, 0)),
        ("success", None, (30, 0), (30, 1), (31, 0)),
    ]


def test_running_shows_the_opcode_as_it_was_understood() -> None:
    """Names that were expanded are in the file from then on."""
    expanded = {**DELAY, "on_node_uuids": ["u"]}
    job = running(waiting(make(), 0, (20, 0)), 0, expanded, (20, 1))
    assert json.loads(bytes(job.opcodes[0].input)) == json.loads(json.dumps(expanded))


def test_an_opcode_that_lacks_resources_waits_again() -> None:
    """From running back to waiting, with the time at which it first began."""
    job = waiting(run(make(), 0, 20), 0, (25, 0))
    assert (job.status, job.start, job.opcodes[0].start_timestamp) == ("waiting", (20, 0), (20, 0))


def test_a_failure_ends_the_job() -> None:
    """Opcodes behind it fail, too, without times; those before keep their success."""
    job = failed(run(succeeded(run(make(), 0, 20), 0, 7, (21, 0)), 1, 30), 1, ERROR, (31, 0))
    assert (job.status, job.end) == ("error", (31, 0))
    assert shape(job) == [
        ("success", 7, (20, 0), (20, 1), (21, 0)),
        ("error", ERROR, (30, 0), (30, 1), (31, 0)),
        ("error", json.loads(json.dumps(PRECEDING_FAILED)), None, None, None),
    ]


@pytest.mark.parametrize(
    ("job", "times"),
    [
        (succeeded(run(make(2), 0, 20), 0, 7, (21, 0)), ((31, 0), None, (31, 0))),
        (run(succeeded(run(make(2), 0, 20), 0, 7, (21, 0)), 1, 30), ((30, 0), (30, 1), (31, 0))),
    ],
    ids=["that has not begun", "that runs"],
)
def test_the_next_opcode_fails(job: Job, times: tuple[object, ...]) -> None:
    """Whether or not it was begun; those before it keep their success."""
    ended = failed_next(job, ERROR, (31, 0))
    assert (ended.status, ended.end) == ("error", (31, 0))
    assert shape(ended) == [("success", 7, (20, 0), (20, 1), (21, 0)), ("error", ERROR, *times)]


def test_a_queued_job_is_cancelled_as_in_ganeti() -> None:
    """No results, and ends without starts."""
    job = canceled(make(2), (20, 0))
    assert shape(job) == [("canceled", None, None, None, (20, 0))] * 2
    assert (job.status, job.start, job.end) == ("canceled", None, (20, 0))


def test_a_waiting_job_is_cancelled() -> None:
    """All that is left of it is canceling first; then each opcode says that it was by request."""
    job = canceling(waiting(succeeded(run(make(), 0, 20), 0, None, (21, 0)), 1, (22, 0)))
    assert [str(opcode.status) for opcode in job.opcodes] == ["success", "canceling", "canceling"]
    assert (job.status, job.end) == ("canceling", None)
    job = canceled(job, (23, 0))
    assert (job.status, job.end) == ("canceled", (23, 0))
    assert shape(job)[1:] == [
        ("canceled", CANCELED, (22, 0), None, (23, 0)),
        ("canceled", CANCELED, None, None, None),
    ]


def test_what_is_left_of_a_job_is_cancelled_between_opcodes() -> None:
    """A job that was asked to stop while it ran keeps what it had done."""
    job = canceled(succeeded(run(make(2), 0, 20), 0, 7, (21, 0)), (21, 1))
    assert shape(job) == [("success", 7, (20, 0), (20, 1), (21, 0)), ("canceled", CANCELED, None, None, None)]


def test_log_entries_are_numbered_through_the_job() -> None:
    """Serials rise by one over all opcodes; a list of messages is stored as messages."""
    job = with_log(run(make(2), 0, 20), 0, LogType.MESSAGE, "a", (20, 2))
    job = with_log(job, 0, LogType.MESSAGE_LIST, ["b", "c"], (20, 3))
    job = with_log(run(succeeded(job, 0, None, (21, 0)), 1, 22), 1, LogType.JQUEUE_TEST, ["d"], (22, 2))
    assert [(entry.serial, entry.time, str(entry.type), json.loads(bytes(entry.payload))) for entry in job.log] == [
        (1, (20, 2), "message", "a"),
        (2, (20, 3), "message", "b"),
        (3, (20, 3), "message", "c"),
        (4, (22, 2), "jqueue-test", ["d"]),
    ]


def test_a_priority_is_that_of_what_does_not_run_yet() -> None:
    """Running and finished opcodes, and what an opcode was given, keep theirs; with none pending nothing changes."""
    job = with_priority(run(succeeded(run(make(), 0, 20), 0, None, (21, 0)), 1, 22), -10)
    assert [opcode.priority for opcode in job.opcodes] == [0, 0, -10]
    assert all(json.loads(bytes(opcode.input))["priority"] == 0 for opcode in job.opcodes)
    last = run(make(1), 0, 20)
    assert with_priority(last, 5) is last


def test_an_interrupted_job_says_how_it_ended() -> None:
    """What was not over is an error with Ganeti's text for dead jobs, and a reason; what was done stays."""
    job = interrupted(run(succeeded(run(make(), 0, 20), 0, 7, (21, 0)), 1, 22), (30, 5))
    text = "detected death of job 5"
    assert (job.status, job.end) == ("error", (30, 5))
    assert shape(job) == [
        ("success", 7, (20, 0), (20, 1), (21, 0)),
        ("error", text, (22, 0), (22, 1), (30, 5)),
        ("error", text, None, None, (30, 5)),
    ]
    trails = [json.loads(bytes(opcode.input))["reason"][-1][:2] for opcode in job.opcodes]
    assert trails[1:] == [["gnt:daemon:luxid:deathdetection", text]] * 2
    assert trails[0][0] != trails[1][0]


def test_a_waiting_job_goes_back_into_the_queue() -> None:
    """As if it had never left it, but for the opcodes that are done."""
    job = requeued(waiting(make(2), 0, (20, 0)))
    assert encode_job(job) == encode_job(make(2))
    done = succeeded(run(make(2), 0, 20), 0, 7, (21, 0))
    assert encode_job(requeued(waiting(done, 1, (22, 0)))) == encode_job(done)


FORBIDDEN: Final[dict[str, tuple[Job, Callable[[Job], Job]]]] = {
    "out of turn": (make(), lambda job: waiting(job, 1, (1, 0))),
    "without locks": (make(), lambda job: running(job, 0, DELAY, (1, 0))),
    "done before it ran": (waiting(make(), 0, (1, 0)), lambda job: succeeded(job, 0, None, (1, 0))),
    "cancelled while it runs": (run(make(), 0, 1), lambda job: canceled(job, (1, 0))),
    "canceling what is queued": (make(), canceling),
    "runs though it is canceling": (canceling(waiting(make(), 0, (1, 0))), lambda job: running(job, 0, {}, (1, 0))),
    "back while it runs": (run(make(), 0, 1), requeued),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_steps_that_skip_others_are_refused(name: str) -> None:
    """A job moves on in Ganeti's order only."""
    job, step = FORBIDDEN[name]
    with pytest.raises(TransitionError, match="job 5"):
        step(job)


STEPS: Final[list[Callable[[Job, int], Job]]] = [
    lambda job, index: waiting(job, index, (1, 0)),
    lambda job, index: running(job, index, {}, (1, 0)),
    lambda job, index: succeeded(job, index, None, (1, 0)),
    lambda job, index: failed(job, index, ERROR, (1, 0)),
    lambda job, _: failed_next(job, ERROR, (1, 0)),
    lambda job, _: canceling(job),
    lambda job, _: canceled(job, (1, 0)),
    lambda job, _: interrupted(job, (1, 0)),
    lambda job, _: requeued(job),
    lambda job, index: with_log(job, index, LogType.MESSAGE, "x", (1, 0)),
]


@given(job_files(), st.sampled_from(STEPS), st.integers(0, 3))
def test_no_step_changes_what_has_ended(file: Any, step: Callable[[Job, int], Job], index: int) -> None:
    """Whatever a file holds: a step is refused, or leaves each opcode that was over byte for byte as it was."""
    job = parse_job(5, encode_job_file(file), is_archived=False)
    try:
        following = step(job, index)
    except (TransitionError, IndexError):
        return
    assert not job.opcodes or not all(opcode.status.is_final for opcode in job.opcodes)
    for before, after in zip(job.opcodes, following.opcodes, strict=True):
        assert after is before or not before.status.is_final
    if following.status.is_final and not job.status.is_final:
        assert following.end is not None
