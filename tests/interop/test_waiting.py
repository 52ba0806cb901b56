"""WaitForJobChange: the same news at the same moment, and the same refusals."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, product
from pathlib import Path
from typing import Any, Final

import pytest

from ganeti_lite.simulator import encode_config

from .compare import Comparison, Request, outcome
from .conftest import short_folder
from .job_files import FINAL, STATUSES, VALUES, encode_job, make_job, make_opcode, write_jobs
from .luxi import Answer, Connection
from .odd_configs import JsonObject, bare
from .side_by_side import SideBySide, both
from .tally import Tally
from .test_corrections import await_refusal

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("real_ganeti")]

SUBJECT: Final = "waiting for jobs"
METHOD: Final = "WaitForJobChange"

LOG: Final = [[serial, [1795375150, serial], "message", f"line {serial}"] for serial in range(1, 6)]
RUNNING: Final = len(STATUSES) + 1
TALKATIVE, ARCHIVED, DAMAGED, EMPTY, MISSING = range(RUNNING + 1, RUNNING + 6)
FIELDS: Final = ("status", "opstatus", "opresult", "id", "start_ts", "oplog", "ops", "archived", "summary", "priority")

JOBS: Final = {
    **{number: make_job(make_opcode(status, log=LOG)) for number, status in enumerate(STATUSES, start=1)},
    RUNNING: make_job(make_opcode(result=VALUES[-3], log=LOG[:2]), make_opcode("running", log=LOG[2:4])),
    TALKATIVE: make_job(*(make_opcode("success", log=[entry]) for entry in LOG), start_timestamp=None),
    EMPTY: make_job(),
}


@pytest.fixture(scope="module")
def daemons(real_ganeti: None) -> Iterator[SideBySide]:
    """Both daemons on a queue of jobs that do not change."""
    with short_folder() as folder, both("waiting", encode_config(bare()), folder) as started:
        for number, job in JOBS.items():
            write_jobs(queue_of(started), [encode_job(job)], first=number)
        write_jobs(queue_of(started), [b"{"], first=DAMAGED)
        write_jobs(queue_of(started), [encode_job(JOBS[TALKATIVE])], first=ARCHIVED, folder="archive/0")
        yield started


def queue_of(daemons: SideBySide) -> Path:
    """The queue directory that both daemons read."""
    return daemons.real.root / "var/lib/ganeti/queue"


def list_jobs() -> Iterator[Request]:
    """Every job with every list of fields, by clients who know more or less of it and will not wait."""
    known: Sequence[tuple[Any, Any]] = ((None, None), (None, 0), (["running"], 2), ([], -1), (["no"], 99))
    chosen: Sequence[list[str]] = (["status"], list(FIELDS), [], ["nosuch"], ["status", "nosuch"], ["status", "status"])
    for number, fields, (previous, serial) in product(range(1, MISSING + 1), chosen, known):
        yield METHOD, [number, fields, previous, serial, 0]


def list_news() -> Iterator[Request]:
    """Questions of patient clients that are answered at once, since there is news for them or nothing to wait for."""
    odd: Sequence[Any] = (None, [], ["waiting"], "running", 5, {}, {"a": 1}, True, [["running"]], [None], ["a", "b"])
    serials: Sequence[Any] = (None, 0, 1, 2.0, -1)
    for number in (STATUSES.index("running") + 1, RUNNING):
        yield from ((METHOD, [number, ["status"], previous, 99, 30]) for previous in odd)
        yield from ((METHOD, [number, ["status"], ["running"], serial, 30]) for serial in serials)
    for number, status in enumerate(STATUSES, start=1):
        yield METHOD, [number, ["status"], [status], 99, 30 if status in FINAL else 0]
    yield METHOD, [EMPTY, ["status"], ["success"], 99, 30]


def list_odd() -> Iterator[Request]:
    """Arguments of every form."""
    for index, values in enumerate(ODD):
        for value in values:
            arguments: list[Any] = [RUNNING, ["status"], ["running"], 99, 0]
            arguments[index] = value
            yield METHOD, arguments
    numbers: list[Any] = [1, ["status"], None, None, 0]
    wrong: Sequence[Any] = ([], numbers[:1], numbers[:4], [*numbers, 0], None, {}, "x", 5)
    yield from ((METHOD, args) for args in wrong)


ODD: Final[Sequence[Sequence[Any]]] = (
    ("1", " 1", 1.0, "07", -1, "-1", 1.5, "x", "", None, True, [], [1], {}, 2**63),
    (None, "status", 5, {}, [5], [None], [["status"]], True),
    (None, [], 5, "x", {}, True),
    (2.5, 3.5, "x", [], True, {}, 10**30, None),
    (-1, -5.5, 0.0, 0.4, -(2**40), None, "0", "x", [], {}, True),
)
"""Values for each argument in turn."""


def test_answers_at_once(daemons: SideBySide, tally: Tally) -> None:
    """Jobs that are over, missing, damaged, archived or changed, and clients without patience, are answered at once."""
    with daemons.pair() as pair:
        tally.check(SUBJECT, pair.compare(chain(list_jobs(), list_news())))


def test_odd_arguments(daemons: SideBySide, tally: Tally) -> None:
    """Both take and refuse the same arguments."""
    with daemons.pair() as pair:
        tally.check(SUBJECT, pair.compare(list_odd()))


@pytest.mark.parametrize(("timeout", "seconds"), [(1, 1), (0.6, 1), (1.5, 2), (2.5, 2)])
def test_patience_ends(daemons: SideBySide, timeout: float, seconds: int, tally: Tally) -> None:
    """Without news both answer when the time that the client gives is over, and round it alike."""
    arguments = [RUNNING, ["status"], ["running"], 4, timeout]
    comparison = Comparison(daemons.name)
    answers = ask_both(daemons, arguments, lambda: None)
    comparison.add(arguments, answers[0][0], answers[1][0])
    tally.check(SUBJECT, comparison)
    for answer, duration in answers:
        assert answer.result == [["running"], []]
        assert seconds - 0.1 <= duration < seconds + 0.9


def ask_both(
    daemons: SideBySide, arguments: list[Any], act: Callable[[], None], *, after: float = 0.5
) -> list[tuple[Answer, float]]:
    """The answers of both, who wait at the same time, and after how many seconds each came.

    :param act: is done when both have waited for ``after`` seconds
    """
    answers: list[tuple[Answer, float]] = [(Answer(b""), 0.0)] * 2
    began = time.monotonic()

    def ask(index: int, path: Path) -> None:
        with Connection(path, seconds=100) as client:
            answers[index] = client.ask(METHOD, arguments), time.monotonic() - began

    sockets = (daemons.real.query_socket, daemons.ours.query_socket)
    threads = [threading.Thread(target=ask, args=pair) for pair in enumerate(sockets)]
    for thread in threads:
        thread.start()
    threading.Event().wait(after)
    act()
    for thread in threads:
        thread.join()
    return answers


def replace(path: Path, job: JsonObject | bytes) -> None:
    """Write a job's file anew, as Ganeti does it."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(job if isinstance(job, bytes) else encode_job(job))
    fresh.rename(path)


