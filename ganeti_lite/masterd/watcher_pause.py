"""The watchers' pause, which the nodes keep: the master, and who may become it."""

from collections.abc import Mapping
from typing import Any, Final

from twisted.internet.defer import Deferred

from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcResult

from .node_calls import Call

PAUSE_TIMEOUT: Final = 60.0
"""Seconds that a node has for being told of it."""


def set_watcher_pause(call: Call, snapshot: ClusterSnapshot, until: int | None) -> Deferred[Mapping[str, RpcResult]]:
    """Tell them when it ends; one that does not answer keeps its watcher as it is.

    :param until: seconds since 1970; None to end it now.
    """
    candidates = {node.uuid for node in snapshot.nodes.values() if node.master_candidate}
    arguments: dict[str, list[Any]] = {uuid: [until] for uuid in sorted({*candidates, snapshot.cluster.master_node})}
    return call("set_watcher_pause", arguments, PAUSE_TIMEOUT)
