"""Opcodes for node groups do what Ganeti's do."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.units import FollowUp
from ganeti_lite.masterd.units.group import GroupAdd, GroupAssignNodes, GroupRemove, GroupRename, GroupSetParams
from ganeti_lite.snapshot import ClusterSnapshot, Table
from tests.masterd.small_cluster import GROUP1, GROUP2, NEW, NODE1, NODE2, NODE3, NODE4, NOW, SNAPSHOT

from .scripted import Edit, exec_error, prereq, run

EMPTY_GROUP: Final = run(GroupAdd(), group_name="empty").succeeded
"""The cluster with a group that has no nodes."""

ALONE: Final = evolve(
    SNAPSHOT,
    nodegroups=Table.of([SNAPSHOT.nodegroups[GROUP1]]),
    nodes=Table.of([]),
)
"""A cluster with one group, and without nodes."""

RACK2_INSTANCES: Final = ["back.example.org", "lun.example.org", "shared.example.org", "thin.example.org"]
"""Those that have a node in the second group, the first of them only its secondary one."""


def _rename(old: str, new: str) -> Edit:
    def edit(snapshot: ClusterSnapshot) -> ClusterSnapshot:
        return run(GroupRename(), snapshot, group_name=old, new_name=new).succeeded

    return edit


def _move(*nodes: str, to: str) -> Edit:
    def edit(snapshot: ClusterSnapshot) -> ClusterSnapshot:
        return run(GroupAssignNodes(), snapshot, nodes=list(nodes), group_name=to, force=True).succeeded

    return edit


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
            prereq(
                "While verify diskparams options: Invalid value of 'rbd:access': 'magic'"
                " (expected one of kernelspace, userspace)"
            ),
        ),
        ({"hv_state": {"qemu": {}}}, prereq("Invalid hypervisor(s) in hypervisor state: qemu")),
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


def test_an_empty_group_is_removed() -> None:
    """A group goes, and the cluster's serial number is stepped."""
    removed = run(GroupRemove(), EMPTY_GROUP, group_name="empty")
    assert removed.result is None
    assert removed.steps == ["cluster serial +1", "nodegroups removed"]
    assert removed.locks == {"nodegroup": ("exclusive", [NEW])}
    assert removed.hooks == [("group-remove", "pre", (NODE1,)), ("group-remove", "post", (NODE1,))]


@pytest.mark.parametrize(
    ("snapshot", "name", "failure"),
    [
        (SNAPSHOT, "nowhere", prereq("Node group 'nowhere' not found", "unknown_entity")),
        (
            SNAPSHOT,
            "default",
            prereq(f"Group 'default' not empty, has the following nodes: {NODE1}, {NODE2}", "wrong_state"),
        ),
        (ALONE, "default", prereq("Group 'default' is the only group, cannot be removed", "wrong_state")),
    ],
)
def test_a_group_that_is_needed_stays(snapshot: ClusterSnapshot, name: str, failure: list[object]) -> None:
    """A group with nodes and the last one cannot be removed."""
    assert run(GroupRemove(), snapshot, group_name=name).failure == failure


def test_a_group_that_is_gone_meanwhile_is_an_execution_error() -> None:
    """A group that goes while its lock is waited for is not there any more."""
    meanwhile = {LockLevel.GROUP: lambda snapshot: run(GroupRemove(), snapshot, group_name="empty").after}
    gone = run(GroupRemove(), EMPTY_GROUP, meanwhile=meanwhile, group_name="empty")
    assert gone.failure == exec_error(f"Could not retrieve group 'empty' (UUID: {NEW})")


def test_a_group_is_renamed() -> None:
    """A group's name changes, hooks run on its nodes and the master, and the result is the name."""
    renamed = run(GroupRename(), group_name="rack2", new_name="rack9")
    assert renamed.result == "rack9"
    assert renamed.after.nodegroups[GROUP2].name == "rack9"
    assert renamed.steps == ["nodegroups serial +1", "nodegroups time"]
    nodes = (NODE1, NODE3, NODE4)
    assert renamed.hooks == [("group-rename", "pre", nodes), ("group-rename", "post", nodes)]
    assert (renamed.hook_env["GANETI_OLD_NAME"], renamed.hook_env["GANETI_NEW_NAME"]) == ("rack2", "rack9")


@pytest.mark.parametrize("name", ["default", "rack2"])
def test_a_group_gets_no_name_that_is_in_use(name: str) -> None:
    """Neither another group's name nor its own is a new one."""
    uuid = {"default": GROUP1, "rack2": GROUP2}[name]
    text = f"Desired new name '{name}' clashes with existing node group (UUID: {uuid})"
    assert run(GroupRename(), group_name="rack2", new_name=name).failure == prereq(text, "already_exists")


