"""The allocator that made-up nodes have: placement over Ganeti's iallocator protocol."""

import json
from typing import Any

import pytest

from ganeti_lite.simulator.noded import Hardware, SimulatedNode

from .asking import Asked

GROUPS = {
    "g1": {"name": "default", "alloc_policy": "preferred"},
    "g2": {"name": "spare", "alloc_policy": "unallocable"},
}


def make_node(group: str, memory: int, **changes: Any) -> dict[str, Any]:
    """A node as the master describes it."""
    node = {"group": group, "offline": False, "drained": False, "vm_capable": True, "free_memory": memory}
    return {**node, "free_disk": 1_000, **changes}


NODES = {
    "a": make_node("g1", 500),
    "b": make_node("g1", 900),
    "c": make_node("g1", 900),
    "d": make_node("g1", 5_000, drained=True),
    "e": make_node("g2", 9_000),
    "f": make_node("g1", 700, free_disk=10),
}
INSTANCES = {"old": {"nodes": ["b", "c"], "memory": 64}}


def make_request(**changes: Any) -> dict[str, Any]:
    """A request for one node."""
    return {"type": "allocate", "name": "new", "required_nodes": 1, "memory": 400, "disk_space_total": 100, **changes}


def allocate(request: dict[str, Any], allocator: str = "hail") -> Any:
    """What the call answers."""
    node = Asked(SimulatedNode("n", "127.18.0.10", "b", Hardware(1, 0, 1, 1)))
    cluster = {"version": 2, "nodegroups": GROUPS, "nodes": NODES, "instances": INSTANCES, "request": request}
    return node.ask("iallocator_runner", allocator, json.dumps(cluster), {})


def answer(request: dict[str, Any]) -> Any:
    """What the allocator prints, as the master reads it."""
    is_success, text = allocate(request)
    assert (is_success, text[-1]) == (True, "\n")
    return json.loads(text)


@pytest.mark.parametrize(
    ("changes", "nodes"),
    [
        ({}, ["b"]),
        ({"required_nodes": 2}, ["b", "c"]),
        ({"required_nodes": 2, "memory": 950}, None),
        ({"memory": 450, "required_nodes": 3}, ["b", "c", "a"]),
        ({"group_name": "default"}, ["b"]),
        ({"group_name": "spare"}, None),
        ({"type": "relocate", "name": "old"}, ["a"]),
        ({"type": "relocate", "name": "old", "disk_space_total": 2_000}, None),
        ({"type": "node-evacuate"}, None),
    ],
)
def test_placement(changes: dict[str, Any], nodes: list[str] | None) -> None:
    """The nodes with most free memory that may be used and have room, of one group; none where there are too few."""
    result = answer(make_request(**changes))
    assert (result["success"], result["result"]) == (nodes is not None, nodes or [])
    assert result["info"].startswith("Request successful: " if nodes else "Request failed: ")


def test_many_at_once() -> None:
    """Each takes its room from the next; those without a place are named."""
    many = [make_request(name=name, memory=600) for name in ("one", "two", "three")]
    result = answer({"type": "multi-allocate", "instances": many})
    assert result["result"] == [[["one", ["b"]], ["two", ["c"]]], ["three"]]


def test_allocators_that_fail() -> None:
    """One that is not there, and a request that it does not understand."""
    assert allocate(make_request(), "nosuch") == [False, "iallocator module 'nosuch' not found in the search path"]
    is_success, text = allocate({"type": "relocate", "name": "nosuch"})
    assert not is_success
    assert text.startswith("iallocator module 'hail' failed: exited with exit code 1, output '")
