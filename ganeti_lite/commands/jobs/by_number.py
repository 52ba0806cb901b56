"""The commands that do something to jobs whose numbers are given, or that have a status."""

from collections.abc import Callable, Sequence
from typing import Final

from ganeti_lite.clients.answers import QueryAnswer, read_query_answer
from ganeti_lite.clients.jobs import JobClient, Verdict
from ganeti_lite.clients.luxi import ClientError
from ganeti_lite.commands.cells import CellStyle
from ganeti_lite.commands.connection import CONNECTION_OPTIONS, connect_for_jobs
from ganeti_lite.commands.definitions import (
    ANY_ARGUMENTS,
    ONE_ARGUMENT,
    SOME_ARGUMENTS,
    Arity,
    Command,
    Invocation,
    Outcome,
    fail,
)
from ganeti_lite.commands.failures import explain_failure
from ganeti_lite.commands.job_arguments import read_duration, require_job_id
from ganeti_lite.commands.listing import format_answer
from ganeti_lite.commands.options import Option
from ganeti_lite.commands.resources import JOB, PENDING, QUEUED, WAITING, restrict_to_status
from ganeti_lite.commands.submission.running import PRIORITY, await_job, telling_what_goes_on
from ganeti_lite.commands.table import lay_out
from ganeti_lite.constants import ErrorCode, ExitCode
from ganeti_lite.errors import GanetiError, OpPrereqError
from ganeti_lite.wire.calls import RequestRefused

FORCE: Final = Option(("--force", "-f"), "do not ask before")
KILL: Final = Option(("--kill",), "end the processes of jobs that run")
YES_DO_IT: Final = Option(("--yes-do-it", "--ya-rly"), "confirms --kill")
ALL_JOBS: Final = "all"
NOT_CONFIRMED: Final = 13
"""How a command ends when the user has said no."""

_SELECTION: Final = (FORCE, PENDING, QUEUED, WAITING)
_SYNOPSIS: Final = "{[--force] {--pending | --queued | --waiting} | <job-id>...}"

Act = Callable[[JobClient, int], Verdict]


def watch_job(invocation: Invocation) -> Outcome:
    """Show a job's log until its end."""
    (job,) = invocation.arguments
    title = f"Output from job {job} follows"
    invocation.console.say(title)
    invocation.console.say("-" * len(title))
    return _follow(invocation, job, has_output=True)


def wait_for_job(invocation: Invocation) -> Outcome:
    """Wait for a job's end."""
    (job,) = invocation.arguments
    return _follow(invocation, job, has_output=False)


def _follow(invocation: Invocation, job: str, *, has_output: bool) -> Outcome:
    with connect_for_jobs(invocation) as client:
        try:
            with telling_what_goes_on(lambda: [job]):
                await_job(invocation.console, client, job, has_output=has_output)
        except (GanetiError, RequestRefused, ClientError) as error:
            failure = explain_failure(error)
            first, *others = failure.lines
            return Outcome([], (f"Job {job} failed: {first}", *others), failure.exit_code)
    return Outcome([])


def cancel_jobs(invocation: Invocation) -> Outcome:
    """Cancel jobs.

    :raises OpPrereqError: running ones are to be killed, but this is not confirmed.
    """
    kill = invocation.options.has(KILL.key)
    if kill and not invocation.options.has(YES_DO_IT.key):
        raise OpPrereqError("The --kill option must be confirmed with --yes-do-it", ErrorCode.WRONG_INPUT)
    return _act(
        invocation,
        "CancelJob",
        f"{'KILL' if kill else 'Cancel'} job(s) listed above?",
        lambda client, job: client.cancel(job, kill=kill),
    )


def change_priority(invocation: Invocation) -> Outcome:
    """Change the priority of jobs."""
    priority = invocation.options.value(PRIORITY.key)
    if priority is None:
        return fail("--priority option must be given.")
    return _act(
        invocation,
        "ChangeJobPriority",
        "Change priority of job(s) listed above?",
        lambda client, job: client.change_priority(job, priority),
    )


