"""Delays: who waits, how often, and what is said."""

from typing import Any

import pytest

from ganeti_lite.masterd.units.delay import TestDelay
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import NODE2, SNAPSHOT

from .scripted import exec_error, prereq, run

MASTER = SNAPSHOT.cluster.master_node
WAITS = {"test_delay": None}


def delay(answers: Any = WAITS, **parameters: Any) -> Any:
    """A delay of half a second."""
    return run(TestDelay(), answers=answers, **{"duration": 0.5, **parameters})


def test_the_master_waits() -> None:
    """Locked for itself, once, without a word."""
    waited = delay()
    assert waited.result is None
    assert waited.called == [("test_delay", (MASTER,))]
    assert waited.locks == {"node": ("exclusive", [MASTER])}
    assert (waited.log, waited.hooks, waited.steps) == ([], [], [])


def test_nodes_wait_as_often_as_they_are_told() -> None:
    """Named by any name they have; each round is told."""
    name = SNAPSHOT.nodes[NODE2].name
    waited = delay(on_master=False, on_nodes=[name.partition(".")[0]], repeat=2)
    assert waited.called == [("test_delay", (NODE2,))] * 2
    assert waited.log == [" - INFO: Test delay iteration 0/1", " - INFO: Test delay iteration 1/1"]
    assert waited.order is not None
    assert (waited.order["on_nodes"], waited.order["on_node_uuids"]) == ([name], [NODE2])


def test_nobody_waits() -> None:
    """Neither the master nor a node: nothing is locked."""
    waited = delay(on_master=False)
    assert (waited.result, waited.locks) == (None, {})


def test_what_cannot_be_is_refused() -> None:
    """Time goes one way, and nodes exist or do not."""
    assert delay(duration=0).failure == ["OpPrereqError", ["Duration must be greater than zero"]]
    unsupported = "Delays that can be interrupted are not supported by this master daemon"
    assert delay(interruptible=True).failure == prereq(unsupported, "wrong_input")
    assert delay(on_nodes=["nosuch"]).failure == prereq("Node 'nosuch' not known", "unknown_entity")


@pytest.mark.parametrize("reason", ["no answer", "Node is marked offline"])
def test_a_node_that_does_not_wait_is_an_error(reason: str) -> None:
    """With its name."""
    failed = delay({"test_delay": RpcFailure(reason)})
    name = SNAPSHOT.nodes[MASTER].name
    assert failed.failure == exec_error(f"Failure during rpc call to node {name}: {reason}")