CHANGED: Final = {
    "another status": make_job(make_opcode("success", log=LOG[:2])),
    "a log entry": make_job(make_opcode("running", log=LOG[:3])),
    "another time": make_job(make_opcode("running", log=LOG[:2]), start_timestamp=[5, 6]),
}
NOT_NEWS: Final = {
    "the same": make_job(make_opcode("running", log=LOG[:2])),
    "another result": make_job(make_opcode("running", log=LOG[:2], result=5)),
}
WAITED_FOR: Final = 50
ARGUMENTS: Final = [WAITED_FOR, ["status", "start_ts"], ["running", [1795375150, 459961]], 2]


@pytest.mark.parametrize("what", CHANGED)
def test_woken_by_a_change(daemons: SideBySide, what: str, tally: Tally) -> None:
    """Who waits is told of a change long before patience ends, and the same by both."""
    path = queue_of(daemons) / f"job-{WAITED_FOR}"
    replace(path, make_job(make_opcode("running", log=LOG[:2])))
    answers = ask_both(daemons, [*ARGUMENTS, 20], lambda: replace(path, CHANGED[what]))
    comparison = Comparison(daemons.name)
    comparison.add(what, answers[0][0], answers[1][0])
    tally.check(SUBJECT, comparison)
    assert all(0.4 < duration < 5 for _, duration in answers), answers


