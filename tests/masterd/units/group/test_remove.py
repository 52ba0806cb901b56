"""Node groups are removed and renamed as Ganeti does it."""

from typing import Final

import pytest
from attrs import evolve

from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.units.group import GroupRemove, GroupRename
from ganeti_lite.snapshot import ClusterSnapshot, Table
from tests.masterd.small_cluster import GROUP1, GROUP2, NEW, NODE1, NODE2, NODE3, NODE4, SNAPSHOT
from tests.masterd.units.scripted import exec_error, prereq, run

from .scene import EMPTY_GROUP, rename

ALONE: Final = evolve(
    SNAPSHOT,
    nodegroups=Table.of([SNAPSHOT.nodegroups[GROUP1]]),
    nodes=Table.of([]),
)
"""A cluster with one group, and without nodes."""


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
    meanwhile = {LockLevel.GROUP: rename("rack2", "rack3")}
    renamed = run(GroupRename(), meanwhile=meanwhile, group_name="rack2", new_name="rack4")
    assert renamed.after.nodegroups[GROUP2].name == "rack4"
