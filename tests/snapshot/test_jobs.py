"""Jobs: what follows from their opcodes, and their order in a queue."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from ganeti_lite.constants import JobStatus, LogType
from ganeti_lite.snapshot import Job, JobOpcode, JobTable, LogEntry, UnreadableJob
from ganeti_lite.snapshot._jobs import derive_status

ENDING = {"canceling", "canceled", "error"}
UNDER_WAY = {"waiting", "running"}
OVER = {"success", "canceled", "error"}


def naive_status(words: list[str]) -> str:
    """The status of a job.

    It is the first word that ends it; else success if that is all there is; else the last word that says it is under
    way; else queued.
    """
    for word in words:
        if word in ENDING:
            return word
    if all(word == "success" for word in words):
        return "success"
    under_way = [word for word in words if word in UNDER_WAY]
    return under_way[-1] if under_way else "queued"


def naive_priority(opcodes: list[tuple[str, int]]) -> int:
    """The smallest number among the opcodes that are not over; 0 if all are."""
    numbers = sorted(priority for word, priority in opcodes if word not in OVER)
    return numbers[0] if numbers else 0


def make_job(*opcodes: tuple[JobStatus, int]) -> Job:
    """A job whose opcodes have these statuses and priorities."""
    return Job(1, tuple(JobOpcode(Raw(b"{}"), status, Raw(b"null"), priority=priority) for status, priority in opcodes))


@pytest.mark.parametrize("length", range(5))
def test_the_status_follows_from_the_opcodes(length: int) -> None:
    """Every combination of up to four opcodes gives the status that the rules give."""
    for statuses in product(JobStatus, repeat=length):
        assert derive_status(statuses) == naive_status([str(status) for status in statuses])


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([], "success"),
        (["success", "queued"], "queued"),
        (["success", "running", "queued"], "running"),
        (["running", "waiting"], "waiting"),
        (["success", "error", "error"], "error"),
        (["canceling", "error"], "canceling"),
    ],
)
def test_known_statuses(words: list[str], status: str) -> None:
    """The examples that Ganeti's daemon was asked for."""
    assert derive_status([JobStatus(word) for word in words]) == status


@given(st.lists(st.tuples(st.sampled_from(JobStatus), st.integers(-20, 19)), max_size=5))
def test_the_priority_is_of_what_is_not_over(opcodes: list[tuple[JobStatus, int]]) -> None:
    """Status and priority of a job are those of the rules, whatever its opcodes."""
    job = make_job(*opcodes)
    assert job.priority == naive_priority([(str(status), priority) for status, priority in opcodes])
    assert job.status == naive_status([str(status) for status, _ in opcodes])


def test_the_log_is_that_of_all_opcodes() -> None:
    """Entries come in the order of the opcodes."""
    entries = [LogEntry(serial, (1, 2), LogType.MESSAGE, Raw(b'"x"')) for serial in range(4)]
    opcodes = [
        JobOpcode(Raw(b"{}"), JobStatus.SUCCESS, Raw(b"null"), log)
        for log in (tuple(entries[:1]), (), tuple(entries[1:]))
    ]
    assert list(Job(1, tuple(opcodes)).log) == entries


@given(st.lists(st.integers(0, 12), max_size=12))
def test_a_table_is_in_order_of_ids(ids: list[int]) -> None:
    """Jobs come in the order of their numbers; those of one number stay in order and can each be found."""
    jobs = [UnreadableJob(job_id, str(index)) for index, job_id in enumerate(ids)]
    table = JobTable.of(jobs)
    assert list(table.ordered) == sorted(jobs, key=lambda job: (job.id, int(job.reason)))
    assert len(table) == len(jobs)
    assert list(table.values()) == list(table.ordered)
    assert [table.ordered[table.positions[key]] for key in table] == list(table.ordered)
    for job_id in ids:
        same = [job for job in jobs if job.id == job_id]
        assert [table[job_id, count] for count in range(len(same))] == same
        assert (job_id, len(same)) not in table
