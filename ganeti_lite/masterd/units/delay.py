"""OP_TEST_DELAY: wait, on nodes or on the master, which tests queues and locks without touching anything.

Source: what Ganeti 3.0 does; ``no_locks`` has no effect there, and none here.
"""

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ganeti_lite.errors import OpExecError, OpPrereqError
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.lookup import find_node
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult

from ._effects import CallNodes, Effects, info
from ._unit import LogicalUnit, Order

_GRACE: Final = 60.0
"""Seconds that a node has for its answer besides those that it is to wait."""


@frozen
class Delay:
    """Who waits how long.

    :ivar nodes: names of the nodes, by UUID.
    :ivar seconds: each time; ``rounds`` how often, ``is_counted`` whether the rounds are told.
    """

    nodes: Mapping[str, str]
    seconds: float
    rounds: int
    is_counted: bool


class TestDelay(LogicalUnit[Delay]):
    """Has nodes wait."""

    __test__ = False
    op_id = "OP_TEST_DELAY"

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """Nodes by full name and UUID."""
        if order["duration"] <= 0:
            raise OpPrereqError("Duration must be greater than zero", None)
        if order["interruptible"]:
            raise OpPrereqError("Delays that can be interrupted are not supported by this master daemon")
        nodes = [find_node(snapshot, name) for name in order["on_nodes"]]
        return order.with_parameters(
            on_nodes=[node.name for node in nodes], on_node_uuids=[node.uuid for node in nodes]
        )

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The nodes that wait, the master included."""
        if level is not LockLevel.NODE or not (nodes := _list_nodes(order, snapshot)):
            return None
        return LockWish(frozenset(nodes))

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Delay]:
        """There is nothing that could keep it from waiting."""
        yield from ()
        nodes = {uuid: snapshot.nodes[uuid].name for uuid in _list_nodes(order, snapshot)}
        repeat: int = order["repeat"]
        return Delay(nodes, order["duration"], max(repeat, 1), is_counted=repeat > 0)

    def execute(self, order: Order, plan: Delay) -> Effects[object]:
        """Wait as often as was asked for."""
        arguments = {uuid: [plan.seconds] for uuid in plan.nodes}
        for number in range(plan.rounds):
            if plan.is_counted:
                yield info(f"Test delay iteration {number}/{plan.rounds - 1}")
            results = yield CallNodes("test_delay", arguments, plan.seconds + _GRACE)
            _check_results(plan, results)
        return None


def _list_nodes(order: Order, snapshot: ClusterSnapshot) -> list[str]:
    """UUIDs of the nodes that wait."""
    master = [snapshot.cluster.master_node] if order["on_master"] and snapshot.master is not None else []
    return list(dict.fromkeys([*(order["on_node_uuids"] or ()), *master]))


def _check_results(plan: Delay, results: Mapping[str, RpcResult]) -> None:
    for uuid, result in results.items():
        if isinstance(result, RpcFailure):
            raise OpExecError(f"Failure during rpc call to node {plan.nodes[uuid]}: {result.reason}")
