"""Node groups are added as Ganeti adds them."""

from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.masterd.units import FollowUp
from ganeti_lite.masterd.units.group import GroupAdd
from tests.masterd.small_cluster import GROUP1, GROUP2, NEW, NODE1, NOW, SNAPSHOT
from tests.masterd.units.scripted import prereq, run

from .scene import EMPTY_GROUP


def test_a_group_is_added() -> None:
    """A new group has serial number 1, its own UUID, what was said of it; the cluster's serial number is stepped."""
    added = run(
        GroupAdd(),
        group_name="rack3",
        alloc_policy="unallocable",
        ndparams={"spindle_count": "3"},
        diskparams={"drbd": {"resync-rate": 2048}},
        hv_state={"kvm": {"mem_total": 1024}},
        ipolicy={"vcpu-ratio": 2},
    )
    assert added.result is None
    group = added.after.nodegroups[NEW]
    assert (group.serial_no, group.ctime, group.mtime) == (1, NOW, NOW)
    assert (group.name, group.alloc_policy, group.ndparams) == ("rack3", "unallocable", {"spindle_count": 3})
    assert group.diskparams == {"drbd": {"resync-rate": 2048}}
    assert group.hv_state_static == {"kvm": {"mem_total": 1024}}
    assert group.ipolicy == {"vcpu-ratio": 2}
    assert added.steps == ["cluster serial +1", "nodegroups added"]
    assert added.locks == {"nodegroup": ("exclusive", [NEW])}
    assert added.hooks == [("group-add", "pre", (NODE1,)), ("group-add", "post", (NODE1,))]
    assert added.hook_env["GANETI_GROUP_NAME"] == "rack3"


def test_a_new_group_is_preferred() -> None:
    """A group for which nothing is said takes new instances."""
    assert EMPTY_GROUP.nodegroups[NEW].alloc_policy == "preferred"


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        (
            {"group_name": "default"},
            prereq(f"Desired group name 'default' already exists as a node group (UUID: {GROUP1})", "already_exists"),
        ),
        (
            {"group_name": GROUP2},
            prereq(f"Desired group name '{GROUP2}' already exists as a node group (UUID: {GROUP2})", "already_exists"),
        ),
        ({"ndparams": {"foo": 1}}, ["TypeEnforcementError", ["Unknown parameter 'foo'"]]),
        (
            {"ndparams": {"spindle_count": "x"}},
            ["TypeEnforcementError", ["'spindle_count' (value x) is not a valid integer"]],
        ),
        ({"diskparams": {"drbd": {"foo": 1}}}, ["TypeEnforcementError", ["Unknown parameter 'foo'"]]),
        (
            {"diskparams": {"drbd": {"stripes": 1}}},
            prereq("While verify diskparams options: Provided option keys not supported: drbd/stripes"),
        ),
        (
            {"diskparams": {"rbd": {"access": "magic"}}},
            prereq("Invalid value of 'rbd:access': 'magic' (expected one of kernelspace, userspace)", None),
        ),
        ({"hv_state": {"qemu": {}}}, prereq("Invalid hypervisor(s) in hypervisor state: qemu")),
        ({"hv_state": {"kvm": None}}, ["TypeEnforcementError", ["Expected dictionary, got 'None'"]]),
        ({"disk_state": {"plain": "x"}}, ["TypeEnforcementError", ["Expected dictionary, got 'x'"]]),
        ({"disk_state": {"plain": {"xenvg": 1}}}, ["TypeEnforcementError", ["Expected dictionary, got '1'"]]),
        ({"diskparams": {"file": {"foo": "default"}}}, ["TypeEnforcementError", ["Unknown parameter 'foo'"]]),
        ({"disk_state": {"drbd": {}}}, prereq("Invalid storage type(s) in disk state: drbd")),
        ({"ipolicy": {"foo": 1}}, prereq("Invalid key in new ipolicy: foo")),
        ({"ipolicy": {"disk-templates": ["tape"]}}, prereq("Invalid instance policy: Invalid disk template(s) tape")),
        (
            {"ipolicy": {"disk-templates": ["plain", "gluster"]}},
            prereq("The following disk templates are allowed by the ipolicy, but not enabled on the cluster: gluster"),
        ),
    ],
)
def test_a_group_that_cannot_be_is_not_added(parameters: Mapping[str, Any], failure: list[object]) -> None:
    """A name that is in use and parameters that are none are refused, and nothing is written."""
    refused = run(GroupAdd(), **{"group_name": "rack3", **parameters})
    assert refused.failure == failure
    assert refused.changes == 0


def test_a_new_group_gets_the_network_by_which_instances_talk() -> None:
    """Where there is a network for instances to talk by, a job that connects it follows."""
    cluster = evolve(SNAPSHOT.cluster, instance_communication_network="lan")
    result = run(GroupAdd(), evolve(SNAPSHOT, cluster=cluster), group_name="rack3").result
    assert isinstance(result, FollowUp)
    assert [[(op["OP_ID"], op["group_name"], op["network_name"]) for op in job] for job in result.jobs] == [
        [("OP_NETWORK_CONNECT", NEW, "lan")]
    ]
