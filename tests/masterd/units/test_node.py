"""Opcodes for nodes do what Ganeti's do."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.constants import LockMode
from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.units.node import NodeRemove, NodeSetParams
from ganeti_lite.snapshot import ClusterSnapshot, Node
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import NODE1, NODE2, NODE3, NODE4, SNAPSHOT

from .scripted import Answer, Run, exec_error, prereq, run

KVMD: Final = ("node_ensure_daemon", (NODE3,))
ANSWERS: Final[Mapping[str, Answer]] = {
    "node_crypto_tokens": [["ssl", "AB:CD"]],
    "node_demote_from_mc": None,
    "node_ensure_daemon": None,
    "node_has_ip_address": True,
    "version": 3000000,
}


def _node(snapshot: ClusterSnapshot, uuid: str, **changes: Any) -> ClusterSnapshot:
    """The cluster with a node that is a bit different."""
    return evolve(snapshot, nodes=snapshot.nodes.replaced({uuid: evolve(snapshot.nodes[uuid], **changes)}))


def _cluster(snapshot: ClusterSnapshot = SNAPSHOT, **changes: Any) -> ClusterSnapshot:
    """The cluster with other settings."""
    return evolve(snapshot, cluster=evolve(snapshot.cluster, **changes))


SMALL_POOL: Final = _cluster(candidate_pool_size=2)
"""The cluster with as many candidates as it should have."""

CALM: Final = _node(SNAPSHOT, NODE3, drained=False)
"""The cluster with a third node that is neither candidate nor drained nor offline."""


def _change(node: str = "node3", snapshot: ClusterSnapshot = SNAPSHOT, **parameters: Any) -> Run:
    return run(NodeSetParams(), snapshot, ANSWERS, node_name=node, **parameters)


def _flags(node: Node) -> tuple[bool, bool, bool]:
    return node.master_candidate, node.drained, node.offline


def test_a_node_goes_offline() -> None:
    """A regular node that goes offline is written twice, its flag is the result, and hooks run on it and the master."""
    changed = _change("node3", CALM, offline=True)
    assert changed.result == [["offline", "True"]]
    assert _flags(changed.after.nodes[NODE3]) == (False, False, True)
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
    changed = _change(
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


def test_a_candidate_is_demoted() -> None:
    """A candidate that becomes a regular node is told so, and its certificate is forgotten."""
    certs = {**SNAPSHOT.cluster.candidate_certs, NODE2: "12:34"}
    before = _cluster(_node(CALM, NODE3, master_candidate=True), candidate_pool_size=2, candidate_certs=certs)
    changed = _change("node2", before, master_candidate=False)
    assert changed.result == [["master_candidate", "False"]]
    assert changed.called == [("node_demote_from_mc", (NODE2,)), ("node_ensure_daemon", (NODE2,))]
    assert changed.after.cluster.candidate_certs == SNAPSHOT.cluster.candidate_certs


def test_a_candidate_that_does_not_demote_itself_is_told_of() -> None:
    """The node's failure is a warning: it is a candidate no more, whatever it thinks."""
    before = _cluster(_node(CALM, NODE3, master_candidate=True), candidate_pool_size=2)
    answers = {**ANSWERS, "node_demote_from_mc": RpcFailure("no")}
    changed = run(NodeSetParams(), before, answers, node_name="node2", drained=True)
    assert changed.result == [["master_candidate", "False"], ["drained", "True"]]
    assert changed.log == [" - WARNING: Node failed to demote itself: no"]


def test_a_candidate_that_goes_offline_is_not_called() -> None:
    """Nobody calls a node that is offline."""
    before = _cluster(_node(CALM, NODE3, master_candidate=True), candidate_pool_size=2)
    changed = _change("node2", before, offline=True)
    assert changed.result == [["master_candidate", "False"], ["offline", "True"]]
    assert changed.called == [("node_ensure_daemon", (NODE2,))]


def test_another_node_is_promoted_in_its_place() -> None:
    """With automatic promotion, all nodes are locked, and others become candidates by their certificates."""
    before = _cluster(CALM, candidate_pool_size=2)
    changed = _change("node2", before, master_candidate=False, auto_promote=True)
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
    before = _cluster(_node(CALM, NODE3, master_candidate=True), candidate_pool_size=1)
    changed = _change("node2", before, drained=True, auto_promote=True)
    assert changed.log == [" - INFO: Note: more nodes are candidates (2) than desired (1)"]


def test_a_node_is_promoted() -> None:
    """A new candidate's certificate is known from then on."""
    changed = _change("node3", _cluster(CALM, candidate_pool_size=2), master_candidate=True)
    assert changed.result == [["master_candidate", "True"]]
    assert changed.called == [("node_crypto_tokens", (NODE3,)), KVMD]
    assert changed.calls[0].arguments == {NODE3: [[["ssl", "get", None]]]}
    assert changed.after.cluster.candidate_certs[NODE3] == "AB:CD"


