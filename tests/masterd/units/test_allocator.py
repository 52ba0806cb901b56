"""Allocators are told the cluster as Ganeti tells it, and what they answer is heeded."""

import json
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.masterd.frame import Acquire
from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.snapshot import ClusterSnapshot, Table
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import GROUP1, NEW, NODE1, NODE2, NODE4

from .scripted import Answer, Run, exec_error, prereq
from .test_instance_create import PLACE, create

HAIL: Final = Path("/usr/lib/ganeti/iallocators/hail")

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


def _answer(**values: Any) -> str:
    return json.dumps({"success": True, "info": "fine", "result": ["node2.example.org"], **values})


ANSWERS: Final[dict[str, Answer]] = {
    "node_info": ["boot", [SPACE], [INFO]],
    "all_instances_info": {"web.example.org": {"memory": 2000, "vcpus": 2, "state": 0, "time": 1}},
    "iallocator_runner": _answer(),
}


def allocate(answers: dict[str, Answer] | None = None, snapshot: ClusterSnapshot = PLACE, **parameters: Any) -> Run:
    """Make an instance where an allocator wants it."""
    return create(snapshot, {**ANSWERS, **(answers or {})}, **{"pnode": None, "iallocator": "hail", **parameters})


def _request(run: Run) -> Any:
    (call,) = (call for call in run.calls if call.method == "iallocator_runner")
    assert call.nodes == (NODE1,)
    name, text, params = call.arguments[NODE1]
    assert (name, params) == ("hail", {})
    return json.loads(text)


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


def test_the_request() -> None:
    """It says what the instance is to be, with MAC addresses that are its own already."""
    nics = [{"network": "lan", "ip": "pool"}]
    disks = [{"size": 10, "name": "root"}, {"size": 20, "mode": "ro"}]
    beparams = {"maxmem": 64, "minmem": 32, "vcpus": 2, "spindle_use": 3}
    created = allocate(
        disk_template="file", disks=disks, nics=nics, beparams=beparams, tags=["t"], group_name="default"
    )
    request = _request(created)["request"]
    (nic,) = request.pop("nics")
    assert nic == {
        **nic,
        "mac": created.after.instances[NEW].nics[0].mac,
        "ip": "pool",
        "network": PLACE.networks.find("lan")[0].uuid,
    }
    assert request == {
        "name": "new.example.org",
        "disk_template": "file",
        "group_name": "default",
        "tags": ["t"],
        "os": "noop",
        "vcpus": 2,
        "memory": 64,
        "spindle_use": 3,
        "disks": [
            {"size": 10, "mode": "rw", "vg": "xenvg", "name": "root", "dev_type": "file"},
            {"size": 20, "mode": "ro", "vg": "xenvg", "name": None, "dev_type": "file"},
        ],
        "disk_space_total": 30,
        "required_nodes": 1,
        "hypervisor": "fake",
        "type": "allocate",
    }


def test_the_cluster_that_is_told() -> None:
    """Groups by UUID; instances and nodes by name, with what nodes say of themselves; offline ones without that."""
    created = allocate(disk_template="file", disks=[{"size": 1}])
    told = _request(created)
    assert told["version"] == 2
    assert told["nodegroups"][GROUP1]["name"] == "default"
    assert set(told["nodegroups"][GROUP1]) == {"name", "alloc_policy", "networks", "ipolicy", "tags"}
    assert set(told["nodes"]) == {f"node{number}.example.org" for number in range(1, 5)}
    node = told["nodes"]["node1.example.org"]
    # up: web (2048 MiB, of which it uses 2000), mail (512), pvm (1024)
    assert (node["i_pri_memory"], node["i_pri_up_memory"]) == (3584, 3584)
    assert node["free_memory"] == 3000 - 48 - 512 - 1024
    assert (node["total_disk"], node["free_disk"], node["total_spindles"]) == (10000, 9000, 0)
    assert (node["total_cpus"], node["reserved_cpus"], node["total_memory"], node["reserved_memory"]) == (
        *(8, 1),
        *(4096, 100),
    )
    assert "free_memory" not in told["nodes"]["node4.example.org"]
    assert told["nodes"]["node4.example.org"]["offline"] is True
    db = told["instances"]["db.example.org"]
    assert (db["nodes"], db["admin_state"], db["disk_template"]) == (["node2.example.org"], "down", "plain")
    assert db["disk_space_total"] == 4096 + 512
    assert told["instances"]["back.example.org"]["disk_space_total"] == 256 + 128
    info = next(call for call in created.calls if call.method == "node_info")
    assert info.arguments[NODE1] == [[["file", "/srv/files", []]], [["fake", {"migration_mode": "live"}]]]
    assert NODE4 not in info.arguments


