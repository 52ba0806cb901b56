"""The script for logical units is right about what it shows."""

from functools import partial

import pytest
from attrs import evolve

from ganeti_lite.constants import LockMode
from ganeti_lite.errors import ConfigurationError, OpExecError, OpPrereqError
from ganeti_lite.masterd.changes import update, update_cluster
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.units import (
    OFFLINE_REASON,
    CallNodes,
    ChangeConfig,
    Effects,
    HookPlan,
    LogicalUnit,
    Order,
    ReleaseLocks,
    Reserve,
    info,
)
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure, RpcSuccess
from tests.masterd.small_cluster import NEW, NODE1, NODE2, NODE4, NOW, SNAPSHOT

from .scripted import JOB, by_node, exec_error, make_order, prereq, run


class _Walk(LogicalUnit[str]):
    """A unit that does a bit of everything; its opcode could be any."""

    op_id = "OP_TAGS_SEARCH"

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        if order["pattern"] == "bad":
            raise OpPrereqError("No such pattern")
        return order.with_parameters(pattern=order["pattern"].upper())

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        return LockWish(None, LockMode.SHARED) if level is LockLevel.NODE else None

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[str]:
        yield info("checked")
        return snapshot.cluster.cluster_name

    def hooks(self, order: Order, plan: str, snapshot: ClusterSnapshot) -> HookPlan:
        return HookPlan("walk", "CLUSTER", {"NAME": plan}, (NODE1,), (NODE1, NODE2))

    def execute(self, order: Order, plan: str) -> Effects[object]:
        chosen = yield Reserve(lambda snapshot, reserved: (("mac", str(len(reserved))),))
        again = yield Reserve(lambda snapshot, reserved: (("mac", str(len(reserved))),))
        yield ReleaseLocks(LockLevel.NODE)
        results = yield CallNodes("vg_list", {NODE1: [], NODE4: []})
        snapshot = yield ChangeConfig(lambda snapshot, now: update_cluster(snapshot, snapshot.cluster, now))
        yield ChangeConfig(lambda snapshot, now: snapshot)
        return [chosen, again, results, snapshot.cluster.mtime]


def test_everything_that_a_unit_does_is_seen_in_its_order() -> None:
    """The story of a run is the frame's, with hooks around execution; a change that comes to nothing is not counted."""
    walked = run(_Walk(), answers={"vg_list": 3}, pattern="x")
    assert walked.story == [
        *("lock cluster", "lock node", "begin", "log", "hooks pre"),
        *("reserve", "reserve", "release node", "vg_list", "write", "write", "hooks post"),
        "hooks config-update",
    ]
    assert walked.changes == 1
    assert walked.steps == ["cluster serial +1", "cluster time"]


def test_outcomes_of_effects_are_sent_back() -> None:
    """A unit is told what nodes answered, what it has reserved, and the configuration as it is then."""
    answers = {NODE1: RpcSuccess(3), NODE4: RpcFailure(OFFLINE_REASON)}
    walked = run(_Walk(), answers={"vg_list": 3}, pattern="x")
    assert walked.result == [(("mac", "0"),), (("mac", "1"),), answers, NOW]


def test_locks_hooks_and_calls_can_be_had_at_a_glance() -> None:
    """What tests compare most is there as plain values."""
    walked = run(_Walk(), answers={"vg_list": 3}, pattern="x")
    assert walked.big_lock is LockMode.SHARED
    assert walked.locks == {"node": ("shared", "all")}
    assert walked.called == [("vg_list", (NODE1, NODE4))]
    assert walked.hooks == [("walk", "pre", (NODE1,)), ("walk", "post", (NODE1, NODE2))]
    assert walked.hook_env["GANETI_NAME"] == "beta.example.org"
    assert walked.released == [ReleaseLocks(LockLevel.NODE)]
    assert walked.log == [" - INFO: checked"]


def test_an_order_is_complete() -> None:
    """An order has the defaults of what a test does not say, as one that was submitted has."""
    order = make_order("OP_TAGS_GET", kind="cluster")
    assert order["use_locking"] is False
    assert (order.job_id, order.index, order.new_uuid, order.now) == (JOB, 0, NEW, NOW)
    shown = run(_Walk(), answers={"vg_list": 3}, pattern="x").order
    assert shown == evolve(make_order("OP_TAGS_SEARCH", pattern="X"), held={LockLevel.NODE: None})


def test_a_failure_is_an_outcome() -> None:
    """An error is kept in its wire form, with what was done before it; asking for the result raises it."""
    failed = run(_Walk(), pattern="bad")
    assert failed.failure == prereq("No such pattern")
    assert failed.order is None
    assert failed.story == ["lock cluster"]
    with pytest.raises(OpPrereqError):
        failed.result  # noqa: B018 - it is the look that raises


def test_a_dry_run_ends_before_execution() -> None:
    """A dry run has the checks and the hooks before."""
    dry = run(_Walk(), pattern="x", dry_run=True)
    assert dry.story[-2:] == ["hooks pre", "log"]
    assert dry.result is None


class _Recover(LogicalUnit[None]):
    """A unit whose change fails, which it knows how to take."""

    op_id = "OP_CLUSTER_REDIST_CONF"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[None]:
        yield from ()

    def execute(self, order: Order, plan: None) -> Effects[object]:
        stale = evolve(SNAPSHOT.nodes[NODE1], serial_no=77)
        try:
            yield ChangeConfig(partial(_update, stale))
        except ConfigurationError as error:
            raise OpExecError(str(error)) from error
        return None


def _update(node: object, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    return update(snapshot, node, now)  # type: ignore[arg-type] # a node, as object for brevity


def test_a_change_that_fails_is_raised_in_the_unit() -> None:
    """A unit can take the error of its change, as it can in a job."""
    text = "Configuration object updated since it has been read: 1 != 77"
    assert run(_Recover()).failure == exec_error(text)


def test_others_can_change_the_configuration_while_locks_are_waited_for() -> None:
    """The edits of others are there when the locks are."""

    def rename(snapshot: ClusterSnapshot) -> ClusterSnapshot:
        return evolve(snapshot, cluster=evolve(snapshot.cluster, cluster_name="gamma.example.org"))

    walked = run(_Walk(), answers={"vg_list": 3}, meanwhile={LockLevel.NODE: rename}, pattern="x")
    assert walked.hook_env["GANETI_NAME"] == "gamma.example.org"


def test_answers_may_differ_by_node_and_arguments() -> None:
    """A function answers for each node."""

    class Ask(_Walk):
        def execute(self, order: Order, plan: str) -> Effects[object]:
            results = yield CallNodes("vg_list", {NODE1: [1], NODE2: [2]})
            return [result.payload for result in results.values()]

    assert run(Ask(), answers={"vg_list": by_node({NODE1: "a", NODE2: "b"})}, pattern="x").result == ["a", "b"]
    assert run(Ask(), answers={"vg_list": lambda _, arguments: arguments}, pattern="x").result == [[1], [2]]


def test_a_call_that_nobody_expected_fails_the_test() -> None:
    """No call is answered by accident."""
    with pytest.raises(AssertionError, match="nobody said what nodes answer to vg_list"):
        run(_Walk(), pattern="x")
