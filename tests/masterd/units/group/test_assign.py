"""Nodes move into another group as with Ganeti."""

from collections.abc import Mapping
from typing import Any

import pytest

from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.units.group import GroupAssignNodes
from tests.masterd.small_cluster import GROUP1, GROUP2, NEW, NODE1, NODE3, NODE4, SNAPSHOT
from tests.masterd.units.scripted import exec_error, prereq, run

from .scene import EMPTY_GROUP, move


def test_nodes_are_moved() -> None:
    """Nodes and groups that are touched are stepped once each, and so is the cluster; there are no hooks."""
    moved = run(GroupAssignNodes(), group_name="default", nodes=["node3", "node4.example.org", "node1"])
    assert moved.result is None
    assert [moved.after.nodes[uuid].group for uuid in (NODE1, NODE3, NODE4)] == [GROUP1] * 3
    assert moved.steps == [
        *("cluster serial +1", "nodegroups serial +1", "nodegroups serial +1", "nodegroups time", "nodegroups time"),
        *("nodes serial +1", "nodes serial +1", "nodes time", "nodes time"),
    ]
    assert moved.locks == {
        "nodegroup": ("exclusive", [GROUP1, GROUP2]),
        "node": ("exclusive", [NODE1, NODE3, NODE4]),
    }
    assert moved.hooks == []
    assert moved.order is not None
    assert moved.order["nodes"] == ["node3.example.org", "node4.example.org", "node1.example.org"]
    assert moved.order["node_uuids"] == [NODE3, NODE4, NODE1]


def test_no_nodes_are_none() -> None:
    """An empty list moves nobody and locks no node; in Ganeti 3.0, it stands for all nodes."""
    moved = run(GroupAssignNodes(), group_name="rack2", nodes=[])
    assert moved.result is None
    assert moved.locks == {"nodegroup": ("exclusive", [GROUP2])}
    assert moved.after.nodes is SNAPSHOT.nodes


def test_a_mirrored_instance_is_not_split() -> None:
    """Nodes that are a pair for an instance part only by force, and then the job tells of it."""
    text = "The following instances get split by this change and --force was not given: web.example.org"
    assert run(GroupAssignNodes(), group_name="rack2", nodes=["node2"]).failure == exec_error(text)
    forced = run(GroupAssignNodes(), group_name="rack2", nodes=["node1"], force=True)
    assert forced.result is None
    assert forced.log == [
        " - WARNING: This operation will split the following instances: web.example.org",
        " - WARNING: In addition, these already-split instances continue to be split across groups: back.example.org",
    ]


def test_a_pair_of_nodes_may_move_together() -> None:
    """What is together afterwards, or was apart before, is no split."""
    both = run(GroupAssignNodes(), group_name="rack2", nodes=["node1", "node2"])
    assert both.result is None
    apart = move("node2", to="rack2")(SNAPSHOT)
    assert run(GroupAssignNodes(), apart, group_name="default", nodes=["node2"]).log == []


def test_nodes_that_move_meanwhile_are_noticed() -> None:
    """A node that is moved while locks are waited for may be in a group whose lock is not held."""
    meanwhile = {LockLevel.NODE: move("node3", to="default")}
    stale = run(GroupAssignNodes(), EMPTY_GROUP, meanwhile=meanwhile, group_name="empty", nodes=["node3"])
    text = (
        f"Nodes changed groups since locks were acquired, current groups are '{GROUP1}, {NEW}',"
        f" used to be '{GROUP2}, {NEW}'"
    )
    assert stale.failure == exec_error(text)


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"group_name": "nowhere", "nodes": []}, "Node group 'nowhere' not found"),
        ({"group_name": "default", "nodes": ["node9"]}, "Node 'node9' not known"),
    ],
)
def test_unknown_names_are_refused(parameters: Mapping[str, Any], text: str) -> None:
    """Groups and nodes must be there."""
    assert run(GroupAssignNodes(), **parameters).failure == prereq(text, "unknown_entity")
