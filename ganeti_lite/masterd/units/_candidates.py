"""Master candidates: nodes promoted so that there are enough, their certificates known, their SSH keys spread.

Source: what Ganeti 3.0 does when a node's role or the size of the pool changes.
"""

from types import MappingProxyType
from typing import Any

from attrs import evolve

from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.changes import count_candidates, pick_candidates, promote_candidates
from ganeti_lite.snapshot import ClusterSnapshot, Node

from ._answers import FAST, SLOW, require
from ._effects import CallNodes, ChangeConfig, Effects, Tell, info


def fill_pool(snapshot: ClusterSnapshot, *excepted: str) -> Effects[ClusterSnapshot]:
    """Promote nodes until there are as many candidates as there should be; the configuration then.

    :param excepted: UUIDs of nodes that do not count.
    """
    promoted = pick_candidates(snapshot, excepted)
    snapshot = yield ChangeConfig(lambda newest, now: promote_candidates(newest, now, excepted))
    if promoted:
        yield info(f"Promoted nodes to master candidate role: {', '.join(node.name for node in promoted)}")
    for node in promoted:
        snapshot = yield from add_certificate(node, snapshot)
        yield from add_ssh_key(node, snapshot)
    stats = count_candidates(snapshot, excepted)
    if stats.now > stats.wanted:
        yield info(f"Note: more nodes are candidates ({stats.now}) than desired ({stats.wanted})")
    return snapshot


def add_certificate(node: Node, snapshot: ClusterSnapshot) -> Effects[ClusterSnapshot]:
    """Ask a new candidate for the digest of its certificate, by which the others let it in; the configuration then.

    :raises OpExecError: it does not say.
    """
    del snapshot
    results = yield CallNodes("node_crypto_tokens", {node.uuid: [[["ssl", "get", None]]]}, SLOW)
    payload = require(results[node.uuid], f"Could not retrieve the node's (uuid {node.uuid}) SSL digest.")
    match payload:
        case [["ssl", str(digest)]]:
            after: ClusterSnapshot = yield ChangeConfig(lambda newest, _: _with_digest(newest, node.uuid, digest))
            return after
        case _:
            raise OpExecError(f"Could not retrieve the node's (uuid {node.uuid}) SSL digest.: it told something else")


def drop_certificate(uuid: str) -> Effects[ClusterSnapshot]:
    """Forget the certificate of a node that is no candidate any more; the configuration then."""
    after: ClusterSnapshot = yield ChangeConfig(lambda newest, _: _with_digest(newest, uuid, None))
    return after


def _with_digest(snapshot: ClusterSnapshot, uuid: str, digest: str | None) -> ClusterSnapshot:
    """The certificates' digests step no serial number but the file's, which they step even where nothing changes."""
    kept = {node: value for node, value in snapshot.cluster.candidate_certs.items() if node != uuid}
    certs = kept if digest is None else {**kept, uuid: digest}
    return evolve(snapshot, cluster=evolve(snapshot.cluster, candidate_certs=MappingProxyType(certs)))


def add_ssh_key(node: Node, snapshot: ClusterSnapshot) -> Effects[None]:
    """Have all nodes accept a new candidate's SSH key, if SSH is the cluster's business.

    :raises OpExecError: the master could not do it.
    """
    arguments = [node.uuid, node.name, _list_potential(snapshot), True, True, False]
    what = f"Could not update the SSH setup of node '{node.name}' after promotion (UUID: {node.uuid})."
    yield from _change_ssh("node_ssh_key_add", arguments, snapshot, what)


def remove_ssh_key(
    node: Node, snapshot: ClusterSnapshot, what: str, *, is_candidate: bool, leaves: bool
) -> Effects[None]:
    """Have no node accept a node's SSH key any more, if SSH is the cluster's business.

    :param what: the text of the error.
    :param is_candidate: whether others have accepted it.
    :param leaves: whether the node leaves the cluster, so that nothing is to be left of it, nor there.
    :raises OpExecError: the master could not do it.
    """
    candidates = [item.uuid for item in snapshot.nodes.values() if item.master_candidate]
    flags = [is_candidate, leaves, leaves, leaves, False]
    arguments = [node.uuid, node.name, candidates, _list_potential(snapshot), *flags]
    yield from _change_ssh("node_ssh_key_remove", arguments, snapshot, what)


def _list_potential(snapshot: ClusterSnapshot) -> list[str]:
    """Names of the nodes that could be candidates: all."""
    return [node.name for node in snapshot.nodes.ordered]


def _change_ssh(method: str, arguments: list[Any], snapshot: ClusterSnapshot, what: str) -> Effects[None]:
    if not snapshot.cluster.modify_ssh_setup:
        return
    master = snapshot.cluster.master_node
    results = yield CallNodes(method, {master: arguments}, FAST)
    failures = require(results[master], what)
    if failures:
        yield Tell("Some nodes' SSH key files could not be updated:")
    for name, text in failures or ():
        yield Tell(f"{name}: {text}")
