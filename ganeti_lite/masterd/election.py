"""Asking the nodes who the master is, before anything is done in its name."""

from collections.abc import Generator
from typing import Any, Final

from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger

from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcResult, RpcSuccess

from .node_calls import Call
from .voting import Verdict, Vote

TRIES: Final = 6
"""Rounds until a vote that too few nodes have answered counts as lost."""

PAUSE: Final = 10.0
"""Seconds between two rounds."""

PATIENCE: Final = 30.0
"""Seconds that the nodes have for their answers."""

log = Logger()


class NotElectedError(Exception):
    """The nodes do not agree that this one is the master; the text is the count."""


@inlineCallbacks
def win_vote(
    hostname: str, snapshot: ClusterSnapshot, call: Call, clock: IReactorTime
) -> Generator[Deferred[Any], Any, None]:
    """Done when more than half of all nodes, offline ones too, have named *hostname* as the master.

    It fails with :class:`NotElectedError` if that cannot be, or has not come about after :data:`TRIES` rounds.
    """
    arguments: dict[str, list[Any]] = {uuid: [] for uuid in snapshot.nodes}
    for round_number in range(1, TRIES + 1):
        results = yield call("master_node_name", arguments, PATIENCE)
        vote = Vote.of(hostname, map(_read_answer, results.values()))
        match vote.verdict:
            case Verdict.WON:
                log.info("this node, {hostname}, is the master: {vote}", hostname=hostname, vote=str(vote))
                return
            case Verdict.LOST:
                break
        log.warn("too few nodes tell who the master is: {vote}", vote=str(vote))
        if round_number < TRIES:
            yield deferLater(clock, PAUSE, lambda: None)
    raise NotElectedError(f"the vote for this node, {hostname}, as the master is lost: {vote}")


def _read_answer(result: RpcResult) -> str | None:
    return result.payload if isinstance(result, RpcSuccess) and isinstance(result.payload, str) else None
