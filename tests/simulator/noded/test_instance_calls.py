"""Instances: what calls to start, stop and move them make of what runs."""

from typing import Any

import pytest

from ganeti_lite.simulator.noded import FileStorage, Guest, Hardware, OperatingSystem, SimulatedNode

from .asking import UNEXPECTED, Asked
from .objects import DIRECTORY, file_disk, make_instance

NAME = "z.example.com"
GUEST = Guest(NAME, "fake", 128, 2)
REASON = [["gnt:client:gnt-instance", "start", 1795376183552197120]]
ALL_FAKE: tuple[list[str], dict[str, dict[str, str]]] = (["fake"], {"fake": {}})
NOT_SET_UP = (
    f"Block device '<Disk(type=file, logical_id=('loop', '{DIRECTORY}/z/a.disk0'), children=[], "
    "visible as /dev/disk/0, size=100m)>' is not set up"
)


@pytest.fixture
def node() -> Asked:
    """A node on which nothing runs."""
    return Asked(
        SimulatedNode(
            "node2.example.com", "127.18.0.11", "b", Hardware(1_000, 100, 1, 1),
            file_storages=(FileStorage(DIRECTORY, 10_000, 1_000, 7_000),),
            systems=(OperatingSystem("noop", "/os/noop", api_versions=(5, 10)),),
        )
    )  # fmt: skip


@pytest.fixture
def running(node: Asked) -> Asked:
    """A node on which the instance runs."""
    node.ask("instance_start", make_instance(), False, REASON)
    return node


def test_a_start_shows(node: Asked) -> None:
    """What runs is told from then on, and its memory is gone; a second start changes nothing."""
    for _time in range(2):
        assert node.ask("instance_start", make_instance(), False, REASON) == [True, None]
    told = {NAME: {"memory": 128, "vcpus": 2, "state": 0, "time": 0.0}}
    assert node.ask("all_instances_info", *ALL_FAKE) == [True, told]
    assert node.ask("node_info", [], [["fake", {}]])[1][2][0]["memory_free"] == 772


def test_a_start_needs_the_disks(node: Asked) -> None:
    """Without one nothing starts."""
    instance = make_instance(disks=(file_disk(),))
    assert node.ask("instance_start", instance, False, REASON) == [False, f"Block device error: {NOT_SET_UP}."]
    node.ask("file_storage_dir_create", f"{DIRECTORY}/z")
    node.ask("blockdev_create", file_disk(), 100, NAME, True, "", False)
    assert node.ask("instance_start", instance, False, REASON) == [True, None]


@pytest.mark.parametrize(("timeout", "seconds"), [(120, 5.0), (2, 2.0), (0, 0.0)])
def test_a_shutdown_waits_as_long_as_it_may(node: Asked, timeout: int, seconds: float) -> None:
    """The guest takes its time, but no more than the timeout."""
    node.machine = node.machine.start(Guest(NAME, "fake", 128, 2, shutdown_seconds=5.0))
    assert node.ask("instance_shutdown", make_instance(), timeout, REASON) == [True, None]
    assert (node.seconds, node.machine.guests) == (seconds, ())
    assert node.ask("instance_shutdown", make_instance(), timeout, REASON) == [True, None]


@pytest.mark.parametrize("kind", ["soft", "hard"])
def test_a_reboot(running: Asked, kind: str) -> None:
    """Its CPU time starts over; a hard one takes up changed parameters."""
    running.machine = running.machine.start(Guest(NAME, "fake", 64, 2, 99.0))
    assert running.ask("instance_reboot", make_instance(), kind, 120, REASON) == [True, None]
    (guest,) = running.machine.guests
    assert (guest.time, guest.memory) == (0.0, 128 if kind == "hard" else 64)


def test_reboots_that_cannot_be(running: Asked) -> None:
    """Of what does not run, or of no known kind."""
    assert running.ask("instance_reboot", make_instance(), "bogus", 120, REASON) == [
        False, "Invalid reboot_type received: 'bogus'",
    ]  # fmt: skip
    assert running.ask("instance_reboot", make_instance("y"), "soft", 120, REASON) == [
        False, "Cannot reboot instance 'y' that is not running",
    ]  # fmt: skip


