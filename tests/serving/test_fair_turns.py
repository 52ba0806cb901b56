"""Long answers come in turns."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import CancelledError

from ganeti_lite.errors import LuxiError
from ganeti_lite.serving.fair_turns import FairTurns
from tests.doubles.manual_runner import ManualRunner
from tests.doubles.two_step_runner import TwoStepRunner


class Asking:
    """Clients who ask for functions to be run that only say their own name.

    :ivar told: what has come back, in order.
    """

    def __init__(self, at_once: int = 2, limit: int = 1000) -> None:
        self.runner = ManualRunner()
        self.turns = FairTurns(self.runner, at_once, limit)
        self.told: list[Any] = []

    def ask(self, client: str, *names: str) -> None:
        for name in names:
            self.turns.run_for(client, partial(str, name)).addBoth(self.told.append)


def test_a_greedy_client_lets_the_others_pass() -> None:
    """Who has asked for much is worked for one by one, and others get their turn in between."""
    asking = Asking()
    asking.ask("greedy", "g1", "g2", "g3", "g4")
    asking.ask("modest", "m1")
    asking.ask("other", "o1", "o2")
    assert len(asking.runner.pending) == 2
    asking.runner.run_all()
    assert asking.told == ["g1", "m1", "o1", "g2", "o2", "g3", "g4"]


def test_one_client_has_one_thread() -> None:
    """A second thread stays free for somebody else."""
    asking = Asking()
    asking.ask("greedy", "g1", "g2", "g3")
    assert len(asking.runner.pending) == 1
    asking.ask("modest", "m1")
    assert len(asking.runner.pending) == 2


def test_too_many_are_refused() -> None:
    """Beyond the limit nobody is kept waiting: he is told."""
    asking = Asking(at_once=1, limit=2)
    asking.ask("a", "running", "1", "2", "3")
    (failure,) = asking.told
    assert failure.check(LuxiError)
    asking.runner.run_all()
    assert asking.told[1:] == ["running", "1", "2"]


def test_what_nobody_waits_for_is_not_done() -> None:
    """Who goes away before his turn costs nothing, and the others go on; nor does it matter if he goes during it."""
    asking = Asking(at_once=1)
    asking.ask("a", "running")
    leaving = asking.turns.run_for("b", lambda: pytest.fail("it was run"))
    leaving.addErrback(lambda failure: failure.trap(CancelledError))
    leaving.cancel()
    assert asking.turns.waiting == 0
    running = asking.turns.run_for("c", lambda: "c1")
    running.addErrback(lambda failure: failure.trap(CancelledError))
    asking.runner.run_one()
    running.cancel()
    asking.ask("d", "d1")
    asking.runner.run_all()
    assert asking.told == ["running", "d1"]


def test_a_function_that_fails_ends_its_turn() -> None:
    """The error is the result, and the next one has its turn."""
    asking = Asking(at_once=1)
    asking.turns.run_for("a", lambda: 1 // 0).addErrback(lambda failure: asking.told.append(failure.type))
    asking.ask("b", "b1")
    asking.runner.run_all()
    assert asking.told == [ZeroDivisionError, "b1"]


def _pair(client: str, number: int) -> tuple[str, int]:
    return client, number


@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.booleans(), max_size=90), st.integers(1, 3))
def test_any_order(clients: Sequence[str], steps: Sequence[bool], at_once: int) -> None:
    """However work and asking mix, everything is done once, in each client's own order, and nothing is left."""
    runner, told = TwoStepRunner(), list[tuple[str, int]]()
    turns = FairTurns(runner, at_once, 1000)
    for number, client in enumerate(clients):
        turns.run_for(client, partial(_pair, client, number)).addCallback(told.append)
        for is_work in steps[3 * number : 3 * number + 3]:
            (runner.work if is_work else runner.tell)()
    runner.finish()
    assert sorted(told) == sorted((client, number) for number, client in enumerate(clients))
    for client in set(clients):
        own = [number for each, number in told if each == client]
        assert own == sorted(own)
    assert turns.waiting == 0