def test_nodes_need_not_be_asked_about_storage() -> None:
    """An instance without disks needs none."""
    created = allocate({"node_info": ["boot", [], [INFO]]})
    info = next(call for call in created.calls if call.method == "node_info")
    assert info.arguments[NODE1][0] == []
    assert _request(created)["nodes"]["node1.example.org"]["free_disk"] == 0


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        (
            {"iallocator_runner": _answer(success=False, info="no room", result=[])},
            prereq("Can't compute nodes using iallocator 'hail': no room", "insufficient_resources"),
        ),
        (
            {"iallocator_runner": RpcFailure("broken")},
            exec_error("Failure while running the iallocator script: broken"),
        ),
        ({"iallocator_runner": "[]"}, exec_error("Can't parse iallocator results: not a dict")),
        ({"iallocator_runner": "{}"}, exec_error("Can't parse iallocator results: missing key 'success'")),
        (
            {"iallocator_runner": _answer(result="x")},
            exec_error("iallocator returned invalid result, expected List, got x"),
        ),
        (
            {"iallocator_runner": _answer(result=[])},
            exec_error("iallocator returned invalid number of nodes (0), required 1"),
        ),
        (
            {"iallocator_runner": _answer(result=["nosuch"])},
            prereq("Node 'nosuch' not known", "unknown_entity"),
        ),
        (
            {"node_info": RpcFailure("broken")},
            exec_error("Can't get data for node node1.example.org: broken"),
        ),
        (
            {"all_instances_info": RpcFailure("broken")},
            exec_error("Can't get node instance info from node node1.example.org: broken"),
        ),
        (
            {"node_info": ["boot", [], [{}]]},
            exec_error("Node 'node1.example.org' didn't return attribute 'memory_total'"),
        ),
        (
            {"node_info": ["boot", [], [{**INFO, "memory_total": "x"}]]},
            exec_error("Node 'node1.example.org' returned invalid value for 'memory_total': x"),
        ),
        (
            {"node_info": ["boot", [], [INFO]]},
            exec_error("Node 'node1.example.org' didn't return space info for disktemplate 'file'"),
        ),
    ],
)
def test_what_goes_wrong(answers: Any, failure: object) -> None:
    """Neither nodes nor allocators are believed that say something else."""
    refused = allocate(answers, disk_template="file", disks=[{"size": 1}])
    assert refused.failure == failure
    assert refused.changes == 0


def test_it_chooses_from_the_nodes_that_could_be_locked() -> None:
    """If it finds none there, all are locked, and it is asked again."""
    answers = iter([_answer(success=False, info="no room", result=[]), _answer()])
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
    failing: dict[str, Answer] = {"iallocator_runner": _answer(success=False, info="no room", result=[])}
    refused = allocate(failing, opportunistic_locking=True)
    text = "Can't compute nodes using iallocator 'hail': no room"
    assert refused.failure == prereq(text, "insufficient_resources")
    assert len([call for call in refused.calls if call.method == "iallocator_runner"]) == 2


def test_the_old_name_of_the_result_is_known() -> None:
    """Allocators of the protocol's first version call it ``nodes``."""
    answer = json.dumps({"success": True, "info": "fine", "nodes": ["node2.example.org"]})
    assert allocate({"iallocator_runner": answer}).result == ["node2.example.org"]


@pytest.mark.skipif(not HAIL.exists(), reason="Ganeti's allocator is not installed")
@pytest.mark.parametrize("template", ["diskless", "file"])
def test_ganetis_allocator_understands(template: str, tmp_path: Path) -> None:
    """It takes the request, and chooses one of the two nodes that are fit for it."""
    disks = [{"size": 8}] if template == "file" else []
    empty = evolve(PLACE, instances=Table.of([]), disks={})
    created = allocate(snapshot=empty, disk_template=template, disks=disks, beparams={"maxmem": 64, "minmem": 64})
    request = tmp_path / "request"
    request.write_text(json.dumps(_request(created)))
    ran = subprocess.run([str(HAIL), str(request)], capture_output=True, text=True, check=False)
    answer = json.loads(ran.stdout)
    assert answer["success"], answer["info"]
    assert answer["result"][0] in {"node1.example.org", "node2.example.org"}
