"""Disks are brought up and taken down as Ganeti does it."""

import pytest

from ganeti_lite.masterd.units.instance import InstanceActivateDisks, InstanceDeactivateDisks
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import BACK, DB, NODE1, NODE2, WEB
from tests.masterd.units.scripted import Answer, exec_error, prereq, run

from .scene import BROKEN, RUNS, STARTS, lock_of, with_instance


def test_disks_are_brought_up() -> None:
    """The instance and its nodes are locked; the result says where each disk is; it is marked."""
    activated = run(InstanceActivateDisks(), answers=STARTS, instance_name="db")
    assert activated.result == [["node2.example.org", f"disk/{index}", "/dev/it"] for index in (0, 1)]
    assert activated.locks == {**lock_of("db"), "node": ("exclusive", [NODE2])}
    assert activated.after.instances[DB].disks_active is True
    assert "hooks pre" not in activated.story


def test_disks_that_do_not_come_up_are_an_error() -> None:
    """They are marked as not active."""
    failed = run(InstanceActivateDisks(), answers={**STARTS, "blockdev_assemble": BROKEN}, instance_name="db")
    assert failed.failure == exec_error("Cannot activate block devices")
    assert failed.after.instances[DB].disks_active is False


def test_disks_can_be_waited_for() -> None:
    """Of a mirror the primary node is asked again until it is in sync."""
    states = iter([[{"sync_percent": 12.5, "estimated_time": 3661, "is_degraded": True}], [{"is_degraded": False}]])
    answers: dict[str, Answer] = {**STARTS, "blockdev_getmirrorstatus": lambda *_: next(states)}
    activated = run(InstanceActivateDisks(), answers=answers, instance_name="back", wait_for_sync=True)
    assert activated.log == [
        " - INFO: Waiting for instance back.example.org to sync disks",
        " - INFO: - device disk/0: 12.50% done, 1h 1m 1s remaining (estimated)",
        " - INFO: Instance back.example.org's disks are in sync",
    ]


def test_disks_that_stay_degraded_are_an_error() -> None:
    """They are looked at some times more, then marked as not active."""
    answers: dict[str, Answer] = {**STARTS, "blockdev_getmirrorstatus": [{"is_degraded": True}]}
    failed = run(InstanceActivateDisks(), answers=answers, instance_name="back", wait_for_sync=True)
    assert failed.failure == exec_error("Some disks of the instance are degraded!")
    assert failed.after.instances[BACK].disks_active is False


def test_a_node_that_does_not_tell_of_its_disks_is_asked_ten_times() -> None:
    """Then that is an error of a class of its own."""
    answers: dict[str, Answer] = {**STARTS, "blockdev_getmirrorstatus": RpcFailure("down")}
    failed = run(InstanceActivateDisks(), answers=answers, instance_name="back", wait_for_sync=True)
    name = "node2.example.org"
    assert failed.failure == ["RemoteError", [f"Can't contact node {name} for mirror data, aborting."]]
    assert failed.log[1:] == [f" - WARNING: Can't get any data from node {name}: down"] * 10


def test_sizes_can_be_ignored() -> None:
    """Nodes are told that they are not known."""
    activated = run(InstanceActivateDisks(), answers=STARTS, instance_name="web", ignore_size=True)
    disk = activated.calls[0].arguments[NODE1][0]
    assert [disk["size"], *(child["size"] for child in disk["children"])] == [0, 0, 0]
    assert activated.after.instances[WEB].disks_active is True


def test_disks_of_a_stopped_instance_are_taken_down() -> None:
    """The node is asked whether it runs; what does not go down is only told."""
    answers: dict[str, Answer] = {"instance_info": {}, "blockdev_shutdown": BROKEN}
    active = with_instance(DB, disks_active=True)
    ended = run(InstanceDeactivateDisks(), active, answers, instance_name="db")
    assert ended.result is None
    assert ended.locks == {**lock_of("db"), "node": ("exclusive", [NODE2])}
    assert ended.after.instances[DB].disks_active is False
    assert len(ended.log) == 2


@pytest.mark.parametrize(
    ("name", "told", "failure"),
    [
        ("mail", {}, prereq("Instance 'mail.example.org' is marked to be up, cannot shutdown disks", "wrong_state")),
        ("db", RUNS, prereq("Instance db.example.org is running, cannot shutdown disks", "wrong_state")),
        (
            "db",
            BROKEN,
            prereq(
                "Can't retrieve instance information for instance 'db.example.org': broken",
                "environment_error",
            ),
        ),
    ],
)
def test_disks_that_are_in_use_stay_up(name: str, told: object, failure: object) -> None:
    """Neither the mark nor the node may say that the instance runs."""
    refused = run(InstanceDeactivateDisks(), answers={"instance_info": told}, instance_name=name)
    assert refused.failure == failure
    dry = run(InstanceDeactivateDisks(), answers={"instance_info": told}, instance_name=name, dry_run=True)
    assert (dry.failure, dry.called) == (None, [])  # as in Ganeti, only the execution looks


def test_disks_are_taken_down_by_force() -> None:
    """Nothing is asked."""
    ended = run(InstanceDeactivateDisks(), answers={"blockdev_shutdown": None}, instance_name="mail", force=True)
    assert (ended.result, ended.called) == (None, [("blockdev_shutdown", (NODE1,))])