def _act(invocation: Invocation, method: str, question: str, act: Act) -> Outcome:
    """Do something to each of the jobs that are meant, and say what came of it."""
    restriction = restrict_to_status(invocation.options)
    if bool(invocation.arguments) is (restriction is not None):
        reason = "Either a status filter or job ID(s) must be specified and never both"
        raise OpPrereqError(reason, ErrorCode.WRONG_INPUT)
    with connect_for_jobs(invocation) as client:
        if restriction is None:
            jobs: Sequence[str] = invocation.arguments
        else:
            answer = _find_jobs(client, restriction)
            if not _is_confirmed(invocation, answer, question):
                return Outcome([], (), NOT_CONFIRMED)
            jobs = [str(row[0][1]) for row in answer.rows]
        verdicts = [_act_on(invocation, method, client, job, act) for job in jobs]
    return Outcome([], (), ExitCode.SUCCESS if all(verdicts) else ExitCode.FAILURE)


def _act_on(invocation: Invocation, method: str, client: JobClient, job: str, act: Act) -> bool:
    verdict = act(client, require_job_id(method, job))
    invocation.console.say(verdict.text)
    return verdict.is_done


def _find_jobs(client: JobClient, restriction: object) -> QueryAnswer:
    answer = read_query_answer(client.luxi.query(JOB.item_type, JOB.default_fields, restriction))
    if not answer.rows:
        raise OpPrereqError("No jobs with the requested status have been found", ErrorCode.WRONG_STATE)
    return answer


def _is_confirmed(invocation: Invocation, answer: QueryAnswer, question: str) -> bool:
    if invocation.options.has(FORCE.key):
        return True
    for line in lay_out(format_answer(answer, CellStyle(overrides=JOB.overrides))):
        invocation.console.say(line)
    return invocation.console.ask(question) == "y"


def archive_jobs(invocation: Invocation) -> Outcome:
    """Archive jobs."""
    with connect_for_jobs(invocation) as client:
        failed = [job for job in invocation.arguments if not client.archive(require_job_id("ArchiveJob", job))]
    return fail(*(f"Failed to archive job with ID '{job}'" for job in failed)) if failed else Outcome([])


def archive_old_jobs(invocation: Invocation) -> Outcome:
    """Archive the jobs that ended so long ago."""
    (age,) = invocation.arguments
    seconds = -1 if age == ALL_JOBS else read_duration(age)
    with connect_for_jobs(invocation) as client:
        archived, unchecked = client.archive_older_than(seconds)
    return Outcome([f"Archived {archived} jobs, {unchecked} unchecked left"])


def _command(
    name: str,
    run: Callable[[Invocation], Outcome],
    synopsis: str,
    description: str,
    options: tuple[Option, ...] = (),
    *,
    arity: Arity = SOME_ARGUMENTS,
) -> Command:
    return Command(name, run, synopsis, description, (*options, *CONNECTION_OPTIONS), arity=arity)


ARCHIVE: Final = _command("archive", archive_jobs, "<job-id>...", "Moves finished jobs to the archive.")
AUTOARCHIVE: Final = _command(
    "autoarchive",
    archive_old_jobs,
    "{<age> | all}",
    "Archives the jobs that ended so long ago, in seconds or with a unit (s, m, h, d, w), or all finished ones.",
    arity=ONE_ARGUMENT,
)
CANCEL: Final = _command(
    "cancel",
    cancel_jobs,
    f"[--kill --yes-do-it] {_SYNOPSIS}",
    "Cancels jobs: those that have not begun, and with --kill those that run.",
    (*_SELECTION, KILL, YES_DO_IT),
    arity=ANY_ARGUMENTS,
)
CHANGE_PRIORITY: Final = _command(
    "change-priority",
    change_priority,
    f"--priority <priority> {_SYNOPSIS}",
    "Changes the priority of jobs that have still something to do.",
    (PRIORITY, *_SELECTION),
    arity=ANY_ARGUMENTS,
)
WAIT: Final = _command("wait", wait_for_job, "<job-id>", "Waits for a job's end, printing nothing.", arity=ONE_ARGUMENT)
WATCH: Final = _command("watch", watch_job, "<job-id>", "Shows the log of a job until its end.", arity=ONE_ARGUMENT)