@pytest.mark.parametrize("answer", [RpcFailure("lost"), [["tls", "AB"]], None])
def test_a_candidate_without_certificate_is_an_error(answer: object) -> None:
    """A node that does not tell its certificate fails the opcode, with its role already written."""
    changed = run(
        NodeSetParams(), CALM, {**ANSWERS, "node_crypto_tokens": answer}, node_name="node3", master_candidate=True
    )
    assert changed.failure is not None
    assert changed.failure[0] == "OpExecError"
    assert changed.after.nodes[NODE3].master_candidate


def test_a_node_that_comes_back_promotes_itself() -> None:
    """Undrained, a node becomes a candidate if there are fewer than there should be, and only then."""
    promoted = _change("node3", drained=False)
    assert promoted.result == [["master_candidate", "True"], ["drained", "False"]]
    assert promoted.log == [" - INFO: Auto-promoting node to master candidate"]
    assert promoted.hook_env["GANETI_MASTER_CANDIDATE"] == "True"
    assert _change("node3", SMALL_POOL, drained=False).result == [["drained", "False"]]


def test_a_node_that_loses_its_capability_demotes_itself() -> None:
    """A candidate that cannot be master is none."""
    before = _cluster(_node(CALM, NODE3, master_candidate=True), candidate_pool_size=2)
    changed = _change("node2", before, master_capable=False)
    assert changed.result == [["master_capable", "False"], ["master_candidate", "False"]]
    assert changed.log == [" - INFO: Demoting from master candidate"]


def test_a_node_that_comes_online_must_answer() -> None:
    """A node that was offline is asked for its version, and a warning is given."""
    changed = _change("node4", SMALL_POOL, offline=False)
    assert changed.result == [["offline", "False"]]
    assert changed.called[0] == ("version", (NODE4,))
    assert changed.log == [
        " - WARNING: Transitioning node from offline to online state without using re-add."
        " Please make sure the node is healthy!"
    ]
    silent = run(NodeSetParams(), SMALL_POOL, {"version": RpcFailure("timeout")}, node_name="node4", offline=False)
    text = "Node node4.example.org is being de-offlined but fails to report its version: timeout"
    assert silent.failure == prereq(text, "wrong_state")


def test_flags_that_are_not_set_need_not_be_unset() -> None:
    """Unsetting what is not set is told, and changes nothing but serial numbers."""
    changed = _change("node3", CALM, drained=False, offline=False)
    assert changed.result == []
    assert changed.log == [
        " - INFO: Ignoring request to unset flag drained, already unset",
        " - INFO: Ignoring request to unset flag offline, already unset",
    ]
    assert changed.steps == ["cluster serial +1", "cluster time", "nodes serial +1", "nodes time"]


OOB: Final = _node(SMALL_POOL, NODE4, ndparams={"oob_program": "/oob"})


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
            _node(CALM, NODE3, master_capable=False),
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
            _cluster(CALM, candidate_pool_size=2),
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
    refused = _change(node, snapshot, **parameters)
    assert refused.failure == failure
    assert refused.changes == 0


def test_a_node_that_is_turned_on_can_come_online() -> None:
    """Powered in the same order is enough."""
    assert _change("node4", OOB, offline=False, powered=True).result == [["offline", "False"]]


def _stop_all(snapshot: ClusterSnapshot) -> ClusterSnapshot:
    changed = {item.uuid: evolve(item, admin_state="down") for item in snapshot.instances.values()}
    return evolve(snapshot, instances=snapshot.instances.replaced(changed))


def test_a_node_gets_another_secondary_address() -> None:
    """The node must have it and be reached by it; instances that replicate over it are locked and must be down."""
    changed = _change("node2", _stop_all(SNAPSHOT), secondary_ip="198.51.100.99")
    assert changed.result == [["secondary_ip", "198.51.100.99"]]
    assert changed.after.nodes[NODE2].secondary_ip == "198.51.100.99"
    assert changed.locks["instance"] == ("shared", ["back.example.org", "web.example.org"])
    assert changed.called == [("node_has_ip_address", (NODE2,)), ("node_ensure_daemon", (NODE2,))]
    assert "version at 198.51.100.99" in changed.story


_IP: Final = "198.51.100.99"
_SINGLE: Final = _node(SNAPSHOT, NODE1, secondary_ip=SNAPSHOT.nodes[NODE1].primary_ip)


