"""Instances are restarted as Ganeti does it."""

from typing import Any

import pytest

from ganeti_lite.masterd.units.instance import InstanceReboot
from tests.masterd.small_cluster import DB, MAIL, NODE1, SNAPSHOT
from tests.masterd.units.scripted import exec_error, run

from .scene import BROKEN, RUNS, STARTS


@pytest.mark.parametrize("kind", ["soft", "hard"])
def test_a_running_instance_is_rebooted_by_its_node(kind: str) -> None:
    """Its disks stay up, and nothing is written."""
    answers = {**STARTS, "instance_info": RUNS, "instance_reboot": None}
    rebooted = run(InstanceReboot(), answers=answers, instance_name="mail", reboot_type=kind)
    assert rebooted.result is None
    assert [method for method, _ in rebooted.called] == ["instance_info", "instance_reboot"]
    assert rebooted.calls[1].arguments[NODE1][1:] == [kind, 120, []]
    assert rebooted.changes == 0
    env = {"REBOOT_TYPE": kind, "IGNORE_SECONDARIES": "False", "SHUTDOWN_TIMEOUT": "120"}
    assert {name: rebooted.hook_env[f"GANETI_{name}"] for name in env} == env


def test_a_full_reboot_is_a_stop_and_a_start() -> None:
    """The disks go down and up, which is two changes."""
    rebooted = run(
        InstanceReboot(), answers={**STARTS, "instance_info": RUNS}, instance_name="mail", reboot_type="full"
    )
    assert [method for method, _ in rebooted.called] == [
        "instance_info",
        "instance_shutdown",
        "blockdev_shutdown",
        "blockdev_assemble",
        "blockdev_assemble",
        "instance_start",
    ]
    assert rebooted.changes == 2
    assert rebooted.after.instances[MAIL].serial_no == SNAPSHOT.instances[MAIL].serial_no + 2


def test_a_reboot_starts_what_does_not_run() -> None:
    """That is told."""
    rebooted = run(InstanceReboot(), answers=STARTS, instance_name="db", reboot_type="hard")
    assert rebooted.log == [" - INFO: Instance db.example.org was already stopped, starting now"]
    assert rebooted.after.instances[DB].admin_state == "up"


@pytest.mark.parametrize(
    ("kind", "answers", "text"),
    [
        ("hard", {"instance_info": BROKEN}, "Error checking node node1.example.org: broken"),
        ("soft", {"instance_reboot": BROKEN}, "Could not reboot instance: broken"),
        ("full", {"instance_shutdown": BROKEN}, "Could not shutdown instance for full reboot: broken"),
        ("full", {"instance_start": BROKEN}, "Could not start instance for full reboot: broken"),
    ],
)
def test_a_reboot_that_fails(kind: str, answers: Any, text: str) -> None:
    """Whatever the node does not do is an error of execution."""
    failed = run(
        InstanceReboot(), answers={**STARTS, "instance_info": RUNS, **answers}, instance_name="mail", reboot_type=kind
    )
    assert failed.failure == exec_error(text)
