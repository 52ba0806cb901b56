"""The node of a new instance, where an allocator chooses it."""

import json

from attrs import evolve

from ganeti_lite.masterd.frame import Acquire
from ganeti_lite.masterd.locks import LockLevel
from tests.masterd.small_cluster import GROUP1, NEW, NODE1, NODE2
from tests.masterd.units.allocator.scene import allocate, answer
from tests.masterd.units.scripted import Answer, prereq

from .scene import PLACE


def test_the_allocator_chooses_the_node() -> None:
    """All nodes and groups are locked until it has, then only those of the instance; the log tells which."""
    created = allocate()
    assert created.result == ["node2.example.org"]
    assert created.after.instances[NEW].primary_node == NODE2
    assert created.locks == {
        "instance": ("exclusive", ["new.example.org"]),
        "nodegroup": ("shared", "all"),
        "node": ("exclusive", "all"),
        "node-res": ("exclusive", "all"),
    }
    assert [(release.level, release.keep) for release in created.released[:3]] == [
        (LockLevel.NODE, frozenset({NODE2})),
        (LockLevel.NODE_RES, frozenset({NODE2})),
        (LockLevel.GROUP, frozenset({GROUP1})),
    ]
    text = " - INFO: Selected nodes for instance new.example.org via iallocator hail: node2.example.org"
    assert created.log[0] == text


def test_the_cluster_has_an_allocator() -> None:
    """It is taken where nothing is said, and where a dot says so."""
    for parameters in ({"iallocator": None}, {"iallocator": "."}):
        assert allocate(**parameters).result == ["node2.example.org"]
    without = evolve(PLACE, cluster=evolve(PLACE.cluster, default_iallocator=""))
    refused = allocate(snapshot=without, iallocator=None)
    text = (
        "No iallocator or node given and no cluster-wide default iallocator found; please specify either an"
        " iallocator or a node, or set a cluster-wide default iallocator"
    )
    assert refused.failure == prereq(text)


def test_it_chooses_from_the_nodes_that_could_be_locked() -> None:
    """If it finds none there, all are locked, and it is asked again."""
    answers = iter([answer(success=False, info="no room", result=[]), answer()])
    nics = [{"mac": "aa:00:00:00:00:01", "link": "br0"}]
    tried: dict[str, Answer] = {"iallocator_runner": lambda *_: next(answers)}
    created = allocate(tried, opportunistic_locking=True, nics=nics)
    assert created.result == ["node2.example.org"]
    wishes = [effect.wish for effect in created.effects if isinstance(effect, Acquire)]
    assert [wish.is_opportunistic for wish in wishes] == [*[False] * 3, True, True, *[False] * 4]
    first, second = (
        json.loads(call.arguments[NODE1][1])["request"] for call in created.calls if call.method == "iallocator_runner"
    )
    assert len(first["restrict-to-nodes"]) == 4
    assert "restrict-to-nodes" not in second
    assert created.log[:2] == [
        " - INFO: IAllocator 'hail' failed on opportunistically acquired nodes: no room",
        "* falling back to full lock allocation",
    ]


def test_it_is_asked_only_twice() -> None:
    """Then the job fails, as it does where all are locked from the beginning."""
    failing: dict[str, Answer] = {"iallocator_runner": answer(success=False, info="no room", result=[])}
    refused = allocate(failing, opportunistic_locking=True)
    text = "Can't compute nodes using iallocator 'hail': no room"
    assert refused.failure == prereq(text, "insufficient_resources")
    assert len([call for call in refused.calls if call.method == "iallocator_runner"]) == 2
