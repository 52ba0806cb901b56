"""The roles of nodes: what becomes of them by what is ordered."""

from tests.masterd.small_cluster import NODE2, NODE3, SNAPSHOT

from .scene import CALM, KVMD, SMALL_POOL, set_params, with_cluster, with_node


def test_a_candidate_is_demoted() -> None:
    """A candidate that becomes a regular node is told so, and its certificate is forgotten."""
    certs = {**SNAPSHOT.cluster.candidate_certs, NODE2: "12:34"}
    before = with_cluster(with_node(CALM, NODE3, master_candidate=True), candidate_pool_size=2, candidate_certs=certs)
    changed = set_params("node2", before, master_candidate=False)
    assert changed.result == [["master_candidate", "False"]]
    assert changed.called == [("node_demote_from_mc", (NODE2,)), ("node_ensure_daemon", (NODE2,))]
    assert changed.after.cluster.candidate_certs == SNAPSHOT.cluster.candidate_certs


def test_a_node_is_promoted() -> None:
    """A new candidate's certificate is known from then on."""
    changed = set_params("node3", with_cluster(CALM, candidate_pool_size=2), master_candidate=True)
    assert changed.result == [["master_candidate", "True"]]
    assert changed.called == [("node_crypto_tokens", (NODE3,)), KVMD]
    assert changed.calls[0].arguments == {NODE3: [[["ssl", "get", None]]]}
    assert changed.after.cluster.candidate_certs[NODE3] == "AB:CD"


def test_a_node_that_comes_back_promotes_itself() -> None:
    """Undrained, a node becomes a candidate if there are fewer than there should be, and only then."""
    promoted = set_params("node3", drained=False)
    assert promoted.result == [["master_candidate", "True"], ["drained", "False"]]
    assert promoted.log == [" - INFO: Auto-promoting node to master candidate"]
    assert promoted.hook_env["GANETI_MASTER_CANDIDATE"] == "True"
    assert set_params("node3", SMALL_POOL, drained=False).result == [["drained", "False"]]


def test_a_node_that_loses_its_capability_demotes_itself() -> None:
    """A candidate that cannot be master is none."""
    before = with_cluster(with_node(CALM, NODE3, master_candidate=True), candidate_pool_size=2)
    changed = set_params("node2", before, master_capable=False)
    assert changed.result == [["master_capable", "False"], ["master_candidate", "False"]]
    assert changed.log == [" - INFO: Demoting from master candidate"]


def test_flags_that_are_not_set_need_not_be_unset() -> None:
    """Unsetting what is not set is told, and changes nothing but serial numbers."""
    changed = set_params("node3", CALM, drained=False, offline=False)
    assert changed.result == []
    assert changed.log == [
        " - INFO: Ignoring request to unset flag drained, already unset",
        " - INFO: Ignoring request to unset flag offline, already unset",
    ]
    assert changed.steps == ["cluster serial +1", "cluster time", "nodes serial +1", "nodes time"]
