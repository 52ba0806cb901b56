"""Locks: both daemons ask the one that keeps them, here a made-up one, and tell the same."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from ganeti_lite.simulator import ClusterPaths, encode_config

from .compare import Comparison, Pair, Request, outcome
from .conftest import short_folder
from .fields import NORMAL, FieldSample, field_sets
from .filters import FilterSource
from .lock_keeper import keeping
from .odd_configs import bare
from .side_by_side import SideBySide, both
from .tally import Tally

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("real_ganeti")]

SUBJECT: Final = "locks"
FIELDS: Final = ("name", "mode", "owner", "pending")
FILTERS: Final = 150


def job(number: int) -> list[Any]:
    """A job as an owner of locks."""
    return [number, f"/run/livelocks/job_{number}", 1000 + number]


CLIENT: Final = ["other-x", "/run/livelocks/other", 77]
ODD_CLIENT: Final = ['say "x"\\', "/run/livelocks/odd", 78]

STATES: Final[dict[str, Any]] = {
    "idle": [[], []],
    "one owner": [[["cluster/BGL", [[job(12), "shared"]]]], []],
    "several owners": [
        [
            ["cluster/BGL", [[job(12), "shared"], [job(3), "shared"], [CLIENT, "shared"]]],
            ["node/[lockset]", [[job(12), "exclusive"]]],
            ["instance/inst10.example.com", [[ODD_CLIENT, "exclusive"]]],
            ["instance/inst2.example.com", [[CLIENT, "shared"]]],
            ["cluster/config", []],
            ["cluster/[lockset]", [[job(4), "shared"]]],
        ],
        [],
    ],
    "requests": [
        [["node/a1", [[job(12), "exclusive"]]], ["node-res/a1", [[job(12), "exclusive"]]]],
        [
            [0, job(13), [["node/a1", "exclusive"], ["node/a2", "shared"]]],
            [-10, CLIENT, [["node/a1", "shared"], ["nodegroup/g", "release"]]],
            [5, job(14), [["node/a1", "release"]]],
            [0, job(15), [["network/n", "shared"], ["network/n", "exclusive"]]],
            [0, job(16), [["network/n", "exclusive"], ["network/n", "shared"], ["network/n", "release"]]],
            [0, job(17), []],
        ],
    ],
}
MALFORMED: Final[dict[str, Any]] = {
    "null": None,
    "a number": 5,
    "half": [[]],
    "unknown mode": [[["cluster/BGL", [[job(12), "sideways"]]]], []],
    "unknown name": [[["nosuch/x", [[job(12), "shared"]]]], []],
    "no owner": [[["cluster/BGL", [[None, "shared"]]]], []],
}


@pytest.fixture(scope="module")
def daemons(real_ganeti: None) -> Iterator[SideBySide]:
    """Both daemons on a cluster whose locks nobody keeps yet."""
    with short_folder() as folder, both("locks", encode_config(bare()), folder) as started:
        yield started


@pytest.fixture
def pair(daemons: SideBySide) -> Iterator[Pair]:
    """A client of each."""
    with daemons.pair() as connected:
        yield connected


def lock_socket(paths: ClusterPaths) -> Path:
    """Where the daemon that keeps the locks is asked."""
    return paths.query_socket.with_name("ganeti-wconfd")


def samples(pair: Pair) -> list[FieldSample]:
    """The fields of the locks that there are, but the mode, which may be null."""
    rows = pair.real.ask("Query", ["lock", list(FIELDS), None]).result["data"]
    columns = zip(*rows, strict=True) if rows else [()] * len(FIELDS)
    fields = [FieldSample(name, "other", list(column)) for name, column in zip(FIELDS, columns, strict=True)]
    return [field for field in fields if field.is_complete and field.name != "pending"]


@pytest.mark.parametrize("state", STATES)
def test_locks(daemons: SideBySide, pair: Pair, state: str, tally: Tally) -> None:
    """Fields alone and together, filters and what looks like a look-up, whatever the state of the locks is."""
    rng = random.Random(state)
    with keeping(lock_socket(daemons.real), STATES[state]) as methods:
        requests: list[Request] = [("Query", ["lock", [name], None]) for name in FIELDS]
        requests += [("Query", ["lock", chosen, None]) for chosen in field_sets(FIELDS, rng, 15)]
        requests += [("Query", ["lock", ["name"], ["==", "name", name]]) for name in ("cluster/BGL", "nosuch", 5)]
        requests.append(("Query", ["lock", ["name"], ["==", "nosuch", "x"]]))
        source = FilterSource(samples(pair), rng)
        requests += [("Query", ["lock", ["name", "owner"], source.filter()]) for _ in range(FILTERS)]
        tally.check(SUBJECT, pair.compare(requests))
    assert methods == {"listLocksWaitingStatus"}


def test_the_mode_of_a_lock_that_nobody_holds(daemons: SideBySide, pair: Pair) -> None:
    """It is null for both; for the real daemon no filter can ask for it, for ours it is a missing value."""
    question = ["lock", ["name"], ["==", "mode", "exclusive"]]
    with keeping(lock_socket(daemons.real), STATES["requests"]):
        assert outcome(pair.real.ask("Query", question)) == "ParameterError"
        assert pair.ours.ask("Query", question).result["data"] == [[[NORMAL, "node-res/a1"]], [[NORMAL, "node/a1"]]]
        unheld = ["lock", ["mode"], ["==", "name", "network/n"]]
        assert pair.real.ask("Query", unheld).result["data"] == [[[NORMAL, None]]]
        assert pair.ours.ask("Query", unheld).result["data"] == [[[NORMAL, None]]]


@pytest.mark.parametrize("told", MALFORMED)
def test_unknown_forms(daemons: SideBySide, pair: Pair, told: str) -> None:
    """What the keeper of the locks should never say is an error; the next question is answered."""
    with keeping(lock_socket(daemons.real), MALFORMED[told]):
        real, ours = (client.ask("Query", ["lock", ["name"], None]) for client in (pair.real, pair.ours))
        assert outcome(ours) in (outcome(real), "data")
    with keeping(lock_socket(daemons.real), STATES["idle"]):
        assert pair.ours.ask("Query", ["lock", ["name"], None]).result["data"] == []


def test_nobody_keeps_locks(daemons: SideBySide, pair: Pair, tally: Tally) -> None:
    """Nobody there, or an error: both fail, whatever else is wrong with the question."""
    comparison = Comparison("locks")
    questions = (["lock", ["name"], None], ["lock", [], ["|"]], ["lock", ["nosuch"], None])
    for question in questions:
        comparison.add(question, pair.real.ask("Query", question), pair.ours.ask("Query", question))
    with keeping(lock_socket(daemons.real), "no", succeeds=False):
        for question in questions:
            comparison.add(question, pair.real.ask("Query", question), pair.ours.ask("Query", question))
    tally.check(SUBJECT, comparison)


def test_unknown_fields_come_before_locks_that_nobody_tells(pair: Pair) -> None:
    """The real daemon asks for the locks first."""
    question = "Query", ["lock", ["name"], ["==", "nosuch", 1]]
    assert outcome(pair.real.ask(*question)) == "GenericError"
    assert outcome(pair.ours.ask(*question)) == "ParameterError"