def test_a_job_that_is_damaged_is_lost(daemons: SideBySide) -> None:
    """The real daemon answers who waits with nulls, and fails only at the next question; ours fails at once."""
    path = queue_of(daemons) / f"job-{WAITED_FOR}"
    replace(path, make_job(make_opcode("running", log=LOG[:2])))
    (real, _), (ours, _) = ask_both(daemons, [*ARGUMENTS, 20], lambda: replace(path, b"{"))
    assert real.result == [[None, None], []]
    assert outcome(ours) == "JobLost"
    with daemons.pair() as pair:
        assert outcome(pair.real.ask(METHOD, [*ARGUMENTS, 20])) == outcome(pair.ours.ask(METHOD, [*ARGUMENTS, 20]))


def test_a_job_that_is_archived_is_told_as_it_was(daemons: SideBySide, tally: Tally) -> None:
    """A file that moves to the archive after the job has ended."""
    path = queue_of(daemons) / f"job-{WAITED_FOR}"
    replace(path, make_job(make_opcode("running", log=LOG[:2])))

    def end_and_archive() -> None:
        replace(path, make_job(make_opcode("success", log=LOG[:3])))
        path.rename(path.parent / "archive/0" / path.name)

    answers = ask_both(daemons, [*ARGUMENTS, 20], end_and_archive)
    path.with_name("archive").joinpath("0", path.name).unlink()
    comparison = Comparison(daemons.name)
    comparison.add("archived", answers[0][0], answers[1][0])
    tally.check(SUBJECT, comparison)


@pytest.mark.parametrize("what", NOT_NEWS)
def test_not_woken_by_what_was_not_asked_for(daemons: SideBySide, what: str, tally: Tally) -> None:
    """A file that is written anew without news for the client leaves both waiting."""
    path = queue_of(daemons) / f"job-{WAITED_FOR}"
    replace(path, make_job(make_opcode("running", log=LOG[:2])))
    answers = ask_both(daemons, [*ARGUMENTS, 2], lambda: replace(path, NOT_NEWS[what]))
    comparison = Comparison(daemons.name)
    comparison.add(what, answers[0][0], answers[1][0])
    tally.check(SUBJECT, comparison)
    assert all(1.9 < duration < 3 for _, duration in answers), answers


def test_jobs_need_no_configuration(folder: Path) -> None:
    """Ours answers about jobs whatever becomes of the configuration; the real daemon refuses."""
    with both("no configuration", encode_config(bare()), folder) as daemons, daemons.pair() as pair:
        write_jobs(queue_of(daemons), [encode_job(make_job(make_opcode()))])
        daemons.real.config.write_bytes(b"{")
        await_refusal(pair)
        for question in (
            ("Query", ["job", ["id"], None]),
            ("QueryJobs", [[1], ["id"]]),
            (METHOD, [1, ["id"], None, None, 0]),
        ):
            assert outcome(pair.real.ask(*question)) == "ConfigurationError"
            assert outcome(pair.ours.ask(*question)) == "data"
        only_status = pair.real.ask(METHOD, [1, ["status"], None, None, 0])
        assert json.loads(only_status.raw)["result"] == [["success"], []]
