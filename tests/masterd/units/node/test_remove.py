"""Nodes are removed as Ganeti removes them."""

from collections.abc import Mapping
from typing import Final

import pytest
from attrs import evolve

from ganeti_lite.constants import LockMode
from ganeti_lite.masterd.units.node import NodeRemove
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import NODE1, NODE2, NODE3, NODE4
from tests.masterd.units.scripted import Answer, exec_error, prereq, run

from .scene import ANSWERS, CALM, with_cluster

EMPTIED: Final = evolve(
    CALM,
    instances=CALM.instances.replaced(
        {}, [item.uuid for item in CALM.instances.values() if item.name != "mail.example.org"]
    ),
)
"""The cluster with one instance, on its first node."""

LEAVING: Final[Mapping[str, Answer]] = {
    **ANSWERS,
    "node_leave_cluster": None,
    "etc_hosts_modify": None,
    "upload_file": None,
}


def test_a_node_is_removed() -> None:
    """Another candidate takes its place, it goes, leaves, and is forgotten, while nothing else is done."""
    before = with_cluster(EMPTIED, candidate_pool_size=2)
    removed = run(NodeRemove(), before, LEAVING, files=["/etc/hosts", "/var/lib/ganeti/hmac.key"], node_name="node2")
    assert removed.result is None
    assert removed.big_lock is LockMode.EXCLUSIVE
    assert removed.locks == {}
    assert removed.story == [
        *("lock cluster", "begin", "hooks pre"),
        *("write", "log", "node_crypto_tokens", "write"),
        *("write", "node_leave_cluster at 192.0.2.12", "write"),
        *("etc_hosts_modify", "copy files", "copy files"),
        *("hooks post", "hooks config-update"),
    ]
    assert NODE2 not in removed.after.nodes
    assert removed.after.nodes[NODE3].master_candidate
    assert removed.hooks == [
        ("node-remove", "pre", (NODE1, NODE3, NODE4)),
        ("node-remove", "post", (NODE1, NODE3, NODE4)),
    ]
    assert removed.hook_env["GANETI_NODE_NAME"] == removed.hook_env["GANETI_OP_TARGET"] == "node2.example.org"
    assert removed.calls[-1].arguments == {NODE1: ["remove", "node2.example.org", None]}


@pytest.mark.parametrize(("name", "writes"), [("node2", 3), ("node3", 2)])
def test_each_step_of_the_serial_number_has_its_reason(name: str, writes: int) -> None:
    """The file is written for the pool, the removal, and the certificate of what was a candidate, known or not."""
    before = with_cluster(EMPTIED, candidate_pool_size=1, modify_etc_hosts=False)
    removed = run(NodeRemove(), before, LEAVING, node_name=name)
    assert removed.changes == writes
    assert removed.steps == ["cluster serial +1", "nodes removed"]


def test_a_node_that_cannot_be_reached_is_removed_too() -> None:
    """What goes wrong on the node, and with copies, is told."""
    answers = {**LEAVING, "node_leave_cluster": RpcFailure("down"), "upload_file": RpcFailure("full")}
    removed = run(
        NodeRemove(), with_cluster(EMPTIED, candidate_pool_size=2), answers, files=["/etc/hosts"], node_name="node4"
    )
    assert removed.result is None
    assert removed.log == [
        " - WARNING: Errors encountered on the remote node while leaving the cluster: down",
        " - WARNING: Copy of file /etc/hosts to node node2.example.org failed: full",
        " - WARNING: Copy of file /etc/hosts to node node3.example.org failed: full",
    ]


def test_a_master_that_cannot_write_its_hosts_file_is_an_error() -> None:
    """The node is gone by then."""
    answers = {**LEAVING, "etc_hosts_modify": RpcFailure("read-only")}
    failed = run(NodeRemove(), EMPTIED, answers, node_name="node4")
    assert failed.failure == exec_error("Can't update hosts file with new host data: read-only")
    assert NODE4 not in failed.after.nodes


@pytest.mark.parametrize(
    ("node", "failure"),
    [
        ("node9", prereq("Node 'node9' not known", "unknown_entity")),
        ("node1", prereq("Node is the master node, failover to another node is required")),
        ("node2", prereq("Instance back.example.org is still running on the node, please remove first")),
        ("node3", prereq("Instance lun.example.org is still running on the node, please remove first")),
    ],
)
def test_a_node_that_is_needed_stays(node: str, failure: list[object]) -> None:
    """The master and nodes with instances cannot be removed."""
    assert run(NodeRemove(), node_name=node).failure == failure
