"""Jobs of the reference cluster while they wait, run, end and are canceled, and the locks that they hold and want."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import frozen

from .compare import Comparison, Pair, comparable, differences, outcome
from .luxi import Answer, Connection
from .processes import wait_until
from .reference_cluster import ReferenceCluster, node_name
from .tally import Tally
from .test_live import daemon_in_namespace

pytestmark = pytest.mark.interop

SUBJECT: Final = "real jobs"
TRIES: Final = 20
"""How often two answers are compared about jobs that go on meanwhile."""

FINAL: Final = frozenset({"success", "error", "canceled"})
LONG: Final = 600
"""Seconds of a delay that is ended by a kill."""


@frozen
class JobsSideBySide:
    """Both daemons on the reference cluster.

    :ivar jobs: those that were submitted here; they are killed and archived in the end.
    """

    pair: Pair
    real: Path
    ours: Path
    queue: Path
    jobs: list[int]

    def submit(self, **parameters: Any) -> int:
        """Submit a delay; its number."""
        opcode = {"OP_ID": "OP_TEST_DELAY", "on_master": False, "on_nodes": [], "reason": [], **parameters}
        number: int = self.pair.real.ask("SubmitJob", [[opcode]]).result
        self.jobs.append(number)
        return number

    def status(self, number: int) -> str:
        """The job's status, as the real daemon has it."""
        return str(self.pair.real.ask("QueryJobs", [[number], ["status"]]).result[0][0])

    def await_status(self, number: int, *statuses: str) -> None:
        """Return once a job has one of these statuses."""
        wait_until(lambda: self.status(number) in statuses, f"job {number} is {' or '.join(statuses)}")

    def end(self, number: int) -> None:
        """Kill a job, if it goes on, and archive it."""

        def is_over() -> bool:
            over = self.status(number) in FINAL
            if not over:
                self.pair.real.ask("CancelJob", [number, True])  # refused while the job's process starts
            return over

        wait_until(is_over, f"job {number} is over")
        put_away(self.pair.real, self.queue, number)

    def compare(self, method: str, args: Any) -> tuple[Answer, Any, Any]:
        """Ask both until they agree, since the jobs go on from one question to the next."""
        for _ in range(TRIES):
            real, ours = self.pair.real.ask(method, args), self.pair.ours.ask(method, args)
            if not any(differences(comparable(real), comparable(ours))):
                break
            threading.Event().wait(0.1)
        return real, comparable(real), comparable(ours)


def put_away(real: Connection, queue: Path, number: int) -> None:
    """Archive a job that is over; one that never ran cannot be archived by its number, so that its file is deleted."""
    if real.ask("ArchiveJob", [number]).decoded["result"] is not True:
        queue.joinpath(f"job-{number}").unlink(missing_ok=True)


@pytest.fixture
def started(reference: ReferenceCluster, folder: Path) -> Iterator[JobsSideBySide]:
    """Both daemons; what is submitted is gone afterwards."""
    with (
        daemon_in_namespace(reference, folder) as socket,
        Connection(reference.query_socket) as real,
        Connection(socket) as ours,
    ):
        queue = reference.root / "var/lib/ganeti/queue"
        found = JobsSideBySide(Pair("reference", real, ours), reference.query_socket, socket, queue, [])
        try:
            yield found
        finally:
            for number in found.jobs:
                found.end(number)


def compare_jobs(started: JobsSideBySide, numbers: Sequence[int]) -> Comparison:
    """Everything about these jobs, and about all of them that are not archived."""
    comparison = Comparison("reference")
    names = [field["name"] for field in started.pair.real.ask("QueryFields", ["job", None]).result["fields"]]
    questions: list[tuple[str, list[Any]]] = [
        ("Query", ["job", names, ["|", *(["==", "id", number] for number in numbers)]]),
        ("QueryJobs", [list(numbers), names]),
    ]
    questions += [("Query", ["job", ["id", name], ["&", [">=", "id", min(numbers)]]]) for name in names]
    for question in questions:
        real, left, right = started.compare(*question)
        comparison.note(question, outcome(real), left, right)
    return comparison


