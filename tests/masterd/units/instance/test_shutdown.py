"""Instances are stopped as Ganeti does it."""

from typing import Any

from ganeti_lite.masterd.units.instance import InstanceShutdown
from tests.masterd.small_cluster import DB, MAIL, NODE1, NODE2, SNAPSHOT, THIN
from tests.masterd.units.scripted import Answer, exec_error, prereq, run

from .scene import BROKEN, RUNS, SHUT_BY_USER, STARTS, lock_of, with_instance, with_user_shutdown


def test_an_instance_is_stopped() -> None:
    """It is marked, shut down, its disks marked and taken down: two changes, each a step of the instance."""
    stopped = run(InstanceShutdown(), answers=STARTS, instance_name="mail", timeout=7)
    assert stopped.result is None
    assert stopped.locks == lock_of("mail")
    assert stopped.story == [
        "lock cluster",
        "lock instance",
        "begin",
        "hooks pre",
        "write",
        "instance_shutdown",
        "write",
        "blockdev_shutdown",
        "hooks post",
        "hooks config-update",
    ]
    assert stopped.calls[0].arguments[NODE1][1:] == [7, []]
    assert stopped.after.instances[MAIL].serial_no == SNAPSHOT.instances[MAIL].serial_no + 2
    after = stopped.after.instances[MAIL]
    assert (after.admin_state, after.disks_active, after.admin_state_source) == ("down", False, "admin")
    assert stopped.hooks == [("instance-stop", "pre", (NODE1,)), ("instance-stop", "post", (NODE1,))]
    assert stopped.hook_env["GANETI_TIMEOUT"] == "7"


def test_an_instance_that_is_stopped_is_stopped_again_without_being_written() -> None:
    """The node is told all the same."""
    down = with_instance(DB, admin_state_source="admin")
    stopped = run(InstanceShutdown(), down, STARTS, instance_name="db")
    assert stopped.result is None
    assert stopped.changes == 0
    assert stopped.called == [("instance_shutdown", (NODE2,)), *[("blockdev_shutdown", (NODE2,))] * 2]


def test_an_offline_instance_is_stopped_by_force_and_stays_offline() -> None:
    """That its state is not looked at is told."""
    refused = run(InstanceShutdown(), answers=STARTS, instance_name="lun")
    text = "Instance 'lun.example.org' is marked to be offline, can't use instance from outside down, up states"
    assert refused.failure == prereq(text, "wrong_state")
    stopped = run(InstanceShutdown(), answers=STARTS, instance_name="lun", force=True)
    assert stopped.result is None
    assert stopped.log == [" - WARNING: Ignoring offline instance check"]
    assert stopped.changes == 0


def test_a_guest_that_does_not_stop_is_an_error() -> None:
    """Its mark is written by then; its disks stay up."""
    failed = run(InstanceShutdown(), answers={**STARTS, "instance_shutdown": BROKEN}, instance_name="mail")
    assert failed.failure == exec_error("Could not shutdown instance 'mail.example.org': broken")
    after = failed.after.instances[MAIL]
    assert (after.admin_state, after.disks_active) == ("down", True)


def test_a_disk_that_stays_up_is_only_told() -> None:
    """The instance is down."""
    stopped = run(InstanceShutdown(), answers={**STARTS, "blockdev_shutdown": BROKEN}, instance_name="mail")
    assert stopped.result is None
    assert stopped.log == [
        " - WARNING: Could not shutdown block device disk/0 on node node1.example.org: broken",
    ]


def test_an_instance_of_an_offline_node_can_be_marked_as_stopped() -> None:
    """Nothing is asked."""
    marked = run(InstanceShutdown(), instance_name="thin", ignore_offline_nodes=True)
    assert marked.log == [
        " - WARNING: Ignoring offline primary node",
        " - INFO: Primary node offline, marked instance as stopped",
    ]
    assert (marked.after.instances[THIN].admin_state, marked.calls) == ("down", ())


def test_a_user_can_have_stopped_an_instance() -> None:
    """If the node says so, it is marked so."""
    answers: dict[str, Answer] = {**STARTS, "instance_info": SHUT_BY_USER}
    parameters: dict[str, Any] = {"instance_name": "mail", "admin_state_source": "user"}
    stopped = run(InstanceShutdown(), with_user_shutdown(), answers, **parameters)
    assert stopped.result is None
    assert stopped.after.instances[MAIL].admin_state_source == "user"
    refused = run(InstanceShutdown(), answers={**STARTS, "instance_info": RUNS}, **parameters)
    assert refused.failure == prereq("Instance 'mail.example.org' was not shutdown by the user", None)


def test_who_stopped_it_is_not_remembered_if_nothing_is() -> None:
    """That is told, before anything is locked."""
    parameters: dict[str, Any] = {"no_remember": True, "admin_state_source": "admin"}
    stopped = run(InstanceShutdown(), answers=STARTS, instance_name="mail", **parameters)
    text = " - WARNING: Parameter 'admin_state_source' has no effect if used with parameter 'no_remember'"
    assert stopped.log == [text]
    assert stopped.after.instances[MAIL].admin_state == "up"
