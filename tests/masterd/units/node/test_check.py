"""What must hold before a node changes."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from ganeti_lite.masterd.units.node import NodeSetParams
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import NODE3, NODE4, SNAPSHOT
from tests.masterd.units.scripted import prereq, run

from .scene import CALM, SMALL_POOL, set_params, with_cluster, with_node


def test_a_node_that_comes_online_must_answer() -> None:
    """A node that was offline is asked for its version, and a warning is given."""
    changed = set_params("node4", SMALL_POOL, offline=False)
    assert changed.result == [["offline", "False"]]
    assert changed.called[0] == ("version", (NODE4,))
    assert changed.log == [
        " - WARNING: Transitioning node from offline to online state without using re-add."
        " Please make sure the node is healthy!"
    ]
    silent = run(NodeSetParams(), SMALL_POOL, {"version": RpcFailure("timeout")}, node_name="node4", offline=False)
    text = "Node node4.example.org is being de-offlined but fails to report its version: timeout"
    assert silent.failure == prereq(text, "wrong_state")


OOB: Final = with_node(SMALL_POOL, NODE4, ndparams={"oob_program": "/oob"})


@pytest.mark.parametrize(
    ("node", "snapshot", "parameters", "failure"),
    [
        ("node9", SNAPSHOT, {"drained": True}, prereq("Node 'node9' not known", "unknown_entity")),
        ("node3", SNAPSHOT, {}, prereq("Please pass at least one modification")),
        ("node3", SNAPSHOT, {"powered": True}, prereq("Please pass at least one modification")),
        (
            "node3",
            SNAPSHOT,
            {"offline": True, "vm_capable": True},
            prereq("Can't set the node into more than one state at the same time"),
        ),
        (
            "node3",
            SNAPSHOT,
            {"secondary_ip": "fd00::1"},
            prereq("Secondary IP (fd00::1) needs to be a valid IPv4 address"),
        ),
        (
            "node1",
            SNAPSHOT,
            {"drained": False},
            prereq("The master role can be changed only via master-failover"),
        ),
        (
            "node3",
            with_node(CALM, NODE3, master_capable=False),
            {"master_candidate": True},
            prereq("Node node3.example.org is not master capable, cannot make it a master candidate", "wrong_state"),
        ),
        (
            "node3",
            SNAPSHOT,
            {"vm_capable": False},
            prereq("Node node3.example.org hosts instances, cannot unset the vm_capable flag", "wrong_state"),
        ),
        (
            "node2",
            with_cluster(CALM, candidate_pool_size=2),
            {"offline": True},
            prereq(
                "Not enough master candidates, please pass auto promote option to allow promotion"
                " (--auto-promote or RAPI auto_promote=True)",
                "wrong_state",
            ),
        ),
        (
            "node4",
            OOB,
            {"offline": False},
            prereq(
                "Node node4.example.org needs to be turned on before its offline status can be reset", "wrong_state"
            ),
        ),
        (
            "node3",
            SNAPSHOT,
            {"powered": True, "drained": False},
            prereq(
                "Unable to change powered state for node node3.example.org as it does not support out-of-band handling",
                "wrong_state",
            ),
        ),
        (
            "node1",
            SNAPSHOT,
            {"master_capable": False},
            prereq("Master must remain master capable", "wrong_state"),
        ),
        (
            "node3",
            SNAPSHOT,
            {"ndparams": {"exclusive_storage": True}},
            prereq(
                "The following node parameters are global and cannot be customized at node level,"
                " please modify them at cluster or group level: exclusive_storage"
            ),
        ),
        ("node3", SNAPSHOT, {"ndparams": {"foo": 1}}, ["TypeEnforcementError", ["Unknown parameter 'foo'"]]),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    node: str, snapshot: ClusterSnapshot, parameters: Mapping[str, Any], failure: list[object]
) -> None:
    """What is wrong is said, and nothing is written."""
    refused = set_params(node, snapshot, **parameters)
    assert refused.failure == failure
    assert refused.changes == 0


def test_a_node_that_is_turned_on_can_come_online() -> None:
    """Powered in the same order is enough."""
    assert set_params("node4", OOB, offline=False, powered=True).result == [["offline", "False"]]
