"""Instances are made as Ganeti makes them."""

from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.locks import LockLevel
from tests.masterd.small_cluster import GROUP1, NODE1, NODE2, NOW
from tests.masterd.units.scripted import exec_error, prereq

from .scene import BROKEN, create, made, with_cluster


def test_an_instance_without_disks() -> None:
    """It is added by one change, which does not step the cluster; the result names its node."""
    created = create(tags=["b", "a"], beparams={"memory": "64"}, hvparams={})
    assert created.result == ["node2.example.org"]
    instance = made(created)
    assert (instance.name, instance.primary_node, instance.os) == ("new.example.org", NODE2, "noop")
    assert (instance.serial_no, instance.ctime, instance.mtime) == (1, NOW, NOW)
    assert (instance.admin_state, instance.admin_state_source, instance.disks_active) == ("down", "admin", False)
    assert (instance.hypervisor, instance.network_port, instance.disks) == ("fake", None, ())
    assert (instance.beparams, instance.hvparams) == ({"minmem": 64, "maxmem": 64}, {})
    assert instance.tags == ("a", "b")
    assert created.steps == ["instances added"]
    assert created.changes == 1
    assert created.locks == {
        "instance": ("exclusive", ["new.example.org"]),
        "nodegroup": ("shared", [GROUP1]),
        "node": ("exclusive", [NODE2]),
        "node-res": ("exclusive", [NODE2]),
    }
    assert created.log == [
        "* creating instance disks...",
        "adding instance new.example.org to cluster config",
        "adding disks to cluster config",
    ]
    assert created.called == [
        ("hypervisor_validate_params", (NODE2,)),
        ("os_validate", (NODE2,)),
        ("instance_metadata_modify", (NODE2,)),
    ]
    assert created.hooks == [("instance-add", "pre", (NODE1, NODE2)), ("instance-add", "post", (NODE1, NODE2))]
    env = {
        "ADD_MODE": "create",
        "OP_TARGET": "new.example.org",
        "INSTANCE_STATUS": "False",
        "INSTANCE_DISK_TEMPLATE": "diskless",
        "INSTANCE_DISK_COUNT": "0",
        "INSTANCE_PRIMARY": "node2.example.org",
        "INSTANCE_TAGS": "a b",
    }
    assert {name: created.hook_env[f"GANETI_{name}"] for name in env} == env


def test_an_instance_with_files_that_is_started() -> None:
    """Files are made before it is in the configuration, its OS is put onto them behind that, then it runs."""
    disks = [{"size": 12, "name": "root"}, {"size": 2048, "mode": "ro"}]
    created = create(disk_template="file", disks=disks, start=True, reason=[["me", "why", 1]])
    instance = made(created)
    assert created.called == [
        ("hypervisor_validate_params", (NODE2,)),
        ("os_validate", (NODE2,)),
        ("os_diagnose", (NODE2,)),
        ("node_info", (NODE2,)),
        ("file_storage_dir_create", (NODE2,)),
        ("blockdev_create", (NODE2,)),
        ("blockdev_create", (NODE2,)),
        ("blockdev_getmirrorstatus", (NODE2,)),
        ("blockdev_getmirrorstatus", (NODE2,)),
        ("instance_os_add", (NODE2,)),
        ("instance_metadata_modify", (NODE2,)),
        ("instance_start", (NODE2,)),
    ]
    first, second = (created.after.disks[uuid] for uuid in instance.disks)
    assert (first.dev_type, first.size, first.mode, first.name) == ("file", 12, "rw", "root")
    assert (second.iv_name, second.size, second.mode, second.name) == ("disk/1", 2048, "ro", None)
    driver, path = first.logical_id
    assert driver == "loop"
    assert str(path).startswith("/srv/files/new.example.org/")
    assert str(path).endswith(".file.disk0")
    assert first.nodes == (NODE2,)
    assert (instance.admin_state, instance.disks_active, instance.serial_no) == ("up", True, 4)
    assert created.log == [
        "* disk 0, size 12M",
        "* disk 1, size 2.0G",
        "* creating instance disks...",
        "adding instance new.example.org to cluster config",
        "adding disks to cluster config",
        *[
            " - INFO: Waiting for instance new.example.org to sync disks",
            " - INFO: Instance new.example.org's disks are in sync",
        ]
        * 2,
        "* running the instance OS create scripts...",
        "* starting instance...",
    ]
    shown = next(call for call in created.calls if call.method == "blockdev_create").arguments[NODE2]
    assert shown[1:] == [12, "new.example.org", True, "originstname+new.example.org", False]
    assert shown[0]["forthcoming"] is False
    assert "serial_no" not in shown[0]
    assert created.calls[-1].arguments[NODE2][2] == [["me", "why", 1]]
    assert created.hook_env["GANETI_INSTANCE_DISK0_UUID"] == ""
    assert created.hook_env["GANETI_INSTANCE_DISK0_NAME"] == "root"
    assert "GANETI_INSTANCE_DISK0_DEV_TYPE" not in created.hook_env


