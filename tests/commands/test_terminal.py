"""A session on a real pseudo-terminal: colours, the line of progress, questions, and what Ctrl-C leaves behind."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.scripted_server import succeed

from .conftest import MadeUpNode
from .job_server import JobServer
from .terminal import PATIENCE, Terminal

ROW = [[[0, "inst1"], [0, "running"]]]
FIELDS = [{"name": name, "title": name.title(), "kind": "text", "doc": ""} for name in ("name", "status")]
ERASE = "\r\x1b[K"


def answer_list(_method: str, _args: Any) -> list[bytes]:
    """One instance that runs."""
    return succeed({"fields": FIELDS, "data": ROW})


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """What a server waits for before it answers; it goes on at the end of the test in any case."""
    event = threading.Event()
    yield event
    event.set()


def test_colors(node: MadeUpNode) -> None:
    """A list on a terminal has colours."""
    with node.serve(answer_list), Terminal("gnt-instance", "list", "-o", "name,status", environ=node.environ) as user:
        assert user.wait() == 0
    assert user.seen == "Name  Status\r\ninst1 \x1b[32mrunning\x1b[0m\r\n"


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colors(node: MadeUpNode, variable: dict[str, str]) -> None:
    """Unless the user or the terminal does not want them."""
    environ = {**node.environ, **variable}
    with node.serve(answer_list), Terminal("gnt-instance", "list", "-o", "name,status", environ=environ) as user:
        assert user.wait() == 0
    assert user.seen == "Name  Status\r\ninst1 running\r\n"


def test_slow_query(node: MadeUpNode, held: threading.Event) -> None:
    """While an answer is awaited, a line says how long it has been; it is gone when there is something to print."""

    def answer_late(method: str, args: Any) -> list[bytes]:
        assert held.wait(PATIENCE)
        return answer_list(method, args)

    with node.serve(answer_late), Terminal("gnt-instance", "list", "-o", "name,status", environ=node.environ) as user:
        user.expect("waiting for the daemon's answer (0:01)")
        held.set()
        assert user.wait() == 0
    assert user.seen.startswith(ERASE)
    assert user.seen.endswith(f"{ERASE}Name  Status\r\ninst1 \x1b[32mrunning\x1b[0m\r\n")


def hold_job(held: threading.Event) -> Any:
    """A server whose only job runs, having said something, until it is released."""
    server = JobServer(log=["half way"])
    told: list[int] = []

    def respond(method: str, args: Any) -> list[bytes]:
        if method == "WaitForJobChange" and not told:
            told.append(1)
            return succeed([["running"], [[1, [0, 0], "message", "half way"]]])
        if method == "WaitForJobChange":
            assert held.wait(PATIENCE)
            return succeed([["success"], []])
        return server(method, args)

    return respond


def test_job(node: MadeUpNode, held: threading.Event) -> None:
    """While a job runs, a line shows its status, how long it has taken, and what it has said last."""
    with (
        node.serve_jobs(hold_job(held)),
        Terminal("gnt-debug", "delay", "5", environ={**node.environ, "TZ": "UTC"}) as user,
    ):
        user.expect("Thu Jan  1 00:00:00 1970 half way\r\n")
        user.expect("job 1 running (0:01) half way")
        user.expect("job 1 running (0:02) half way")
        held.set()
        assert user.wait() == 0
    assert user.seen.endswith(ERASE)


def test_interrupted_job(node: MadeUpNode, held: threading.Event) -> None:
    """Ctrl-C ends the command, not the job, and says how to see the rest of it."""
    with node.serve_jobs(hold_job(held)) as server, Terminal("gnt-debug", "delay", "5", environ=node.environ) as user:
        user.expect("job 1 running")
        user.type("\x03")
        assert user.wait() == 1
        held.set()
    assert user.seen.endswith("Aborted.\r\nJob 1 goes on. To see how: gnt-job watch 1\r\n")
    assert "CancelJob" not in [method for method, _ in server.requests]


def test_interrupted_jobs(node: MadeUpNode, held: threading.Event) -> None:
    """Of several jobs, none is forgotten."""
    server = JobServer(others={"QueryInstances": lambda _args: [["a"], ["b"]]})

    def respond(method: str, args: Any) -> list[bytes]:
        if method == "WaitForJobChange":
            assert held.wait(PATIENCE)
        return server(method, args)

    words = ("startup", "--force-multiple", "a", "b")
    with node.serve_jobs(respond), Terminal("gnt-instance", *words, environ=node.environ) as user:
        user.expect("Waiting for job 1 for a ...")
        user.type("\x03")
        assert user.wait() == 1
        held.set()
    assert user.seen.endswith("gnt-job watch 1\r\nJob 2 goes on. To see how: gnt-job watch 2\r\n")


@pytest.mark.parametrize(
    ("typed", "exit_code", "count"), [("y\n", 0, 1), ("n\n", 1, 0), ("\n", 1, 0), ("?\ny\n", 0, 1)]
)
def test_questions(node: MadeUpNode, typed: str, exit_code: int, count: int) -> None:
    """A question waits for an answer; without one nothing is done."""
    server = JobServer(others={"QueryInstances": lambda _args: [["i"]]})
    with node.serve_jobs(server), Terminal("gnt-instance", "remove", "i", environ=node.environ) as user:
        user.expect("y/[n]/?: ")
        user.type(typed)
        assert user.wait() == exit_code
    assert len(server.jobs) == count
    assert ("y - go on" in user.seen) is ("?" in typed)
