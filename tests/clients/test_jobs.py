"""The client for jobs, against a server whose answers are made up."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import Factory, define

from ganeti_lite.clients.jobs import (
    RESTART_PATIENCE,
    JobCanceledError,
    JobClient,
    JobWatcher,
    LogEntry,
    Opcode,
    Submission,
    Verdict,
)
from ganeti_lite.clients.luxi import ConnectionLostError, LuxiClient, NoServerError
from ganeti_lite.errors import GanetiError, JobLost, OpExecError, OpPrereqError
from ganeti_lite.wire.calls import MalformedAnswerError

from .clock import Clock
from .scripted_server import ScriptedServer, fail, succeed

ENTRY = [1, [100, 500_000], "message", "half"]
SECOND = [2, [101, 0], "message", "done"]


@define
class Notes(JobWatcher):
    """Writes down what a wait tells."""

    told: list[object] = Factory(list)

    def on_log(self, entry: LogEntry) -> None:
        self.told.append(entry)

    def on_status(self, status: str) -> None:
        self.told.append(status)

    def on_no_change(self, status: str | None) -> None:
        self.told.append(("still", status))


class Script:
    """A server that gives one answer after the other, and a client of it."""

    def __init__(self, path: Path, answers: Sequence[list[bytes] | None]) -> None:
        left = iter(answers)
        self.server = ScriptedServer(path, lambda _method, _args: next(left))
        self.path = path

    def __enter__(self) -> JobClient:
        self.server.__enter__()
        self.client = JobClient(LuxiClient.connect(str(self.path)))
        return self.client.__enter__()

    def __exit__(self, *error: object) -> None:
        self.client.__exit__(None, None, None)
        self.server.__exit__(*error)


def answer(tmp_path: Path, *results: object) -> Script:
    """Answer with results, in turn."""
    return Script(tmp_path / "socket", [succeed(result) for result in results])


def test_submit(tmp_path: Path) -> None:
    """A job is its opcodes as they are; its id may come as digits."""
    opcodes: list[Opcode] = [{"OP_ID": "OP_TEST_DELAY", "duration": 1}, {"OP_ID": "OP_TEST_DUMMY"}]
    with (script := answer(tmp_path, 7, "8")) as client:
        assert client.submit(opcodes) == 7
        assert client.submit([]) == 8
    assert script.server.requests == [("SubmitJob", [opcodes]), ("SubmitJob", [[]])]


def test_submit_many(tmp_path: Path) -> None:
    """Each of several jobs has its own fate."""
    with (script := answer(tmp_path, [[True, 7], [False, "full"]])) as client:
        assert client.submit_many([[{"OP_ID": "A"}], []]) == [Submission(7), Submission(None, "full")]
    assert script.server.requests == [("SubmitManyJobs", [[[{"OP_ID": "A"}], []]])]


def test_wait(tmp_path: Path) -> None:
    """Log entries are told once, in order; the wait ends with an answer that has none and a status that is final."""
    notes = Notes()
    with (
        script := answer(
            tmp_path,
            [["queued"], None],
            "nochange",
            [["running"], [ENTRY]],
            [["success"], [SECOND]],
            [["success"], []],
            [["success", ["success"], [5]]],
        )
    ) as client:
        assert client.wait(3, notes) == [5]
    assert notes.told == [
        "queued",
        ("still", "queued"),
        LogEntry(1, 100.5, "message", "half"),
        "running",
        LogEntry(2, 101.0, "message", "done"),
        "success",
        "success",
    ]
    assert script.server.requests == [
        ("WaitForJobChange", [3, ["status"], None, None, 60]),
        ("WaitForJobChange", [3, ["status"], ["queued"], None, 60]),
        ("WaitForJobChange", [3, ["status"], ["queued"], None, 60]),
        ("WaitForJobChange", [3, ["status"], ["running"], 1, 60]),
        ("WaitForJobChange", [3, ["status"], ["success"], 2, 60]),
        ("QueryJobs", [[3], ["status", "opstatus", "opresult"]]),
    ]


def test_wait_over_a_restart(tmp_path: Path) -> None:
    """A server that goes away during a wait is asked the same again once it is back; entries are told once."""
    notes = Notes()
    rows = succeed([["success", ["success"], [5]]])
    answers = [succeed([["running"], [ENTRY]]), None, None, succeed([["success"], []]), None, rows]
    clock = Clock()
    with (script := Script(tmp_path / "socket", answers)) as client:
        assert JobClient(client.luxi, clock.read, clock.sleep).wait(3, notes) == [5]
    assert notes.told == [LogEntry(1, 100.5, "message", "half"), "running", "success"]
    assert script.server.requests[1:4] == [("WaitForJobChange", [3, ["status"], ["running"], 1, 60])] * 3
    assert script.server.requests[4] == script.server.requests[5]


def test_a_server_that_does_not_come_back(tmp_path: Path) -> None:
    """It is waited for with bounded patience."""
    clock = Clock()
    with Script(tmp_path / "socket", [None]) as client:
        waiting = JobClient(client.luxi, clock.read, clock.sleep)
        (tmp_path / "socket").rename(tmp_path / "gone")
        with pytest.raises(NoServerError):
            waiting.wait(3)
        (tmp_path / "gone").rename(tmp_path / "socket")
    assert RESTART_PATIENCE <= clock.now <= RESTART_PATIENCE + 1


def test_orders_are_given_once(tmp_path: Path) -> None:
    """A job that may have been taken is not submitted again."""
    with (script := Script(tmp_path / "socket", [None])) as client, pytest.raises(ConnectionLostError):
        client.submit([])
    assert len(script.server.requests) == 1


@pytest.mark.parametrize(("timeout", "patience"), [(180.0, 60), (10.0, 5), (1.5, 1)])
def test_impatience(tmp_path: Path, timeout: float, patience: int) -> None:
    """Who waits less for an answer asks for one sooner, so that a long job is not taken for silence."""
    with (script := answer(tmp_path, [["success"], []], [["success", ["success"], [5]]])) as client:
        client.luxi.answer_timeout = timeout
        client.wait(3)
    assert script.server.requests[0] == ("WaitForJobChange", [3, ["status"], None, None, patience])


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (["canceled", ["canceled"], [None]], JobCanceledError("Job was canceled")),
        (["canceling", ["canceling"], [None]], JobCanceledError("Job was canceled")),
        (["error", ["error"], [["OpPrereqError", ["no", "wrong_state"]]]], OpPrereqError("no", "wrong_state")),
        (["error", ["error"], [["OpPrereqError", ["no"]]]], OpPrereqError("no", None)),
        (["error", ["error"], [["OpExecError", ["no"]]]], OpExecError("no")),
        (["error", ["error"], ["died"]], OpExecError("died")),
        (
            ["error", ["success", "error"], [1, "died"]],
            OpExecError("partial failure (opcode 1): died"),
        ),
        (["error", [], []], OpExecError("[]")),
        ([None, None, None], JobLost("Can't load job file")),
        (None, JobLost("Job with id 3 lost")),
    ],
)
def test_failures(tmp_path: Path, row: object, error: GanetiError) -> None:
    """A job that has not succeeded raises what its first failed opcode says."""
    with answer(tmp_path, [["error"], []], [row]) as client, pytest.raises(type(error)) as raised:
        client.wait(3)
    assert raised.value.args == error.args


@pytest.mark.parametrize("results", [(None,), ([],), ([["success"], []], [])])
def test_lost_jobs(tmp_path: Path, results: tuple[object, ...]) -> None:
    """A job that nobody knows any more is lost."""
    with answer(tmp_path, *results) as client, pytest.raises(JobLost, match="Job with id 3 lost"):
        client.wait(3)


def test_servers_error(tmp_path: Path) -> None:
    """What the server says of a job that it does not know is passed on."""
    script = Script(tmp_path / "socket", [fail(["JobLost", ["Can't load job file"]])])
    with script as client, pytest.raises(JobLost, match="Can't load job file"):
        client.wait("a")


def test_orders(tmp_path: Path) -> None:
    """Everything else that can be done to jobs, the queue and the watcher is one request each."""
    results = [[True, "gone"], [False, "no"], True, False, [3, 4], True, 99.5, None, "uuid", None]
    with (script := answer(tmp_path, *results)) as client:
        assert client.cancel(1, kill=True) == Verdict(True, "gone")
        assert client.change_priority("2", -10) == Verdict(False, "no")
        assert client.archive(3) is True
        assert client.archive(4) is False
        assert client.archive_older_than(-1) == (3, 4)
        client.set_drained(True)
        assert client.pause_watcher(99.5) == 99.5
        assert client.pause_watcher(None) is None
        assert client.replace_filter(None, 5, [], "PAUSE", []) == "uuid"
        client.delete_filter("uuid")
    assert script.server.requests == [
        ("CancelJob", [1, True]),
        ("ChangeJobPriority", ["2", -10]),
        ("ArchiveJob", [3]),
        ("ArchiveJob", [4]),
        ("AutoArchiveJobs", [-1, 89]),
        ("SetDrainFlag", [True]),
        ("SetWatcherPause", [99.5]),
        ("SetWatcherPause", [None]),
        ("ReplaceFilter", [None, 5, [], "PAUSE", []]),
        ("DeleteFilter", ["uuid"]),
    ]


@pytest.mark.parametrize(
    ("call", "result"),
    [
        (lambda client: client.submit([]), [1]),
        (lambda client: client.submit([]), "x"),
        (lambda client: client.submit_many([[]]), [[True, 1], [True, 2]]),
        (lambda client: client.submit_many([[]]), [5]),
        (lambda client: client.wait(1), 5),
        (lambda client: client.wait(1), [["queued"], [5]]),
        (lambda client: client.query(None, ["id"]), 5),
        (lambda client: client.cancel(1), True),
        (lambda client: client.archive_older_than(1), 5),
        (lambda client: client.pause_watcher(None), "x"),
    ],
)
def test_malformed_answers(tmp_path: Path, call: Any, result: object) -> None:
    """An answer that makes no sense is told as such."""
    with answer(tmp_path, result) as client, pytest.raises(MalformedAnswerError):
        call(client)
