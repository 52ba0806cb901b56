"""A cluster whose nodes change their roles, and answers of nodes that do not mind."""

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve

from ganeti_lite.masterd.units.node import NodeSetParams
from ganeti_lite.snapshot import ClusterSnapshot
from tests.masterd.small_cluster import NODE3, SNAPSHOT
from tests.masterd.units.scripted import Answer, Run, run

KVMD: Final = ("node_ensure_daemon", (NODE3,))

ANSWERS: Final[Mapping[str, Answer]] = {
    "node_crypto_tokens": [["ssl", "AB:CD"]],
    "node_demote_from_mc": None,
    "node_ensure_daemon": None,
    "node_has_ip_address": True,
    "version": 3000000,
}


def with_node(snapshot: ClusterSnapshot, uuid: str, **changes: Any) -> ClusterSnapshot:
    """The cluster with a node that is a bit different."""
    return evolve(snapshot, nodes=snapshot.nodes.replaced({uuid: evolve(snapshot.nodes[uuid], **changes)}))


def with_cluster(snapshot: ClusterSnapshot = SNAPSHOT, **changes: Any) -> ClusterSnapshot:
    """The cluster with other settings."""
    return evolve(snapshot, cluster=evolve(snapshot.cluster, **changes))


SMALL_POOL: Final = with_cluster(candidate_pool_size=2)
"""The cluster with as many candidates as it should have."""

CALM: Final = with_node(SNAPSHOT, NODE3, drained=False)
"""The cluster with a third node that is neither candidate nor drained nor offline."""


def set_params(node: str = "node3", snapshot: ClusterSnapshot = SNAPSHOT, **parameters: Any) -> Run:
    """Carry out an order to change a node."""
    return run(NodeSetParams(), snapshot, ANSWERS, node_name=node, **parameters)
