"""Instances are started as Ganeti does it."""

from typing import Any

import pytest

from ganeti_lite.masterd.units.instance import InstanceStartup
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import DB, NODE1, NODE2, NODE3, SNAPSHOT, THIN
from tests.masterd.units.scripted import Answer, exec_error, prereq, run

from .scene import BROKEN, DEVICE, RUNS, SHUT_BY_USER, STARTS, lock_of, with_instance, with_user_shutdown


def test_an_instance_that_is_down_is_started() -> None:
    """It is looked for, its memory asked for, marked once, its disks brought up in two passes, then it runs."""
    started = run(InstanceStartup(), answers=STARTS, instance_name="db")
    assert started.result is None
    assert started.locks == lock_of("db")
    assert started.called == [
        ("instance_info", (NODE2,)),
        ("node_info", (NODE2,)),
        *[("blockdev_assemble", (NODE2,))] * 4,
        ("instance_start", (NODE2,)),
    ]
    passes = [call.arguments[NODE2][2:] for call in started.calls if call.method == "blockdev_assemble"]
    assert passes == [[False, 0], [False, 1], [True, 0], [True, 1]]
    assert started.changes == 1
    assert started.steps == ["instances serial +1", "instances time"]
    after = started.after.instances[DB]
    assert (after.admin_state, after.disks_active, after.admin_state_source) == ("up", True, "admin")
    assert started.hooks == [
        ("instance-start", "pre", (NODE1, NODE2)),
        ("instance-start", "post", (NODE1, NODE2)),
    ]
    assert started.hook_env["GANETI_FORCE"] == "False"
    assert started.hook_env["GANETI_INSTANCE_STATUS"] == "False"
    assert started.log == []


def test_an_instance_that_runs_is_started_again_without_being_written() -> None:
    """No memory is asked for, and nothing is written, but the node is told to start it."""
    started = run(InstanceStartup(), answers={**STARTS, "instance_info": RUNS}, instance_name="mail")
    assert started.result is None
    assert [method for method, _ in started.called] == [
        "instance_info",
        "blockdev_assemble",
        "blockdev_assemble",
        "instance_start",
    ]
    assert started.changes == 0


def test_a_start_can_have_parameters_of_its_own() -> None:
    """They are checked by the instance's nodes, decide about memory, and are told to the node, but not written."""
    parameters: dict[str, Any] = {"hvparams": {"kernel_args": "single"}, "beparams": {"memory": "1g"}}
    answers: dict[str, Answer] = {**STARTS, "hypervisor_validate_params": None}
    started = run(InstanceStartup(), answers=answers, instance_name="db", startup_paused=True, **parameters)
    assert started.result is None
    assert started.calls[0].method == "hypervisor_validate_params"
    shown, is_paused, _ = started.calls[-1].arguments[NODE2]
    assert is_paused is True
    assert shown["hvparams"]["kernel_args"] == "single"
    assert (shown["beparams"]["minmem"], shown["beparams"]["maxmem"]) == (1024, 1024)
    assert started.after.instances[DB].beparams == SNAPSHOT.instances[DB].beparams


@pytest.mark.parametrize(
    ("parameters", "answers", "failure"),
    [
        ({"beparams": {"foo": 1}}, {}, ["TypeEnforcementError", ["Unknown parameter 'foo'"]]),
        ({"hvparams": {"foo": 1}}, {}, ["TypeEnforcementError", ["Unknown parameter 'foo'"]]),
        ({"hvparams": {"vnc_tls": True}}, {}, ["HypervisorError", ["Parameter 'vnc_tls' is not supported"]]),
        (
            {"hvparams": {"kernel_args": "x"}},
            {"hypervisor_validate_params": BROKEN},
            exec_error("Hypervisor parameter validation failed on node node2.example.org: broken"),
        ),
        (
            {},
            {"instance_info": BROKEN},
            prereq("Error checking node node2.example.org: broken", "environment_error"),
        ),
        (
            {},
            {"node_info": BROKEN},
            prereq("Can't get data from node node2.example.org: broken", "environment_error"),
        ),
        (
            {},
            {"node_info": ["boot", None, [{"memory_free": "much"}]]},
            prereq("Can't compute free memory on node node2.example.org, result was 'much'", "environment_error"),
        ),
        (
            {"beparams": {"minmem": 2000}},
            {},
            prereq(
                "Not enough memory on node node2.example.org for starting instance db.example.org:"
                " needed 2000 MiB, available 1024 MiB",
                "insufficient_resources",
            ),
        ),
    ],
)
def test_what_forbids_a_start(parameters: Any, answers: Any, failure: object) -> None:
    """Parameters that are none, nodes that do not answer or have no room: nothing is written."""
    refused = run(InstanceStartup(), answers={**STARTS, **answers}, instance_name="db", **parameters)
    assert refused.failure == failure
    assert refused.changes == 0