@pytest.mark.parametrize(
    ("node", "snapshot", "answers", "parameters", "failure"),
    [
        (
            "node2",
            SNAPSHOT,
            {},
            {"secondary_ip": _IP},
            prereq("Instance 'back.example.org' is marked to be up, cannot change secondary ip", "wrong_state"),
        ),
        (
            "node4",
            _SINGLE,
            {},
            {"secondary_ip": _IP},
            prereq(
                "Changing the secondary ip on a single-homed cluster requires the --force option to be passed,"
                " and the target node to be the master"
            ),
        ),
        (
            "node4",
            SNAPSHOT,
            {},
            {"secondary_ip": "192.0.2.14", "force": True},
            prereq(
                "Cannot set the secondary IP to be the same as the primary IP on a multi-homed cluster,"
                " unless the --force option is passed, and the target node is the master"
            ),
        ),
        (
            "node2",
            _stop_all(SNAPSHOT),
            {"node_has_ip_address": False},
            {"secondary_ip": _IP},
            prereq(
                "Node claims it doesn't have the secondary ip you gave (198.51.100.99),"
                " please fix and re-run this command",
                "environment_error",
            ),
        ),
        (
            "node2",
            _stop_all(SNAPSHOT),
            {"node_has_ip_address": RpcFailure("lost")},
            {"secondary_ip": _IP},
            prereq("Failure checking secondary ip on node node2.example.org: lost", "environment_error"),
        ),
        (
            "node2",
            _stop_all(SNAPSHOT),
            {"version": RpcFailure("lost")},
            {"secondary_ip": _IP},
            prereq("Node secondary ip not reachable by TCP based ping to node daemon port", "environment_error"),
        ),
        (
            "node2",
            _node(SNAPSHOT, NODE2, offline=True, master_candidate=False),
            {},
            {"secondary_ip": _IP},
            prereq(
                "Cannot change secondary IP address: offline node has instances"
                " (back.example.org, web.example.org) configured to use it",
                "wrong_state",
            ),
        ),
    ],
)
def test_an_address_that_cannot_be_is_refused(
    node: str,
    snapshot: ClusterSnapshot,
    answers: Mapping[str, Answer],
    parameters: Mapping[str, Any],
    failure: list[object],
) -> None:
    """What is wrong with an address is said, and nothing is written."""
    refused = run(NodeSetParams(), snapshot, {**ANSWERS, **answers}, node_name=node, **parameters)
    assert refused.failure == failure
    assert refused.changes == 0


def test_the_masters_address_may_change_the_kind_of_cluster_by_force() -> None:
    """The master is the first to get a second address, or to lose it."""
    first = _change("node1", _stop_all(_SINGLE), secondary_ip=_IP, force=True)
    assert first.log == [
        " - WARNING: Transitioning from single-homed to multi-homed cluster;"
        " all nodes will require a secondary IP address"
    ]
    last = _change("node1", _stop_all(SNAPSHOT), secondary_ip="192.0.2.11", force=True)
    assert last.log == [
        " - WARNING: Transitioning from multi-homed to single-homed cluster;"
        " secondary IP addresses will have to be removed"
    ]


def test_instances_that_move_meanwhile_are_noticed() -> None:
    """An instance whose lock is not held might be started meanwhile."""

    def split(snapshot: ClusterSnapshot) -> ClusterSnapshot:
        web = next(item for item in snapshot.instances.values() if item.name == "web.example.org")
        renamed = evolve(web, name="www.example.org")
        return evolve(snapshot, instances=snapshot.instances.replaced({web.uuid: renamed}))

    stale = run(
        NodeSetParams(), SNAPSHOT, ANSWERS, meanwhile={LockLevel.NODE: split}, node_name="node2", secondary_ip=_IP
    )
    text = (
        "Instances affected by changing node node2.example.org's secondary IP address have changed since locks were"
        " acquired, wanted 'back.example.org, www.example.org', have 'back.example.org, web.example.org';"
        " retry the operation"
    )
    assert stale.failure == prereq(text, "wrong_state")


SSH: Final = _cluster(CALM, modify_ssh_setup=True, candidate_pool_size=2)
_NAMES: Final = [f"node{number}.example.org" for number in range(1, 5)]


def test_keys_are_spread_where_that_is_the_clusters_business() -> None:
    """The master spreads a new candidate's SSH key; nodes where it could not are told."""
    answers = {**ANSWERS, "node_ssh_key_add": [["node4.example.org", "unreachable"]]}
    changed = run(NodeSetParams(), SSH, answers, node_name="node3", master_candidate=True)
    assert changed.calls[-1].arguments == {NODE1: [NODE3, "node3.example.org", _NAMES, True, True, False]}
    assert changed.log == ["Some nodes' SSH key files could not be updated:", "node4.example.org: unreachable"]


def test_keys_are_withdrawn() -> None:
    """The master withdraws the key of a candidate that is none any more; if it cannot, the opcode fails."""
    before = _cluster(_node(SSH, NODE3, master_candidate=True))
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
    before = _cluster(CALM, enabled_user_shutdown=True)
    started = _change("node3", before, vm_capable=True)
    assert started.calls[-1].arguments == {NODE3: ["ganeti-kvmd", True]}
    answers = {"node_ensure_daemon": RpcFailure("no")}
    stopped = run(NodeSetParams(), CALM, answers, node_name="node3", master_capable=True)
    assert stopped.calls[-1].arguments == {NODE3: ["ganeti-kvmd", False]}
    assert stopped.log == ["Failed to stop KVM daemon on node 'node3.example.org': no"]


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
    before = _cluster(EMPTIED, candidate_pool_size=2)
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


def test_a_node_that_cannot_be_reached_is_removed_too() -> None:
    """What goes wrong on the node, and with copies, is told."""
    answers = {**LEAVING, "node_leave_cluster": RpcFailure("down"), "upload_file": RpcFailure("full")}
    removed = run(
        NodeRemove(), _cluster(EMPTIED, candidate_pool_size=2), answers, files=["/etc/hosts"], node_name="node4"
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
