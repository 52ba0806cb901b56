"""The vote before the first job."""

from collections.abc import Mapping
from typing import Any

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from ganeti_lite.masterd.election import PATIENCE, PAUSE, TRIES, NotElectedError, win_vote
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult, RpcSuccess
from tests.doubles.log_events import logged

from .clusters import make_node, make_snapshot
from .results import outcome

ME, YOU, SILENT = RpcSuccess("me"), RpcSuccess("you"), RpcFailure("no route")
NODES = make_snapshot(make_node("one"), make_node("two", offline=True))
"""Three, with the master."""


class Voters:
    """Nodes that answer at once.

    :param rounds: their answers; of the last one in all further rounds, too.
    """

    def __init__(self, *rounds: tuple[RpcResult, RpcResult, RpcResult]) -> None:
        self.rounds = list(rounds)
        self.asked = 0

    def __call__(
        self, method: str, arguments: Mapping[str, list[Any]], timeout: float
    ) -> Deferred[Mapping[str, RpcResult]]:
        """Take a round."""
        assert (method, timeout) == ("master_node_name", PATIENCE)
        assert set(arguments) == {"master-uuid", "one-uuid", "two-uuid"}
        answers = self.rounds[min(self.asked, len(self.rounds) - 1)]
        self.asked += 1
        return succeed(dict(zip(arguments, answers, strict=True)))


def vote(voters: Voters, clock: Clock) -> Deferred[None]:
    """Ask them."""
    return win_vote("me", NODES, voters, clock)


def test_a_majority_is_enough() -> None:
    """Of all nodes, those that are marked offline included; the count is in the log."""
    voters = Voters((ME, SILENT, ME))
    with logged() as log:
        outcome(vote(voters, Clock()))
    assert voters.asked == 1
    assert log.lines == ["this node, me, is the master: of 3 nodes, me: 2; 1 did not answer"]


def test_a_majority_for_another_ends_it_at_once() -> None:
    """Asking again would not help; the error is the count."""
    voters = Voters((ME, YOU, YOU))
    with pytest.raises(NotElectedError, match=r"for this node, me, .* is lost: of 3 nodes, me: 1, you: 2$"):
        outcome(vote(voters, Clock()))
    assert voters.asked == 1


def test_nodes_that_are_silent_are_asked_again() -> None:
    """They may just be booting, as after a power failure."""
    clock, voters = Clock(), Voters((ME, SILENT, SILENT), (ME, SILENT, YOU), (ME, ME, YOU))
    won: list[None] = []
    with logged() as log:
        vote(voters, clock).addCallback(won.append)
        assert not won
        clock.pump([PAUSE, PAUSE])
    assert won == [None]
    assert voters.asked == 3
    assert log.lines[0] == "too few nodes tell who the master is: of 3 nodes, me: 1; 2 did not answer"


def test_patience_has_an_end() -> None:
    """A master that is cut off from all others must not execute jobs."""
    clock, voters = Clock(), Voters((ME, SILENT, SILENT))
    voting = vote(voters, clock)
    clock.pump([PAUSE] * (TRIES - 1))
    with pytest.raises(NotElectedError, match="2 did not answer"):
        outcome(voting)
    assert voters.asked == TRIES
    assert not clock.getDelayedCalls()


def test_an_answer_of_another_form_is_none() -> None:
    """A node without the file says null."""
    voters = Voters((ME, RpcSuccess(None), RpcSuccess(["me"])), (ME, ME, SILENT))
    clock = Clock()
    voting = vote(voters, clock)
    clock.advance(PAUSE)
    outcome(voting)
    assert voters.asked == 2
