"""Nodes are changed as Ganeti changes them: what is written, and who is told."""

from typing import Final

import pytest

from ganeti_lite.masterd.units.node import NodeSetParams
from ganeti_lite.snapshot import Node
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import NODE1, NODE2, NODE3
from tests.masterd.units.scripted import exec_error, run

from .scene import ANSWERS, CALM, KVMD, set_params, with_cluster, with_node


def list_flags(node: Node) -> tuple[bool, bool, bool]:
    """Of a node's roles: candidate, drained, offline."""
    return node.master_candidate, node.drained, node.offline


def test_a_node_goes_offline() -> None:
    """A regular node that goes offline is written twice, its flag is the result, and hooks run on it and the master."""
    changed = set_params("node3", CALM, offline=True)
    assert changed.result == [["offline", "True"]]
    assert list_flags(changed.after.nodes[NODE3]) == (False, False, True)
    assert changed.steps == ["cluster serial +2", "cluster time", "nodes serial +2", "nodes time"]
    assert changed.locks == {"node": ("exclusive", [NODE3]), "node-res": ("exclusive", [NODE3])}
    assert changed.called == [KVMD]
    nodes = (NODE1, NODE3)
    assert changed.hooks == [("node-modify", "pre", nodes), ("node-modify", "post", nodes)]
    names = ("OP_TARGET", "MASTER_CANDIDATE", "OFFLINE", "DRAINED", "MASTER_CAPABLE", "VM_CAPABLE")
    assert [changed.hook_env[f"GANETI_{name}"] for name in names] == [
        *("node3.example.org", "None", "True", "None", "None", "None")
    ]


def test_parameters_of_a_node_are_changed() -> None:
    """Parameters that are no role are written once; the result names capabilities."""
    changed = set_params(
        "node2",
        powered=False,
        ndparams={"spindle_count": "default", "ssh_port": "2222"},
        hv_state={"kvm": {"mem_node": 512}},
        disk_state={"plain": {"xenvg": {"disk_total": 7}}},
        master_capable=True,
    )
    assert changed.result == [["master_capable", "True"]]
    node = changed.after.nodes[NODE2]
    assert node.ndparams == {"oob_program": "/usr/local/sbin/oob", "ssh_port": 2222}
    assert (node.hv_state_static, node.powered) == ({"kvm": {"mem_node": 512}}, False)
    assert node.disk_state_static == {"plain": {"xenvg": {"disk_total": 7}}}
    assert changed.steps == ["cluster serial +1", "cluster time", "nodes serial +1", "nodes time"]


def test_a_candidate_that_does_not_demote_itself_is_told_of() -> None:
    """The node's failure is a warning: it is a candidate no more, whatever it thinks."""
    before = with_cluster(with_node(CALM, NODE3, master_candidate=True), candidate_pool_size=2)
    answers = {**ANSWERS, "node_demote_from_mc": RpcFailure("no")}
    changed = run(NodeSetParams(), before, answers, node_name="node2", drained=True)
    assert changed.result == [["master_candidate", "False"], ["drained", "True"]]
    assert changed.log == [" - WARNING: Node failed to demote itself: no"]


def test_a_candidate_that_goes_offline_is_not_called() -> None:
    """Nobody calls a node that is offline."""
    before = with_cluster(with_node(CALM, NODE3, master_candidate=True), candidate_pool_size=2)
    changed = set_params("node2", before, offline=True)
    assert changed.result == [["master_candidate", "False"], ["offline", "True"]]
    assert changed.called == [("node_ensure_daemon", (NODE2,))]


