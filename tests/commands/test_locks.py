"""The list of locks, once and again and again."""

from typing import Any

import pytest

from ganeti_lite.commands.definitions import Outcome
from ganeti_lite.commands.gnt_debug import PROGRAM
from ganeti_lite.commands.jobs.locks import LOCKS
from ganeti_lite.commands.program import run
from ganeti_lite.errors import GenericError
from tests.clients.scripted_server import fail, succeed

from .conftest import MadeUpNode, RecordedConsole

FIELDS = [
    {"name": name, "title": name.title(), "kind": kind, "doc": ""}
    for name, kind in (("name", "text"), ("mode", "other"), ("owner", "other"), ("pending", "other"))
]
ROWS = [
    [[0, "cluster/BGL"], [0, "shared"], [0, ["5", "6"]], [0, [["exclusive", [7, 8]], ["shared", [9]]]]],
    [[0, "node/n1"], [0, None], [0, []], [0, []]],
]
LINES = [
    "Name        Mode   Owner Pending",
    "cluster/BGL shared 5,6   exclusive:7,8, shared:9",
    "node/n1     -      -     -",
]


def answer_locks(_method: str, _args: Any) -> list[bytes]:
    """Two locks."""
    return succeed({"fields": FIELDS, "data": ROWS})


def test_locks(node: MadeUpNode) -> None:
    """Whoever takes jobs is asked for the locks; modes, owners and those who wait are shown as Ganeti does."""
    with node.serve(lambda _method, _args: None), node.serve_jobs(answer_locks) as server:
        assert run(PROGRAM, ["locks"], node.environ, RecordedConsole()) == Outcome(LINES)
    assert server.requests == [("Query", ["lock", ["name", "mode", "owner", "pending"], None])]


def test_interval(node: MadeUpNode) -> None:
    """With --interval the list comes again after that time, until something fails."""
    slept: list[float] = []
    answers = iter([answer_locks("", None), answer_locks("", None), fail(["GenericError", ["gone"]])])
    call = node.call(options={"interval": (3,)})._replace(sleep=slept.append)
    with node.serve_jobs(lambda _method, _args: next(answers)), pytest.raises(GenericError, match="gone"):
        LOCKS.run(call)
    assert isinstance(call.console, RecordedConsole)
    assert call.console.lines == [*LINES, "", *LINES, ""]
    assert slept == [3, 3]
