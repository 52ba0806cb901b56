"""Nodes in groups, and the pool of master candidates."""

import pytest
from attrs import evolve

from ganeti_lite.errors import ConfigurationError
from ganeti_lite.masterd import changes
from ganeti_lite.masterd.changes import CandidateStats
from ganeti_lite.snapshot import ClusterSnapshot, Node, NodeGroup
from tests.masterd.small_cluster import GROUP1, GROUP2, NEW, NODE1, NODE2, NODE3, NOW, SNAPSHOT
from tests.query.small_clusters import CLUSTER, make_snapshot


def pool(roles: str, size: int = 10) -> ClusterSnapshot:
    """Nodes of these roles: Candidate, Regular, Offline, Drained, Incapable of being a candidate."""
    nodes = [
        Node(
            f"n{index}",
            1,
            f"node{index}",
            "192.0.2.1",
            "192.0.2.1",
            "g",
            master_candidate=role == "C",
            offline=role == "O",
            drained=role == "D",
            master_capable=role != "I",
        )
        for index, role in enumerate(roles, start=1)
    ]
    return make_snapshot(
        cluster=evolve(CLUSTER, candidate_pool_size=size), nodes=nodes, nodegroups=[NodeGroup("g", "default")]
    )


@pytest.mark.parametrize(
    ("roles", "size", "excepted", "stats", "picked"),
    [
        ("CRR", 10, "", (1, 3, 3), "n2 n3"),
        ("CRRRRR", 3, "", (1, 3, 6), "n2 n3"),
        ("CODIR", 10, "", (1, 2, 2), "n5"),
        ("CCC", 2, "", (3, 2, 3), ""),
        ("CCR", 2, "n2", (1, 2, 2), "n3"),
        ("CRR", 3, "n2", (1, 2, 2), "n3"),
        ("C" + "R" * 10, 3, "", (1, 3, 11), "n2 n3"),
        ("R" * 11, 10, "n1 n2", (0, 9, 9), "n3 n4 n5 n6 n7 n8 n9 n10 n11"),
    ],
)
def test_candidates(roles: str, size: int, excepted: str, stats: tuple[int, ...], picked: str) -> None:
    """As many nodes are promoted as are wanted: the first that may be candidates, in listing order."""
    snapshot, without = pool(roles, size), excepted.split()
    assert changes.count_candidates(snapshot, without) == CandidateStats(*stats)
    assert [node.uuid for node in changes.pick_candidates(snapshot, without)] == picked.split()
    after = changes.promote_candidates(snapshot, NOW, without)
    assert {node.uuid for node in after.nodes.values() if node != snapshot.nodes[node.uuid]} == set(picked.split())
    assert all(after.nodes[uuid].master_candidate for uuid in picked.split())


def test_promotion_steps() -> None:
    """Those that are promoted get the next serial number, but keep their time; the cluster is stepped, if any is."""
    before = pool("CRR")
    after = changes.promote_candidates(before, NOW)
    assert [(node.serial_no, node.mtime) for node in after.nodes.values()] == [(1, 0), (2, 0), (2, 0)]
    assert (after.cluster.serial_no, after.cluster.mtime) == (before.cluster.serial_no + 1, 0)
    again = changes.promote_candidates(after, NOW)
    assert again is not after
    assert (again.nodes, again.cluster) == (after.nodes, after.cluster)


def test_nodes_change_groups() -> None:
    """Nodes are where they were sent."""
    after = changes.assign_to_groups(SNAPSHOT, {NODE1: GROUP2, NODE2: GROUP1, NODE3: GROUP1}, NOW)
    assert [after.nodes[node].group for node in (NODE1, NODE2, NODE3)] == [GROUP2, GROUP1, GROUP1]
    assert after.nodes[NODE2] is SNAPSHOT.nodes[NODE2]


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({NEW: GROUP1}, f"Unable to find node '{NEW}'"),
        ({NODE1: NEW}, f"Unable to find new group '{NEW}'"),
    ],
)
def test_nodes_and_groups_must_exist(groups: dict[str, str], message: str) -> None:
    """What is not there is told."""
    with pytest.raises(ConfigurationError, match=message):
        changes.assign_to_groups(SNAPSHOT, groups, NOW)