def test_another_node_is_promoted_in_its_place() -> None:
    """With automatic promotion, all nodes are locked, and others become candidates by their certificates."""
    before = with_cluster(CALM, candidate_pool_size=2)
    changed = set_params("node2", before, master_candidate=False, auto_promote=True)
    assert changed.result == [["master_candidate", "False"]]
    assert changed.locks == {"node": ("exclusive", "all"), "node-res": ("exclusive", "all")}
    assert changed.log == [" - INFO: Promoted nodes to master candidate role: node3.example.org"]
    assert changed.called == [
        ("node_demote_from_mc", (NODE2,)),
        ("node_crypto_tokens", (NODE3,)),
        ("node_ensure_daemon", (NODE2,)),
    ]
    assert [node.master_candidate for node in changed.after.nodes.ordered] == [True, False, True, False]
    assert changed.after.cluster.candidate_certs[NODE3] == "AB:CD"


def test_more_candidates_than_desired_are_told_of() -> None:
    """Candidates beyond the size of the pool stay, and are mentioned."""
    before = with_cluster(with_node(CALM, NODE3, master_candidate=True), candidate_pool_size=1)
    changed = set_params("node2", before, drained=True, auto_promote=True)
    assert changed.log == [" - INFO: Note: more nodes are candidates (2) than desired (1)"]


@pytest.mark.parametrize("answer", [RpcFailure("lost"), [["tls", "AB"]], None])
def test_a_candidate_without_certificate_is_an_error(answer: object) -> None:
    """A node that does not tell its certificate fails the opcode, with its role already written."""
    changed = run(
        NodeSetParams(), CALM, {**ANSWERS, "node_crypto_tokens": answer}, node_name="node3", master_candidate=True
    )
    assert changed.failure is not None
    assert changed.failure[0] == "OpExecError"
    assert changed.after.nodes[NODE3].master_candidate


SSH: Final = with_cluster(CALM, modify_ssh_setup=True, candidate_pool_size=2)

_NAMES: Final = [f"node{number}.example.org" for number in range(1, 5)]


def test_keys_are_spread_where_that_is_the_clusters_business() -> None:
    """The master spreads a new candidate's SSH key; nodes where it could not are told."""
    answers = {**ANSWERS, "node_ssh_key_add": [["node4.example.org", "unreachable"]]}
    changed = run(NodeSetParams(), SSH, answers, node_name="node3", master_candidate=True)
    assert changed.calls[-1].arguments == {NODE1: [NODE3, "node3.example.org", _NAMES, True, True, False]}
    assert changed.log == ["Some nodes' SSH key files could not be updated:", "node4.example.org: unreachable"]


def test_keys_are_withdrawn() -> None:
    """The master withdraws the key of a candidate that is none any more; if it cannot, the opcode fails."""
    before = with_cluster(with_node(SSH, NODE3, master_candidate=True))
    answers = {**ANSWERS, "node_ssh_key_remove": []}
    changed = run(NodeSetParams(), before, answers, node_name="node2", master_candidate=False)
    flags = [True, False, False, False, False]
    assert changed.calls[-1].arguments == {NODE1: [NODE2, "node2.example.org", [NODE1, NODE3], _NAMES, *flags]}
    answers = {**ANSWERS, "node_ssh_key_remove": RpcFailure("lost")}
    failed = run(NodeSetParams(), before, answers, node_name="node2", master_candidate=False)
    text = f"Could not adjust the SSH setup after demoting node 'node2.example.org' (UUID: {NODE2}).: lost"
    assert failed.failure == exec_error(text)


def test_the_daemon_for_user_shutdown_is_looked_after() -> None:
    """Where users may shut instances down, a daemon runs on nodes that have any; failures are told."""
    before = with_cluster(CALM, enabled_user_shutdown=True)
    started = set_params("node3", before, vm_capable=True)
    assert started.calls[-1].arguments == {NODE3: ["ganeti-kvmd", True]}
    answers = {"node_ensure_daemon": RpcFailure("no")}
    stopped = run(NodeSetParams(), CALM, answers, node_name="node3", master_capable=True)
    assert stopped.calls[-1].arguments == {NODE3: ["ganeti-kvmd", False]}
    assert stopped.log == ["Failed to stop KVM daemon on node 'node3.example.org': no"]
