"""Instances are changed as Ganeti changes them."""

from typing import Any

import pytest

from ganeti_lite.errors import OpPrereqError
from tests.masterd.small_cluster import DB, GROUP1, GROUP2, NODE2, NODE3
from tests.masterd.units.scripted import prereq

from .scene import PLACE, RUNS, modify


def test_an_instance_goes_offline_and_comes_back() -> None:
    """It must not run; the mark is a change of its own."""
    done = modify("db", offline=True)
    assert done.result == [["admin_state", "offline"]]
    assert done.after.instances[DB].serial_no == PLACE.instances[DB].serial_no + 2
    back = modify("db", done.after, offline=False)
    assert back.result == [["admin_state", "down"]]
    assert back.after.instances[DB].admin_state == "down"
    up = modify("mail", offline=True)
    text = "Instance 'mail.example.org' is marked to be up, can't change to offline without being down first"
    assert up.failure == prereq(text, "wrong_state")
    runs = modify("db", answers={"instance_info": RUNS}, offline=True)
    text = "Instance db.example.org is running, can't change to offline without being down first"
    assert runs.failure == prereq(text, "wrong_state")


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        ({}, prereq("No changes submitted")),
        (
            {"disk_template": "plain"},
            prereq("Modifying instances: changing the disk template is not supported by this master daemon"),
        ),
        (
            {"nics": [["add", {}]], "hotplug": True},
            prereq("Modifying instances: hotplugging is not supported by this master daemon"),
        ),
    ],
)
def test_what_cannot_be_changed(parameters: Any, failure: object) -> None:
    """Each is refused before anything is written."""
    refused = modify("web", **parameters)
    assert refused.failure == failure
    assert refused.changes == 0


def test_a_policy_must_let_the_changed_instance_through() -> None:
    """The group is told by UUID and name, which Ganeti tries to."""
    refused = modify("back", beparams={"vcpus": 20000}, force=True, ignore_ipolicy=False)
    assert isinstance(refused.outcome, OpPrereqError)
    assert str(refused.outcome.args[0]).startswith(f"Instance allocation to group {GROUP1} (default) violates policy: ")
    assert refused.locks["nodegroup"] == ("shared", [GROUP1, GROUP2])
    assert refused.locks["node"] == ("exclusive", [NODE2, NODE3])


def test_plugging_is_done_without() -> None:
    """If it need not be."""
    done = modify("web", nics=[["remove", 0, {}]], hotplug_if_possible=True)
    assert done.log == [
        " - WARNING: Hotplugging is not supported by this master daemon",
        " - INFO: Modification will take place without hotplugging.",
    ]