def test_what_its_user_has_shut_down_starts_again(running: Asked) -> None:
    """It is still listed, but it does not run."""
    running.machine = running.machine.shut_down(NAME)
    running.ask("instance_start", make_instance(), False, REASON)
    assert running.machine.guests == (GUEST,)


def test_memory_can_be_changed(running: Asked) -> None:
    """Of what runs."""
    assert running.ask("instance_balloon_memory", make_instance(), 96) == [True, None]
    assert running.ask("instance_info", NAME, "fake", {})[1]["memory"] == 96
    assert running.ask("instance_balloon_memory", make_instance("y"), 96) == [True, None]


def test_a_migration(running: Asked) -> None:
    """In the end the guest runs on the target and no longer on the source."""
    target, instance = Asked(SimulatedNode("n", "127.18.0.12", "b", Hardware(1_000, 100, 1, 1))), make_instance()
    assert running.ask("instance_migratable", instance) == [True, None]
    assert target.ask("instance_migratable", instance) == [False, f"Instance {NAME} is not running"]
    assert running.ask("migration_info", instance) == [True, ""]
    running_already = "Failed to accept instance: Can't accept instance, already running"
    assert running.ask("accept_instance", instance, "", "127.18.0.12") == [False, running_already]
    assert target.ask("accept_instance", instance, "", "127.18.0.12") == [True, None]
    assert running.ask("instance_migrate", "c.example.com", instance, "127.18.0.12", True) == [True, None]
    assert running.ask("instance_get_migration_status", instance) == [True, {"status": "completed"}]
    assert running.ask("instance_finalize_migration_src", instance, True, True) == [True, None]
    assert target.ask("instance_finalize_migration_dst", instance, "", True) == [True, None]
    assert (running.machine.guests, target.machine.guests) == ((), (GUEST,))


def test_a_migration_that_fails(running: Asked) -> None:
    """The guest stays where it was."""
    target, instance = Asked(SimulatedNode("n", "127.18.0.12", "b", Hardware(1_000, 100, 1, 1))), make_instance()
    running.ask("instance_finalize_migration_src", instance, False, True)
    target.ask("instance_finalize_migration_dst", instance, "", False)
    assert (running.machine.guests, target.machine.guests) == ((GUEST,), ())


def test_an_installation(node: Asked) -> None:
    """The OS is noted; the definition must be there, and the disks."""
    assert node.ask("instance_os_add", make_instance(), False, 0) == [True, None]
    assert node.machine.installations == {NAME: "noop"}
    assert node.ask("instance_os_add", make_instance(os="nosuch"), False, 0) == [
        False, "Directory for OS nosuch not found in search path",
    ]  # fmt: skip
    without_disk = make_instance(disks=(file_disk(),))
    assert node.ask("instance_os_add", without_disk, False, 0) == [False, NOT_SET_UP]
    assert node.ask("instance_run_rename", make_instance("y.example.com"), NAME, 0) == [True, None]
    assert node.ask("instance_metadata_modify", make_instance() | {"osparams_secret": {}}) == [True, None]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"zzz": 1}, "Object Instance doesn't support the parameter 'zzz'"),
        ({"nics": [{"zzz": 1}]}, "Object NIC doesn't support the parameter 'zzz'"),
        ({"disks_info": [file_disk() | {"zzz": 1}]}, "Object Disk doesn't support the parameter 'zzz'"),
    ],
)
def test_objects_that_are_not_understood(node: Asked, changes: dict[str, Any], message: str) -> None:
    """They fail the call: the real daemon knows exactly what such objects have."""
    assert node.ask("instance_start", make_instance(**changes), False, REASON) == [False, UNEXPECTED + message]


def test_an_unknown_hypervisor(node: Asked) -> None:
    """A start says whose error it is."""
    answer = node.ask("instance_start", make_instance(hypervisor="bogus"), False, REASON)
    assert answer == [False, "Hypervisor error: Unknown hypervisor type 'bogus'"]