def test_an_offline_instance_is_not_started() -> None:
    """Neither is one whose node is offline, unless that is to be ignored."""
    refused = run(InstanceStartup(), answers=STARTS, instance_name="lun")
    text = "Instance 'lun.example.org' is marked to be offline, can't use instance from outside down, up states"
    assert refused.failure == prereq(text, "wrong_state")
    refused = run(InstanceStartup(), answers=STARTS, instance_name="thin")
    assert refused.failure == prereq("Can't use offline node: node4.example.org", "wrong_state")


def test_an_instance_of_an_offline_node_can_be_marked() -> None:
    """Nothing is asked; parameters of this start alone have no effect."""
    down = with_instance(THIN, admin_state="down")
    marked = run(InstanceStartup(), down, instance_name="thin", ignore_offline_nodes=True, beparams={"vcpus": 2})
    assert marked.result is None
    assert marked.log == [
        " - WARNING: Ignoring offline primary node",
        " - WARNING: Overridden parameters are ignored",
        " - INFO: Primary node offline, marked instance as started",
    ]
    assert marked.calls == ()
    assert marked.after.instances[THIN].admin_state == "up"


def test_a_bridge_must_be_there() -> None:
    """The node is asked for the bridges of all bridged NICs."""
    answers = {**STARTS, "bridges_exist": RpcFailure("Missing bridges br1")}
    refused = run(InstanceStartup(), answers=answers, instance_name="back")
    assert refused.calls[0].arguments == {NODE2: [["br1"]]}
    text = "Error checking bridges on destination node 'node2.example.org': Missing bridges br1"
    assert refused.failure == prereq(text, "environment_error")


def test_a_disk_that_does_not_come_up_forbids_the_start() -> None:
    """All disks are taken down again, and marked so; the instance stays marked as one that is to run."""

    def refuse_primary(_: str, arguments: list[Any]) -> object:
        return BROKEN if arguments[2] else DEVICE

    failed = run(InstanceStartup(), answers={**STARTS, "blockdev_assemble": refuse_primary}, instance_name="db")
    assert failed.failure == exec_error("Disk consistency error")
    assert failed.log == [
        *[
            f" - WARNING: Could not prepare block device disk/{index} on node node2.example.org"
            " (is_primary=True, pass=2): broken"
            for index in (0, 1)
        ],
        "      Hint: If the message above refers to a secondary node, you can retry the operation using '--force'",
    ]
    assert [method for method, _ in failed.called][-2:] == ["blockdev_shutdown"] * 2
    after = failed.after.instances[DB]
    assert (after.admin_state, after.disks_active) == ("up", False)


@pytest.mark.parametrize("is_forced", [False, True])
def test_a_secondary_node_matters_unless_forced(is_forced: bool) -> None:
    """A mirror that does not come up on the other node forbids the start, but not a forced one."""

    def refuse_secondary(uuid: str, _: object) -> object:
        return BROKEN if uuid == NODE3 else DEVICE

    answers = {**STARTS, "instance_info": RUNS, "bridges_exist": None, "blockdev_assemble": refuse_secondary}
    ended = run(InstanceStartup(), answers=answers, instance_name="back", force=is_forced)
    assert ended.failure == (None if is_forced else exec_error("Disk consistency error"))
    nodes = [call.nodes for call in ended.calls if call.method == "blockdev_assemble"]
    assert nodes == [(NODE2,), (NODE3,), (NODE2,)]
    text = " - WARNING: Could not prepare block device disk/0 on node node3.example.org (is_primary=False, pass=1)"
    assert ended.log[0] == f"{text}: broken"


def test_a_guest_that_does_not_start_leaves_its_mark() -> None:
    """Its disks are taken down again."""
    failed = run(InstanceStartup(), answers={**STARTS, "instance_start": BROKEN}, instance_name="db")
    assert failed.failure == exec_error("Could not start instance 'db.example.org': broken")
    assert failed.called[-2:] == [("blockdev_shutdown", (NODE2,))] * 2
    assert failed.after.instances[DB].admin_state == "up"
    assert failed.after.instances[DB].disks_active is False


def test_a_start_that_is_not_remembered_writes_that_disks_are_active() -> None:
    """The instance is not marked as one that is to run."""
    started = run(InstanceStartup(), answers=STARTS, instance_name="db", no_remember=True)
    after = started.after.instances[DB]
    assert (after.admin_state, after.disks_active) == ("down", True)


def test_a_guest_shut_down_from_inside_is_cleaned_up_before_it_is_started() -> None:
    """The node is told to shut it down, then to start it."""
    answers: dict[str, Answer] = {**STARTS, "instance_info": SHUT_BY_USER}
    started = run(InstanceStartup(), with_user_shutdown(), answers, instance_name="mail")
    assert [method for method, _ in started.called] == [
        "instance_info",
        "instance_shutdown",
        "blockdev_shutdown",
        "blockdev_assemble",
        "blockdev_assemble",
        "instance_start",
    ]
