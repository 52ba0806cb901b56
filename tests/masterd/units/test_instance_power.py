"""Instances are started, stopped and restarted as Ganeti does it."""

from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.units import LogicalUnit
from ganeti_lite.masterd.units.instance import (
    InstanceActivateDisks,
    InstanceDeactivateDisks,
    InstanceReboot,
    InstanceShutdown,
    InstanceStartup,
)
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import BACK, DB, MAIL, NODE1, NODE2, NODE3, SNAPSHOT, THIN, WEB

from .scripted import Answer, exec_error, prereq, run

ROOM: Final = ["boot", None, [{"memory_free": 1024}]]
RUNS: Final = {"memory": 512, "vcpus": 1, "state": 0, "time": 0}
SHUT_BY_USER: Final = {**RUNS, "state": 1}
DEVICE: Final = ["/dev/it", "/run/it", None]

STARTS: Final[dict[str, Answer]] = {
    "instance_info": {},
    "node_info": ROOM,
    "blockdev_assemble": DEVICE,
    "blockdev_shutdown": None,
    "instance_start": None,
    "instance_shutdown": None,
}
"""What nodes say when all goes well."""

BROKEN: Final = RpcFailure("broken")


def _lock(name: str) -> dict[str, object]:
    return {"instance": ("exclusive", [f"{name}.example.org"])}


def _with_instance(uuid: str, **changed: Any) -> ClusterSnapshot:
    instance = evolve(SNAPSHOT.instances[uuid], **changed)
    return evolve(SNAPSHOT, instances=SNAPSHOT.instances.replaced({uuid: instance}))


def _with_user_shutdown() -> ClusterSnapshot:
    return _with_instance(MAIL, hvparams={"user_shutdown": True})


def test_an_instance_that_is_down_is_started() -> None:
    """It is looked for, its memory asked for, marked once, its disks brought up in two passes, then it runs."""
    started = run(InstanceStartup(), answers=STARTS, instance_name="db")
    assert started.result is None
    assert started.locks == _lock("db")
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
    down = _with_instance(THIN, admin_state="down")
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
    started = run(InstanceStartup(), _with_user_shutdown(), answers, instance_name="mail")
    assert [method for method, _ in started.called] == [
        "instance_info",
        "instance_shutdown",
        "blockdev_shutdown",
        "blockdev_assemble",
        "blockdev_assemble",
        "instance_start",
    ]


def test_an_instance_is_stopped() -> None:
    """It is marked, shut down, its disks marked and taken down: two changes, each a step of the instance."""
    stopped = run(InstanceShutdown(), answers=STARTS, instance_name="mail", timeout=7)
    assert stopped.result is None
    assert stopped.locks == _lock("mail")
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
    down = _with_instance(DB, admin_state_source="admin")
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
    stopped = run(InstanceShutdown(), _with_user_shutdown(), answers, **parameters)
    assert stopped.result is None
    assert stopped.after.instances[MAIL].admin_state_source == "user"
    refused = run(InstanceShutdown(), answers={**STARTS, "instance_info": RUNS}, **parameters)
    assert refused.failure == prereq("Instance 'mail.example.org' was not shutdown by the user")


def test_who_stopped_it_is_not_remembered_if_nothing_is() -> None:
    """That is told, before anything is locked."""
    parameters: dict[str, Any] = {"no_remember": True, "admin_state_source": "admin"}
    stopped = run(InstanceShutdown(), answers=STARTS, instance_name="mail", **parameters)
    text = " - WARNING: Parameter 'admin_state_source' has no effect if used with parameter 'no_remember'"
    assert stopped.log == [text]
    assert stopped.after.instances[MAIL].admin_state == "up"


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


def test_disks_are_brought_up() -> None:
    """The instance and its nodes are locked; the result says where each disk is; it is marked."""
    activated = run(InstanceActivateDisks(), answers=STARTS, instance_name="db")
    assert activated.result == [["node2.example.org", f"disk/{index}", "/dev/it"] for index in (0, 1)]
    assert activated.locks == {**_lock("db"), "node": ("exclusive", [NODE2])}
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


def test_sizes_can_be_ignored() -> None:
    """Nodes are told that they are not known."""
    activated = run(InstanceActivateDisks(), answers=STARTS, instance_name="web", ignore_size=True)
    disk = activated.calls[0].arguments[NODE1][0]
    assert [disk["size"], *(child["size"] for child in disk["children"])] == [0, 0, 0]
    assert activated.after.instances[WEB].disks_active is True


def test_disks_of_a_stopped_instance_are_taken_down() -> None:
    """The node is asked whether it runs; what does not go down is only told."""
    answers: dict[str, Answer] = {"instance_info": {}, "blockdev_shutdown": BROKEN}
    active = _with_instance(DB, disks_active=True)
    ended = run(InstanceDeactivateDisks(), active, answers, instance_name="db")
    assert ended.result is None
    assert ended.locks == {**_lock("db"), "node": ("exclusive", [NODE2])}
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


def test_disks_are_taken_down_by_force() -> None:
    """Nothing is asked."""
    ended = run(InstanceDeactivateDisks(), answers={"blockdev_shutdown": None}, instance_name="mail", force=True)
    assert (ended.result, ended.called) == (None, [("blockdev_shutdown", (NODE1,))])


@pytest.mark.parametrize("unit", [InstanceStartup(), InstanceShutdown(), InstanceActivateDisks()])
def test_there_must_be_such_an_instance(unit: LogicalUnit[Any]) -> None:
    """It is looked for before anything is locked."""
    refused = run(unit, instance_name="nosuch")
    assert refused.failure == prereq("Instance 'nosuch' not known", "unknown_entity")
    assert set(refused.wishes) == {LockLevel.CLUSTER}
