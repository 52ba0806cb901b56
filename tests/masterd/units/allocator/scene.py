"""An allocator that chooses a node, and what nodes tell it."""

import json
from typing import Any, Final

from ganeti_lite.snapshot import ClusterSnapshot
from tests.masterd.small_cluster import NODE1
from tests.masterd.units.instance.scene import PLACE, create
from tests.masterd.units.scripted import Answer, Run

INFO: Final = {
    "memory_total": 4096,
    "memory_dom0": 100,
    "memory_free": 3000,
    "cpu_total": 8,
    "cpu_dom0": 1,
    "cpu_nodes": 1,
    "cpu_sockets": 1,
}
SPACE: Final = {"type": "file", "name": "/srv/files", "storage_size": 10000, "storage_free": 9000}


def answer(**values: Any) -> str:
    """What an allocator says, in JSON."""
    return json.dumps({"success": True, "info": "fine", "result": ["node2.example.org"], **values})


ANSWERS: Final[dict[str, Answer]] = {
    "node_info": ["boot", [SPACE], [INFO]],
    "all_instances_info": {"web.example.org": {"memory": 2000, "vcpus": 2, "state": 0, "time": 1}},
    "iallocator_runner": answer(),
}


def allocate(answers: dict[str, Answer] | None = None, snapshot: ClusterSnapshot = PLACE, **parameters: Any) -> Run:
    """Make an instance where an allocator wants it."""
    return create(snapshot, {**ANSWERS, **(answers or {})}, **{"pnode": None, "iallocator": "hail", **parameters})


def read_request(run: Run) -> Any:
    """What the allocator was told."""
    (call,) = (call for call in run.calls if call.method == "iallocator_runner")
    assert call.nodes == (NODE1,)
    name, text, params = call.arguments[NODE1]
    assert (name, params) == ("hail", {})
    return json.loads(text)
