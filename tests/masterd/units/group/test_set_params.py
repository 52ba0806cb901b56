"""Node groups are changed as Ganeti changes them."""

import pytest
from attrs import evolve

from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.units.group import GroupSetParams
from tests.masterd.small_cluster import GROUP2, NEW, NODE1, NOW, SNAPSHOT
from tests.masterd.units.scripted import prereq, run

from .scene import EMPTY_GROUP, RACK2_INSTANCES, move


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


def test_a_speed_is_a_number_with_a_fraction() -> None:
    """The result tells it so; written is a whole number, as Ganeti writes it."""
    changed = run(GroupSetParams(), group_name="rack2", ndparams={"cpu_speed": "2", "spindle_count": "default"})
    assert changed.result == [["ndparams", "{'cpu_speed': 2.0}"]]
    assert repr(changed.after.nodegroups[GROUP2].ndparams["cpu_speed"]) == "2"


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
    meanwhile = {LockLevel.GROUP: move("node3", to="default")}
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


@pytest.mark.parametrize("mode", [None, 1, "magic"])
def test_an_access_mode_that_is_none_is_refused(mode: object) -> None:
    """Whatever it is instead; the word ``default`` takes the group back to the cluster's."""
    refused = run(GroupSetParams(), group_name="default", diskparams={"rbd": {"access": mode}})
    text = f"Invalid value of 'rbd:access': '{mode}' (expected one of kernelspace, userspace)"
    assert refused.failure == prereq(text, None)
    assert run(GroupSetParams(), group_name="default", diskparams={"rbd": {"access": "default"}}).changes == 1
