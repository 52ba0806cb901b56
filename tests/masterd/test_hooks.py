"""What hooks are told, and what their results do."""

from typing import Final

import pytest

from ganeti_lite.errors import HooksAbort
from ganeti_lite.masterd.hooks import (
    HookScene,
    call_config_update_hooks,
    call_post_hooks,
    call_pre_hooks,
    judge_post_hooks,
    judge_pre_hooks,
)
from ganeti_lite.masterd.units import OFFLINE_REASON, CallNodes, HookPlan, warning
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult, RpcSuccess

from .clusters import make_node, make_snapshot

CLUSTER = make_snapshot(make_node("node1"), make_node("node2"))
SCENE = HookScene.of("OP_INSTANCE_STARTUP", CLUSTER, "/srv/master/var/lib/ganeti")
BEFORE = HookPlan(
    "instance-start",
    "INSTANCE",
    {"INSTANCE_NAME": "i.example.com", "INSTANCE_STATUS": "False"},
    ("master-uuid", "node1-uuid"),
    ("master-uuid",),
    op_target="i.example.com",
)
BEHIND = HookPlan(
    "instance-start",
    "INSTANCE",
    {"INSTANCE_NAME": "i.example.com", "INSTANCE_STATUS": "True"},
    (),
    ("node2-uuid",),
    op_target="i.example.com",
)
ENVIRONMENT: Final = {
    "PATH": "/sbin:/bin:/usr/sbin:/usr/bin",
    "GANETI_HOOKS_VERSION": "2",
    "GANETI_OP_CODE": "OP_INSTANCE_STARTUP",
    "GANETI_DATA_DIR": "/srv/master/var/lib/ganeti",
    "GANETI_HOOKS_PHASE": "pre",
    "GANETI_HOOKS_PATH": "instance-start",
    "GANETI_OBJECT_TYPE": "INSTANCE",
    "GANETI_CLUSTER": "cluster.example.com",
    "GANETI_MASTER": "master",
    "GANETI_OP_TARGET": "i.example.com",
    "GANETI_INSTANCE_NAME": "i.example.com",
    "GANETI_INSTANCE_STATUS": "False",
}


def test_hooks_before() -> None:
    """On the nodes for before, with the whole environment in the order in which Ganeti gives it."""
    call = call_pre_hooks(BEFORE, SCENE)
    arguments = ["instance-start", "pre", ENVIRONMENT]
    assert call == CallNodes("hooks_runner", {"master-uuid": arguments, "node1-uuid": arguments}, 900.0)
    assert list(call.arguments["node1-uuid"][2]) == list(ENVIRONMENT)


def test_hooks_behind() -> None:
    """On the nodes for behind; they know how it was and how it is."""
    call = call_post_hooks(BEFORE, BEHIND, SCENE)
    path, phase, environment = call.arguments["node2-uuid"]
    assert call.arguments.keys() == {"node2-uuid"}
    assert (path, phase) == ("instance-start", "post")
    assert environment == {
        **ENVIRONMENT,
        "GANETI_HOOKS_PHASE": "post",
        "GANETI_POST_OP_TARGET": "i.example.com",
        "GANETI_POST_INSTANCE_NAME": "i.example.com",
        "GANETI_POST_INSTANCE_STATUS": "True",
    }


def test_hooks_of_the_configuration() -> None:
    """On the master, by their own name, with what was known before."""
    path, phase, environment = call_config_update_hooks(BEFORE, SCENE, "master-uuid").arguments["master-uuid"]
    assert (path, phase) == ("config-update", "post")
    assert environment == {
        **ENVIRONMENT,
        "GANETI_HOOKS_PHASE": "post",
        "GANETI_HOOKS_PATH": "config-update",
    }


RESULTS: Final[dict[str, RpcResult]] = {
    "master-uuid": RpcSuccess([["x-pre.d/10fail", 1, "out"], ["x-pre.d/20ok", 2, "fine"], ["x-pre.d/30no", 0, ""]]),
    "node1-uuid": RpcFailure("cannot connect"),
    "node2-uuid": RpcSuccess([["x-pre.d/10fail", 1, ""]]),
    "other-uuid": RpcFailure(OFFLINE_REASON),
}


def test_failing_script_before_forbids_the_opcode() -> None:
    """All that have failed are named, by node; a node that cannot be asked is warned of, one that is offline is not."""
    verdict = judge_pre_hooks(RESULTS, CLUSTER)
    assert isinstance(verdict.error, HooksAbort)
    assert verdict.error.to_wire() == [
        "HooksAbort",
        [[["master", "x-pre.d/10fail", "out"], ["node2", "x-pre.d/10fail", ""]]],
    ]
    assert verdict.warnings == (warning("Communication failure to node node1: cannot connect"),)


def test_failing_script_behind_is_only_told() -> None:
    """Like a node that cannot be asked."""
    verdict = judge_post_hooks(RESULTS, CLUSTER)
    assert verdict.error is None
    assert verdict.warnings == (
        warning("On master script x-pre.d/10fail failed, output: out"),
        warning("Communication failure to node node1: cannot connect"),
        warning("On node2 script x-pre.d/10fail failed, output: (no output)"),
    )


@pytest.mark.parametrize("results", [{}, {"node1-uuid": RpcSuccess([])}, {"gone": RpcFailure(OFFLINE_REASON)}])
def test_nothing_to_complain_of(results: dict[str, RpcResult]) -> None:
    """No scripts, no nodes, or none that could be asked: the opcode goes on."""
    for judge in (judge_pre_hooks, judge_post_hooks):
        verdict = judge(results, CLUSTER)
        assert (verdict.warnings, verdict.error) == ((), None)


@pytest.mark.parametrize("payload", [None, {}, [["x", 1]], [None]])
def test_answer_that_is_none(payload: object) -> None:
    """Is warned of like no answer."""
    for judge in (judge_pre_hooks, judge_post_hooks):
        verdict = judge({"gone": RpcSuccess(payload)}, CLUSTER)
        (told,) = verdict.warnings
        assert str(told.payload).startswith(" - WARNING: Communication failure to node gone: the node's answer")
        assert verdict.error is None
