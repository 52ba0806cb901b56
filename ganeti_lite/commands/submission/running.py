"""How a command runs a job: makes its opcode, submits it, shows its log while it waits, and gives back its result."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from ganeti_lite.clients.jobs import JobClient, JobWatcher, LogEntry, Opcode
from ganeti_lite.commands.console import Console
from ganeti_lite.commands.definitions import DEBUG, REASON, Invocation, Outcome
from ganeti_lite.commands.options import Option
from ganeti_lite.commands.progress import format_duration
from ganeti_lite.constants import JobStatus, LogType
from ganeti_lite.wire.calls import MalformedAnswerError

PRIORITIES: Final[Mapping[str, int]] = {"low": 10, "normal": 0, "high": -10}

PRIORITY: Final = Option(
    ("--priority",),
    "how urgent the job is: low, normal or high",
    "PRIORITY",
    tuple(PRIORITIES),
    lambda _name, text: PRIORITIES[text],
)
DRY_RUN: Final = Option(("--dry-run",), "only check whether it could be done")
SUBMIT: Final = Option(("--submit",), "do not wait for the job's end, but tell its id")
PRINT_JOB_ID: Final = Option(("--print-jobid",), "print the job's id in a line of its own first")

SUBMISSION_OPTIONS: Final = (SUBMIT, PRINT_JOB_ID)


def make_opcode(invocation: Invocation, name: str, parameters: Mapping[str, object]) -> Opcode:
    """An opcode with what the options that many commands have say of it, and the trace of who wants it."""
    options = invocation.options
    common: dict[str, object] = {"OP_ID": name, "debug_level": len(options.every(DEBUG.key))}
    if options.has(DRY_RUN.key):
        common["dry_run"] = True
    if options.has(PRIORITY.key):
        common["priority"] = options.value(PRIORITY.key)
    return {**common, "reason": trace(invocation), **parameters}


def trace(invocation: Invocation) -> list[list[object]]:
    """Who wants a job, and why: ``[source, reason, nanoseconds]`` each."""
    now = int(invocation.clock() * 1e9)
    client: list[object] = [f"gnt:client:{invocation.program}", invocation.word, now]
    return [*trace_user(invocation), client]


def trace_user(invocation: Invocation) -> list[list[object]]:
    """The part of it that the user has given."""
    reason = invocation.options.text(REASON.key)
    return [["gnt:user", reason, int(invocation.clock() * 1e9)]] if reason else []


def run_opcode(invocation: Invocation, client: JobClient, opcode: Opcode) -> Any:
    """Submit a job of one opcode and wait for its result, showing its log.

    :raises GanetiError: it has failed.
    """
    job_id = client.submit([opcode])
    with telling_what_goes_on(lambda: [job_id]):
        if invocation.options.has(PRINT_JOB_ID.key):
            invocation.console.say(str(job_id))
        results = await_job(invocation.console, client, job_id)
    if len(results) != 1:
        raise MalformedAnswerError("the job does not have the result of its opcode")
    return results[0]


def submit_only(invocation: Invocation, client: JobClient, opcode: Opcode) -> Outcome:
    """Submit a job of one opcode and tell its id."""
    job_id = client.submit([opcode])
    lines = [str(job_id)] if invocation.options.has(PRINT_JOB_ID.key) else []
    return Outcome(lines, (f"JobID: {job_id}",))


def await_job(console: Console, client: JobClient, job_id: int | str, *, has_output: bool = True) -> Sequence[Any]:
    """The results of a job's opcodes, its log being shown until then.

    :raises GanetiError: it has failed, or is not there.
    """
    watcher = ConsoleWatcher(console, job_id, has_output=has_output)
    before = client.luxi.on_waiting
    if console.has_progress:
        client.luxi.on_waiting = watcher.on_waiting
    try:
        return client.wait(job_id, watcher)
    finally:
        client.luxi.on_waiting = before


@contextmanager
def telling_what_goes_on(list_jobs: Callable[[], Iterable[int | str]]) -> Iterator[None]:
    """Whoever interrupts the block is told that the jobs go on, and how to see what they do.

    :raises KeyboardInterrupt: with that, a line each.
    """
    try:
        yield
    except KeyboardInterrupt:
        lines = [f"Job {job_id} goes on. To see how: gnt-job watch {job_id}" for job_id in list_jobs()]
        raise KeyboardInterrupt(*lines) from None


class ConsoleWatcher(JobWatcher):
    """Shows a job's log as it grows, and on a terminal how far it is."""

    def __init__(self, console: Console, job_id: int | str, *, has_output: bool) -> None:
        self._console = console
        self._job_id = job_id
        self._has_output = has_output
        self._start = time.monotonic()
        self._status: str | None = None
        self._last_entry = ""
        self._told: set[str] = set()

    def on_log(self, entry: LogEntry) -> None:
        self._last_entry = format_log_message(entry)
        if self._has_output:
            self._console.say(f"{time.ctime(entry.seconds)} {self._last_entry}")

    def on_status(self, status: str) -> None:
        self._status = status

    def on_no_change(self, status: str | None) -> None:
        complaint = _WAITS.get(status or "")
        if complaint is not None and complaint not in self._told and self._has_output:
            self._told.add(complaint)
            self._console.complain(f"Job {self._job_id} {complaint}")

    def on_waiting(self, _seconds: float) -> None:
        """Show what there is to say about the wait."""
        passed = format_duration(time.monotonic() - self._start)
        self._console.show_progress(f"job {self._job_id} {self._status or ''} ({passed}) {self._last_entry}")


_WAITS: Final[Mapping[str, str]] = {
    JobStatus.QUEUED: "is waiting in queue",
    JobStatus.WAITING: "is trying to acquire all necessary locks",
}


def format_log_message(entry: LogEntry) -> str:
    """What an entry says, on one line, in ASCII."""
    return escape(entry.message if entry.kind == LogType.MESSAGE else str(entry.message))


def escape(message: object) -> str:
    """A text whose control characters and what is beyond ASCII have been made visible, as Ganeti's commands do it."""
    return str(message).encode("ascii", "backslashreplace").decode("ascii").translate(_ESCAPES)


_ESCAPES: Final[Mapping[int, str]] = {
    **{code: f"\\x{code:02x}" for code in (*range(32), 127)},
    ord("\t"): r"\t",
    ord("\n"): r"\n",
    ord("\r"): r"\'r",
}
