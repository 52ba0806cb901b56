"""The watchers' pause: who is told of it."""

from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import Deferred, succeed

from ganeti_lite.masterd.watcher_pause import PAUSE_TIMEOUT, set_watcher_pause
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult

from .clusters import make_node, make_snapshot
from .results import outcome


def test_the_master_and_the_candidates_are_told() -> None:
    """When it ends, or that it does; nodes that do not answer make it no error."""
    calls: list[tuple[str, Mapping[str, list[Any]], float]] = []

    def call(method: str, arguments: Mapping[str, list[Any]], timeout: float) -> Deferred[Mapping[str, RpcResult]]:
        calls.append((method, arguments, timeout))
        return succeed({uuid: RpcFailure("no route") for uuid in arguments})

    snapshot = make_snapshot(make_node("one"), make_node("two", candidate=False))
    for until in (1_900_000_000, None):
        outcome(set_watcher_pause(call, snapshot, until))
    told = [("set_watcher_pause", {"master-uuid": [until], "one-uuid": [until]}) for until in (1_900_000_000, None)]
    assert calls == [(*call, PAUSE_TIMEOUT) for call in told]
