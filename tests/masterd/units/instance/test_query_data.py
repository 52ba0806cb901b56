"""What is told about instances is what Ganeti tells."""

from typing import Final

import pytest
from attrs import evolve

from ganeti_lite.masterd.units.instance import InstanceQueryData
from ganeti_lite.snapshot import AdminState
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import DB, GROUP1, GROUP2, LAN, NODE2, NODE3, SNAPSHOT, STORAGE
from tests.masterd.units.scripted import Answer, exec_error, run

from .scene import RUNS

STATUS: Final = {"dev_path": "/dev/drbd0", "major": 147, "minor": 0, "is_degraded": False, "ldisk_status": 1}
ASKED: Final[dict[str, Answer]] = {"instance_info": RUNS, "blockdev_find": STATUS}


def test_static_data_need_neither_locks_nor_nodes() -> None:
    """Whatever is in the configuration is told, with parameters in force."""
    asked = run(InstanceQueryData(), instances=["db"], static=True)
    assert (asked.locks, asked.calls, asked.log) == ({}, (), [])
    assert isinstance(asked.result, dict)
    told = asked.result["db.example.org"]
    assert (told["config_state"], told["run_state"], told["pnode"]) == ("down", None, "node2.example.org")
    assert (told["pnode_group_uuid"], told["pnode_group_name"], told["snodes"]) == (GROUP1, "default", [])
    assert (told["disk_template"], told["os"], told["hypervisor"]) == ("plain", "image", "xen-pvm")
    assert (told["be_instance"], told["be_actual"]["vcpus"]) == ({"vcpus": 4}, 4)
    assert "xen_cmd" not in told["hv_actual"]
    (nic,) = told["nics"]
    assert nic[:8] == [
        *(None, "60000003-bbbb-4000-8000-000000000003", "203.0.113.3", "aa:00:0c:00:00:03"),
        *("routed", "100", "", LAN),
    ]
    assert nic[8]["name"] == "lan"
    first = told["disks"][0]
    assert (first["iv_name"], first["logical_id"], first["size"]) == ("disk/0", ["xenvg", "db.disk0"], 4096)
    assert (first["pstatus"], first["sstatus"], first["drbd_info"], first["children"]) == (None, None, None, [])


def test_nodes_are_asked_under_locks() -> None:
    """That is told; the secret of a mirror is not."""
    asked = run(InstanceQueryData(), answers=ASKED, instances=["back"])
    assert asked.log == [" - WARNING: Non-static data requested, locks need to be acquired"]
    assert asked.locks == {
        "instance": ("shared", ["back.example.org"]),
        "nodegroup": ("shared", [GROUP1, GROUP2]),
        "node": ("shared", [NODE2, NODE3]),
        "network": ("shared", [STORAGE]),
    }
    assert isinstance(asked.result, dict)
    told = asked.result["back.example.org"]
    assert told["run_state"] == "up"
    assert told["snodes"] == ["node3.example.org"]
    (disk,) = told["disks"]
    assert disk["logical_id"][-1] is None
    assert disk["drbd_info"] == {
        "primary_node": "node2.example.org",
        "primary_minor": 2,
        "secondary_node": "node3.example.org",
        "secondary_minor": 0,
        "port": 11004,
    }
    assert disk["pstatus"] == ["/dev/drbd0", 147, 0, None, None, False, 1]
    assert [nodes for method, nodes in asked.called if method == "blockdev_find"] == [(NODE2,), (NODE3,)] * 3
    assert len(disk["children"]) == 2


def test_all_instances_can_be_asked_about() -> None:
    """Those of offline nodes are told as far as the configuration knows."""
    asked = run(InstanceQueryData(), answers=ASKED)
    assert asked.locks["instance"] == ("shared", "all")
    assert isinstance(asked.result, dict)
    assert len(asked.result) == len(SNAPSHOT.instances)
    text = " - WARNING: Primary node node4.example.org is marked offline, returning static information only"
    assert f"{text} for instance thin.example.org" in asked.log
    assert asked.result["thin.example.org"]["run_state"] is None


@pytest.mark.parametrize(
    ("state", "told", "expected"),
    [
        ("up", {}, "down"),
        ("down", {}, "user down"),
        ("offline", {}, "offline"),
        ("up", {**RUNS, "state": 1}, "down"),
        ("up", RUNS, "up"),
    ],
)
def test_the_state(state: AdminState, told: object, expected: str) -> None:
    """It is what the node says, and else what is meant to be; this one was stopped by its user."""
    instance = evolve(SNAPSHOT.instances[DB], admin_state=state)
    snapshot = evolve(SNAPSHOT, instances=SNAPSHOT.instances.replaced({DB: instance}))
    asked = run(InstanceQueryData(), snapshot, {**ASKED, "instance_info": told}, instances=["db"])
    assert isinstance(asked.result, dict)
    assert asked.result["db.example.org"]["run_state"] == expected


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        ({"instance_info": RpcFailure("broken")}, "Error checking node node2.example.org: broken"),
        ({"blockdev_find": RpcFailure("broken")}, "Can't compute disk status for db.example.org: broken"),
    ],
)
def test_a_node_that_does_not_say_is_an_error(answers: dict[str, Answer], text: str) -> None:
    """Of execution."""
    asked = run(InstanceQueryData(), answers={**ASKED, **answers}, instances=["db"])
    assert asked.failure == exec_error(text)
