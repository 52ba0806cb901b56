"""Who sends queries to the job socket."""

import os
import socket

import pytest

from ganeti_lite.masterd.callers import INTERVAL, MAX_CALLERS, NOBODY, Caller, QueryLog, identify_caller
from tests.doubles.log_events import logged

ME = Caller(7, 0, "gnt-instance")


class Log:
    """A log whose time the test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.log = QueryLog(lambda: self.now)


def test_a_process_is_known_by_its_socket() -> None:
    """The kernel tells its number and user, and under what name it runs."""
    here, there = socket.socketpair(socket.AF_UNIX)
    with here, there:
        caller = identify_caller(here)
    with open("/proc/self/comm", encoding="utf-8") as file:
        assert caller == Caller(os.getpid(), os.getuid(), file.read().strip())
    assert str(caller).startswith(f"pid {os.getpid()}, uid {os.getuid()}, ")


def test_what_has_no_such_end_is_nobody() -> None:
    """A socket of the network tells nothing of a process."""
    with socket.socket(socket.AF_INET) as other:
        assert identify_caller(other) in (NOBODY, Caller(0, -1, ""))


def test_a_caller_makes_one_line_in_a_while() -> None:
    """For each method; the next line says how many there were in between."""
    watched = Log()
    with logged() as lines:
        for _ in range(3):
            watched.log.note(ME, "Query")
        watched.log.note(ME, "QueryJobs")
        watched.now = INTERVAL
        watched.log.note(ME, "Query")
    assert lines.lines == [
        "query Query on the job socket, from pid 7, uid 0, gnt-instance (0 more since the last such line)",
        "query QueryJobs on the job socket, from pid 7, uid 0, gnt-instance (0 more since the last such line)",
        "query Query on the job socket, from pid 7, uid 0, gnt-instance (2 more since the last such line)",
    ]
    assert watched.log.total == {"Query": 4, "QueryJobs": 1}


def test_very_many_callers_take_bounded_memory() -> None:
    """The oldest are forgotten."""
    watched = Log()
    for pid in range(MAX_CALLERS + 50):
        watched.log.note(Caller(pid, 0, "x"), "Query")
    assert len(watched.log._told) == MAX_CALLERS  # noqa: SLF001 - memory shows nowhere else


@pytest.mark.parametrize("name", ["plain", "two\nlines"])
def test_a_name_cannot_forge_a_line(name: str) -> None:
    """Programs choose their names; one with a line end is written in a way that shows it."""
    with open("/proc/self/comm", "r+", encoding="utf-8") as file:
        before = file.read()
        try:
            file.seek(0)
            file.write(name)
            file.flush()
            here, there = socket.socketpair(socket.AF_UNIX)
            with here, there:
                assert "\n" not in identify_caller(here).program
        finally:
            file.seek(0)
            file.write(before.strip())