def test_the_group_whose_lock_is_held_is_meant() -> None:
    """A group that is renamed while its lock is waited for is the same group."""
    meanwhile = {LockLevel.GROUP: _rename("rack2", "rack3")}
    renamed = run(GroupRename(), meanwhile=meanwhile, group_name="rack2", new_name="rack4")
    assert renamed.after.nodegroups[GROUP2].name == "rack4"


def test_parameters_of_a_group_are_changed() -> None:
    """Parameters are merged, ``default`` takes one back, and the result names nodes' and disks' parameters."""
    changed = run(
        GroupSetParams(),
        group_name="rack2",
        alloc_policy="unallocable",
        ndparams={"spindle_count": "default", "ssh_port": 2222},
        diskparams={"plain": {"stripes": "default"}},
        ipolicy={"vcpu-ratio": "default"},
    )
    assert changed.result == [
        ["ndparams", "{'ssh_port': 2222}"],
        ["diskparams", "{'drbd': {'resync-rate': 1024}, 'plain': {}}"],
    ]
    group = changed.after.nodegroups[GROUP2]
    assert (group.alloc_policy, group.ndparams) == ("unallocable", {"ssh_port": 2222})
    assert group.ipolicy.keys() == {"minmax", "disk-templates"}
    assert changed.steps == ["nodegroups serial +1", "nodegroups time"]
    assert changed.locks == {"instance": ("shared", RACK2_INSTANCES), "nodegroup": ("exclusive", [GROUP2])}
    assert changed.hooks == [("group-modify", "pre", (NODE1,)), ("group-modify", "post", (NODE1,))]
    assert changed.hook_env["GANETI_NEW_ALLOC_POLICY"] == "unallocable"


def test_what_is_not_mentioned_stays() -> None:
    """A change of one thing leaves the others alone, and its result is empty."""
    before = SNAPSHOT.nodegroups[GROUP2]
    changed = run(GroupSetParams(), group_name="rack2", alloc_policy="preferred")
    assert changed.result == []
    expected = evolve(before, alloc_policy="preferred", serial_no=before.serial_no + 1, mtime=NOW)
    assert changed.after.nodegroups[GROUP2] == expected
    assert changed.hook_env["GANETI_NEW_ALLOC_POLICY"] == "preferred"


def test_something_must_be_changed() -> None:
    """An order that says nothing is refused; one that says nothing new is not."""
    refused = run(GroupSetParams(), group_name="rack2")
    assert refused.failure == prereq("Please pass at least one modification")
    assert run(GroupSetParams(), group_name="rack2", diskparams={}).result == []


def test_a_group_without_instances_needs_no_locks_of_any() -> None:
    """Nothing but the group is locked where it has no instances."""
    changed = run(GroupSetParams(), EMPTY_GROUP, group_name="empty", alloc_policy="preferred")
    assert changed.locks == {"nodegroup": ("exclusive", [NEW])}


def test_instances_that_leave_or_join_meanwhile_are_noticed() -> None:
    """Locks that do not fit the group's instances any more end the opcode."""
    meanwhile = {LockLevel.GROUP: _move("node3", to="default")}
    stale = run(GroupSetParams(), meanwhile=meanwhile, group_name="rack2", alloc_policy="preferred")
    text = (
        f"Instances in node group 'rack2' changed since locks were acquired, wanted 'thin.example.org',"
        f" have '{', '.join(RACK2_INSTANCES)}'; retry the operation"
    )
    assert stale.failure == prereq(text, "wrong_state")


def test_instances_that_a_new_policy_does_not_let_through_are_told() -> None:
    """A policy may be narrower than what is there; those that it did not let through before are not named."""
    spec = {"memory-size": 1, "disk-size": 1, "disk-count": 0, "cpu-count": 1, "nic-count": 0, "spindle-use": 1}
    limits = [{"min": spec, "max": {**dict.fromkeys(spec, 1_000_000), "cpu-count": 3}}]
    changed = run(GroupSetParams(), group_name="default", ipolicy={"minmax": limits})
    assert changed.result == []
    assert changed.log == [" - WARNING: After the ipolicy change the following instances violate them: db.example.org"]


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
    apart = _move("node2", to="rack2")(SNAPSHOT)
    assert run(GroupAssignNodes(), apart, group_name="default", nodes=["node2"]).log == []


def test_nodes_that_move_meanwhile_are_noticed() -> None:
    """A node that is moved while locks are waited for may be in a group whose lock is not held."""
    meanwhile = {LockLevel.NODE: _move("node3", to="default")}
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
