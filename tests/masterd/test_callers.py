"""Who sends queries to the job socket."""

import os

import pytest
from twisted.internet.defer import Deferred, succeed

from ganeti_lite.masterd.callers import INTERVAL, MAX_CALLERS, QueryLog, describe_caller, find_query, watch_queries
from ganeti_lite.serving.needs import Answer
from ganeti_lite.serving.peers import Peer
from tests.doubles.log_events import logged

ME = Peer(2**22 + 7, 0, 0)


class Log:
    """A log whose time the test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.log = QueryLog(lambda: self.now)


def test_a_caller_makes_one_line_in_a_while() -> None:
    """For each method; the next line says how many there were in between."""
    watched = Log()
    with logged() as lines:
        for _ in range(3):
            watched.log.note(ME, "Query")
        watched.log.note(ME, "QueryJobs")
        watched.now = INTERVAL
        watched.log.note(ME, "Query")
    since = "since the last such line"
    assert lines.lines == [
        f"query {method} on the job socket, from process 4194311, user 0, gone by now ({more} more {since})"
        for method, more in (("Query", 0), ("QueryJobs", 0), ("Query", 2))
    ]
    assert watched.log.total == {"Query": 4, "QueryJobs": 1}


def test_very_many_callers_take_bounded_memory() -> None:
    """The oldest are forgotten."""
    watched = Log()
    for pid in range(MAX_CALLERS + 50):
        watched.log.note(Peer(pid, 0, 0), "Query")
    assert len(watched.log._told) == MAX_CALLERS  # noqa: SLF001 - memory shows nowhere else


def test_a_name_cannot_forge_a_line() -> None:
    """Programs choose their names; one with a line end is written in a way that shows it."""
    with open("/proc/self/comm", "r+", encoding="utf-8") as file:
        before = file.read()
        file.seek(0)
        file.write("two\nlines")
        file.flush()
        try:
            assert describe_caller(Peer(os.getpid(), 1, 1)) == f"process {os.getpid()}, user 1, two\\nlines"
        finally:
            file.seek(0)
            file.write(before.strip())


@pytest.mark.parametrize(
    ("frame", "method"),
    [
        (b'{"method":"Query","args":[]}', "Query"),
        (b'{"args":["%s"],"method":"QueryTags"}' % (b"x" * 5000), "QueryTags"),
        (b'{"method":"SubmitJob","args":["Query"]}', None),
        (b'{"method":"SubmitJob","args":["%s"]}' % (b"x" * 5000), None),
        (b'{"method":"WaitForJobChange","args":[]}', None),
        (b"garbage", None),
        (b"", None),
    ],
)
def test_queries_are_told_from_orders(frame: bytes, method: str | None) -> None:
    """By the method alone."""
    assert find_query(frame) == method


def test_queries_are_noted_and_answered_or_refused() -> None:
    """Orders pass in any case."""
    watched = Log()

    def answer(frame: bytes, client: object) -> Deferred[Answer]:
        return succeed(Answer(b"answered"))

    query, order = b'{"method":"Query","args":[]}', b'{"method":"CancelJob","args":[1]}'
    taking, refusing = (watch_queries(answer, watched.log, socket) for socket in (None, "/query"))
    messages: list[bytes] = []
    for judge in (taking, refusing):
        for frame in (query, order):
            judge(frame, ME).addCallback(lambda answered: messages.append(answered.message))
    assert messages[:2] == [b"answered", b"answered"]
    assert b"Query is a query: send it to /query" in messages[2]
    assert messages[3] == b"answered"
    assert watched.log.total == {"Query": 2}