def test_a_hypervisor_that_needs_a_port_gets_one() -> None:
    """It is taken before anything is made."""
    created = create(hypervisor="kvm")
    assert made(created).network_port == 11001
    assert created.after.cluster.tcpudp_port_pool == ()
    assert created.changes == 2


def test_a_dry_run_tells_uuids() -> None:
    """Nothing is made; disks of an instance without disks do not matter."""
    tried = create(dry_run=True, disks=[{"size": 5}])
    assert tried.result == [NODE2]
    assert tried.changes == 0


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        ({"pnode": "nosuch"}, prereq("Node 'nosuch' not known", "unknown_entity")),
        ({"pnode": "node3"}, prereq("Cannot use drained primary node 'node3.example.org'", "wrong_state")),
        ({"pnode": "node4"}, prereq("Cannot use offline primary node 'node4.example.org'", "wrong_state")),
        ({"compress": "zip"}, prereq("Compression tool not allowed, tools allowed are [gzip, lzop]")),
        (
            {"start": True, "beparams": {"maxmem": 2000}},
            prereq(
                "Not enough memory on node node2.example.org for creating instance new.example.org:"
                " needed 2000 MiB, available 1024 MiB",
                "insufficient_resources",
            ),
        ),
    ],
)
def test_what_cannot_be_made_there(parameters: Any, failure: object) -> None:
    """Neither where there is no such node nor where there is no room is anything written."""
    refused = create(**parameters)
    assert refused.failure == failure
    assert refused.changes == 0


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        (
            {"hypervisor_validate_params": BROKEN},
            exec_error("Hypervisor parameter validation failed on node node2.example.org: broken"),
        ),
        (
            {"os_validate": BROKEN},
            exec_error("OS Parameters validation failed on node node2.example.org: broken"),
        ),
        ({"os_diagnose": []}, prereq(f"OS 'noop' is not available in node '{NODE2}'")),
        (
            {"os_diagnose": [["noop", "/os", True, "", [], [], [20], False]]},
            prereq(
                "OS 'noop' is not trusted: running its scripts in a helper machine is not supported",
                "wrong_state",
            ),
        ),
        (
            {"bridges_exist": BROKEN},
            prereq(
                "Error checking bridges on destination node 'node2.example.org': broken",
                "environment_error",
            ),
        ),
    ],
)
def test_a_node_that_does_not_take_it(answers: Any, failure: object) -> None:
    """Nothing is made there."""
    refused = create(answers=answers, disk_template="file", disks=[{"size": 1}], nics=[{"link": "br0"}])
    assert refused.failure == failure
    assert refused.changes == 0


def test_a_policy_must_let_it_in() -> None:
    """Unless that is not looked at."""
    narrow = with_cluster(prealloc_wipe_disks=False)
    narrow = evolve(narrow, cluster=evolve(narrow.cluster, enabled_hypervisors=("fake",)))
    refused = create(narrow, beparams={"vcpus": 100})
    assert isinstance(refused.outcome, OpPrereqError)
    text = f"Instance allocation to group {GROUP1} (default) violates policy: "
    assert str(refused.outcome.args[0]).startswith(text)
    assert create(narrow, beparams={"vcpus": 100}, ignore_ipolicy=True).failure is None


def test_somebody_may_be_faster() -> None:
    """Who gets the lock later finds the instance there."""
    meanwhile = {LockLevel.INSTANCE: lambda snapshot: create(snapshot).after}
    refused = create(meanwhile=meanwhile)
    text = "Instance 'new.example.org' is already in the cluster"
    assert refused.failure == prereq(text, "already_exists")
