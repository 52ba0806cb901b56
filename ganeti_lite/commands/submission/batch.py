"""Several jobs at once: submit them together, wait for each, tell how each ended.

Source of the texts: what Ganeti 3.0's commands print.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from ganeti_lite.clients.jobs import JobClient, Opcode, Submission
from ganeti_lite.commands.definitions import Invocation, Outcome
from ganeti_lite.commands.failures import explain_failure
from ganeti_lite.constants import ExitCode, JobStatus
from ganeti_lite.errors import GanetiError, JobLost
from ganeti_lite.wire.calls import RequestRefused

from .running import SUBMIT, await_job, telling_what_goes_on

MOST_LOOKED_AT: Final = 25
"""How many jobs are looked at to find one that is worth waiting for."""

_NOT_BEGUN: Final = frozenset({JobStatus.QUEUED, JobStatus.WAITING, JobStatus.CANCELING})


class NamedOpcode(NamedTuple):
    """A job of one opcode.

    :ivar name: the object that it is about.
    """

    name: str
    opcode: Opcode


class _Job(NamedTuple):
    name: str
    job_id: int


def run_batch(
    invocation: Invocation, client: JobClient, orders: Sequence[NamedOpcode], *, is_talkative: bool
) -> Outcome:
    """Submit a job for each order, and wait for their ends unless ``--submit`` was given.

    :param is_talkative: whether to tell which jobs there are.
    """
    submissions = client.submit_many([[order.opcode] for order in orders])
    named = [(order.name, submission) for order, submission in zip(orders, submissions, strict=True)]
    if invocation.options.has(SUBMIT.key):
        return _tell_ids(invocation, named)
    jobs = [_Job(name, submission.job_id) for name, submission in named if submission.job_id is not None]
    if is_talkative and jobs:
        invocation.console.say(f"Submitted jobs {', '.join(str(job.job_id) for job in jobs)}")
    for name, submission in named:
        if submission.job_id is None:
            invocation.console.complain(f"Failed to submit job for {name}: {submission.refusal}")
    verdicts = [len(jobs) == len(named)]
    with telling_what_goes_on(lambda: [job.job_id for job in jobs]):
        while jobs:
            job = _choose_next(client, jobs)
            verdicts.append(_follow(invocation, client, job))
            jobs.remove(job)
    return Outcome([], (), ExitCode.SUCCESS if all(verdicts) else ExitCode.FAILURE)


def _tell_ids(invocation: Invocation, named: Sequence[tuple[str, Submission]]) -> Outcome:
    code = ExitCode.SUCCESS
    for name, submission in named:
        if submission.job_id is None:
            invocation.console.complain(f"Failure for {name}: {submission.refusal}")
            code = ExitCode.FAILURE
        else:
            invocation.console.say(f"{submission.job_id}: {name}")
    return Outcome([], (), code)


def _choose_next(client: JobClient, jobs: Sequence[_Job]) -> _Job:
    """The job to wait for next: the first that has begun, else the first of all."""
    looked_at = jobs[:MOST_LOOKED_AT]
    rows = client.query([job.job_id for job in looked_at], ["status"])
    for job, row in zip(looked_at, rows, strict=False):
        if not row or row[0] not in _NOT_BEGUN:
            return job
    return jobs[0]


def _follow(invocation: Invocation, client: JobClient, job: _Job) -> bool:
    """Wait for a job; whether it has succeeded."""
    console = invocation.console
    console.say(f"Waiting for job {job.job_id} for {job.name} ...")
    try:
        await_job(console, client, job.job_id)
    except JobLost:
        console.complain(f"Job {job.job_id} for {job.name} has been archived, cannot check its result")
    except (GanetiError, RequestRefused) as error:
        first, *others = explain_failure(error).lines
        for line in (f"Job {job.job_id} for {job.name} has failed: {first}", *others):
            console.complain(line)
    else:
        return True
    return False