def test_jobs_in_every_status(started: JobsSideBySide, tally: Tally) -> None:
    """A job that holds locks, one that waits for them, one that waits for another job, and ends of every kind."""
    holder = started.submit(duration=LONG, on_nodes=[node_name(2)])
    started.await_status(holder, "running")
    waiter = started.submit(duration=0.01, on_nodes=[node_name(2)])
    dependent = started.submit(duration=0.01, depends=[[holder, ["success"]]])
    failing = started.submit(duration=-1)
    quick = started.submit(duration=0.01, comment="quick", reason=[["me", "why", 1]])
    canceled = started.submit(duration=0.01, depends=[[holder, ["success"]]], priority=10)
    assert started.pair.real.ask("CancelJob", [canceled]).result[0] is True
    started.await_status(waiter, "waiting")
    started.await_status(failing, "error")
    started.await_status(quick, "success")
    jobs = [holder, waiter, dependent, failing, quick, canceled]
    assert [started.status(number) for number in jobs] == [
        *("running", "waiting", "queued", "error", "success", "canceled"),
    ]
    tally.check(SUBJECT, compare_jobs(started, jobs))
    tally.check("real locks", compare_locks(started, holder, waiter))
    for number in jobs:
        started.end(number)
    started.jobs.clear()
    tally.check(SUBJECT, compare_jobs(started, jobs))


def compare_locks(started: JobsSideBySide, holder: int, waiter: int) -> Comparison:
    """The locks that a job holds and another one waits for."""
    comparison = Comparison("reference")
    fields = ["name", "mode", "owner", "pending"]
    for qfilter in (None, ["=[]", "owner", str(holder)], ["=~", "name", "^node"], ["!", ["=~", "name", "^node"]]):
        for chosen in (fields, *([name] for name in fields)):
            real, left, right = started.compare("Query", ["lock", chosen, qfilter])
            comparison.note([chosen, qfilter], outcome(real), left, right)
    rows = started.pair.ours.ask("Query", ["lock", fields, None]).result["data"]
    wanted = [pending for _, _, (_, owners), (_, pending) in rows if str(holder) in owners]
    assert any(str(waiter) in who for pending in wanted for _, who in pending), rows
    return comparison


def wait_with_both(started: JobsSideBySide, args: list[Any], act: Callable[[], object]) -> list[tuple[Answer, float]]:
    """The answers of both, who wait while something is done, and how long each took."""
    answers: list[tuple[Answer, float]] = [(Answer(b""), 0.0)] * 2

    def ask(index: int, path: Path) -> None:
        began = time.monotonic()
        with Connection(path, seconds=100) as client:
            answers[index] = client.ask("WaitForJobChange", args), time.monotonic() - began

    threads = [threading.Thread(target=ask, args=one) for one in enumerate((started.real, started.ours))]
    for thread in threads:
        thread.start()
    threading.Event().wait(0.3)
    act()
    for thread in threads:
        thread.join()
    return answers


def test_waiting_for_a_real_job(started: JobsSideBySide, tally: Tally) -> None:
    """Both tell the same as soon as a running job ends."""
    number = started.submit(duration=LONG, on_nodes=[node_name(2)])
    started.await_status(number, "running")
    serial = max((entry[0] for log in job_logs(started, number) for entry in log), default=0)
    comparison = Comparison("reference")
    known = [["running"], [["running"]]]
    answers = wait_with_both(
        started,
        [number, ["status", "opstatus"], ["running", ["running"]], serial, 60],
        lambda: started.pair.real.ask("CancelJob", [number, True]),
    )
    comparison.add(known, answers[0][0], answers[1][0])
    tally.check("waiting for jobs", comparison)
    assert all(0.2 < duration < 20 for _, duration in answers)


def job_logs(started: JobsSideBySide, number: int) -> list[Any]:
    """The log entries of a job's opcodes."""
    logs: list[Any] = started.pair.real.ask("QueryJobs", [[number], ["oplog"]]).result[0][0]
    return logs
