"""Allocators are run as Ganeti runs them, and what they answer is heeded."""

import json
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.snapshot import Table
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.units.instance.scene import PLACE
from tests.masterd.units.scripted import exec_error, prereq

from .scene import INFO, allocate, answer, read_request

HAIL: Final = Path("/usr/lib/ganeti/iallocators/hail")


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        (
            {"iallocator_runner": answer(success=False, info="no room", result=[])},
            prereq("Can't compute nodes using iallocator 'hail': no room", "insufficient_resources"),
        ),
        (
            {"iallocator_runner": RpcFailure("broken")},
            exec_error("Failure while running the iallocator script: broken"),
        ),
        ({"iallocator_runner": "[]"}, exec_error("Can't parse iallocator results: not a dict")),
        ({"iallocator_runner": "{}"}, exec_error("Can't parse iallocator results: missing key 'success'")),
        (
            {"iallocator_runner": answer(result="x")},
            ["ResultValidationError", ["iallocator returned invalid result, expected List, got x"]],
        ),
        (
            {"iallocator_runner": answer(result=[])},
            ["ResultValidationError", ["iallocator returned invalid number of nodes (0), required 1"]],
        ),
        (
            {"iallocator_runner": answer(result=["nosuch"])},
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
    request.write_text(json.dumps(read_request(created)))
    ran = subprocess.run([str(HAIL), str(request)], capture_output=True, text=True, check=False)
    answer = json.loads(ran.stdout)
    assert answer["success"], answer["info"]
    assert answer["result"][0] in {"node1.example.org", "node2.example.org"}
