"""Instances are changed as Ganeti changes them."""

from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.units.instance import InstanceSetParams
from ganeti_lite.snapshot import ClusterSnapshot, Instance
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import DB, GROUP1, GROUP2, LAN, MAIL, NODE1, NODE2, NODE3, WEB

from .scripted import Answer, Run, exec_error, prereq, run
from .test_instance_create import PLACE, _random

STOPPED: Final = "50000006-bbbb-4000-8000-000000000006"
"""The disk of mail."""


def _with_instance(uuid: str, **changed: Any) -> ClusterSnapshot:
    instance = evolve(PLACE.instances[uuid], **changed)
    return evolve(PLACE, instances=PLACE.instances.replaced({uuid: instance}))


DOWN: Final = _with_instance(MAIL, admin_state="down", disks_active=False)
"""The cluster with mail, which has a file disk, stopped."""

TAKES: Final[dict[str, Answer]] = {
    "instance_metadata_modify": None,
    "hypervisor_validate_params": None,
    "os_validate": True,
    "instance_info": {},
    "node_info": ["boot", None, [{"memory_free": 1024, "cpu_total": 4}]],
    "bridges_exist": None,
    "instance_balloon_memory": None,
    "file_storage_dir_create": None,
    "file_storage_dir_remove": None,
    "blockdev_create": None,
    "blockdev_remove": None,
    "blockdev_shutdown": None,
    "blockdev_getmirrorstatus": [],
}
"""What nodes say that take every change."""

BROKEN: Final = RpcFailure("broken")
RUNS: Final = {"memory": 512, "vcpus": 1, "state": 0, "time": 0}


def modify(
    name: str, snapshot: ClusterSnapshot = PLACE, answers: dict[str, Answer] | None = None, **parameters: Any
) -> Run:
    """Change the instance of that name, with no regard to policies unless something is said of them."""
    given = {"ignore_ipolicy": True, **parameters}
    return run(
        InstanceSetParams(_random), snapshot, {**TAKES, **(answers or {})}, instance_name=name, **given
    )  # fmt: skip


def _web(done: Run) -> Instance:
    assert done.failure is None
    return done.after.instances[WEB]


def test_parameters_of_the_backend() -> None:
    """The result tells them as they were ordered; the instance is stepped once."""
    done = modify("db", beparams={"vcpus": "default", "maxmem": "1g", "always_failover": None}, force=True)
    assert done.result == [["be/vcpus", "default"], ["be/maxmem", "1g"], ["be/always_failover", None]]
    assert done.after.instances[DB].beparams == {"maxmem": 1024}
    assert done.steps == ["instances serial +1", "instances time"]
    assert done.changes == 1
    assert done.called == [("instance_metadata_modify", (NODE2,))]
    assert done.locks == {
        "instance": ("exclusive", ["db.example.org"]),
        "nodegroup": ("shared", [GROUP1]),
        "node": ("exclusive", [NODE2]),
    }
    assert done.hooks == [("instance-modify", "pre", (NODE1, NODE2)), ("instance-modify", "post", (NODE1, NODE2))]
    assert done.hook_env["GANETI_INSTANCE_MAXMEM"] == "1024"


def test_parameters_of_the_hypervisor() -> None:
    """The instance's nodes check them; ``default`` takes one away."""
    done = modify("db", hvparams={"kernel_args": "default", "initrd_path": "/boot/x"})
    assert done.result == [["hv/kernel_args", "default"], ["hv/initrd_path", "/boot/x"]]
    assert done.after.instances[DB].hvparams == {"root_path": None, "initrd_path": "/boot/x"}
    shown = done.calls[0].arguments[NODE2]
    assert shown[0] == "xen-pvm"
    assert shown[1]["initrd_path"] == "/boot/x"


@pytest.mark.parametrize(
    ("mask", "answers", "failure"),
    [
        ("0-1:2:3:all", {}, None),
        ("0:1", {}, prereq("Number of vCPUs [4] does not match the CPU mask [0:1]")),
        (
            "0-7",
            {},
            prereq("Node node2.example.org has 4 physical CPUs, but 8 are required", "insufficient_resources"),
        ),
        ("0-x", {}, ["ParseError", ["Invalid CPU ID value for CPU mask '0-x'"]]),
        ("3-1", {}, ["ParseError", ["Invalid CPU range value '3-1' for CPU mask"]]),
        (
            "0",
            {"node_info": RpcFailure("broken")},
            prereq("Cannot get current information from node node2.example.org: broken", "environment_error"),
        ),
        (
            "0",
            {"node_info": ["boot", None, [{}]]},
            prereq(
                "Can't compute the number of physical CPUs on node node2.example.org, result was 'None'",
                "environment_error",
            ),
        ),
    ],
)
def test_cpus_that_an_instance_is_bound_to(mask: str, answers: Any, failure: object) -> None:
    """There must be one list for all of its CPUs, or one for each, and the node must have them."""
    assert modify("db", answers=answers, hvparams={"cpu_mask": mask}).failure == failure


def test_systems_and_their_parameters() -> None:
    """The node validates parameters, but not the name alone, of which the result tells nothing."""
    done = modify("db", os_name="other", osparams={"a": "1"}, osparams_private={"b": "2"})
    assert done.result == [["os/a", "1"], ["os_private/b", "Private(?, descr='b')"]]
    after = done.after.instances[DB]
    assert (after.os, after.osparams["a"], after.osparams_private) == ("other", "1", {"b": "2"})
    assert done.calls[0].arguments[NODE2][:3] == [True, "other", ["parameters"]]
    named = modify("db", os_name="other")
    assert named.result == []
    assert [method for method, _ in named.called] == ["instance_metadata_modify"]


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


def test_memory_of_a_running_instance() -> None:
    """The node gives it, or takes it."""
    answers: dict[str, Answer] = {"instance_info": RUNS}
    done = modify("mail", answers=answers, runtime_mem=300)
    assert done.result == [["runtime_memory", 300]]
    assert done.called[-2:] == [("instance_balloon_memory", (NODE1,)), ("instance_metadata_modify", (NODE1,))]
    assert done.hook_env["GANETI_RUNTIME_MEMORY"] == "300"
    refused = modify("mail", runtime_mem=300)
    assert refused.failure == prereq("Instance mail.example.org is not running", "wrong_state")
    refused = modify("mail", answers=answers, runtime_mem=100)
    text = "Instance mail.example.org must have memory between 256 and 512 MB of memory unless --force is given"
    assert refused.failure == prereq(text)
    refused = modify("mail", answers=answers, runtime_mem=5000, force=True)
    text = (
        "Not enough memory on node node1.example.org for ballooning memory for instance mail.example.org:"
        " needed 4488 MiB, available 1024 MiB"
    )
    assert refused.failure == prereq(text, "insufficient_resources")
    failed = modify("mail", answers={**answers, "instance_balloon_memory": BROKEN}, runtime_mem=300)
    assert failed.failure == exec_error("Cannot modify instance runtime memory: broken")


@pytest.mark.parametrize(
    ("name", "answers", "maxmem", "failure", "log"),
    [
        ("mail", {"instance_info": RUNS}, 1500, None, []),
        (
            "mail",
            {},
            1500,
            prereq(
                "This change will prevent the instance from starting, due to 476 MB of memory missing on its"
                " primary node",
                "insufficient_resources",
            ),
            [],
        ),
        (
            "mail",
            {"node_info": BROKEN},
            1500,
            None,
            ["WARNING: Can't get info from primary node node1.example.org: broken"],
        ),
        (
            "mail",
            {"node_info": ["boot", None, [{}]]},
            1500,
            None,
            ["WARNING: Node data from primary node node1.example.org doesn't contain free memory information"],
        ),
        (
            "mail",
            {"instance_info": BROKEN},
            1500,
            None,
            ["WARNING: Can't get instance runtime information: broken"],
        ),
        (
            "back",
            {"instance_info": {**RUNS, "memory": 2000}},
            1500,
            prereq(
                "This change will prevent the instance from failover to its secondary node node3.example.org, due to"
                " not enough memory",
                "wrong_state",
            ),
            [],
        ),
    ],
)
def test_more_memory_must_be_there(name: str, answers: Any, maxmem: int, failure: object, log: list[str]) -> None:
    """On the primary node, and on the secondary one if the instance can go there; what is not known is told."""
    done = modify(name, answers=answers, beparams={"maxmem": maxmem})
    assert done.failure == failure
    assert done.log == log


def test_less_memory_is_not_looked_for() -> None:
    """Nor is more, if it is forced."""
    for parameters in ({"beparams": {"maxmem": 300}}, {"beparams": {"maxmem": 9000}, "force": True}):
        assert [method for method, _ in modify("mail", **parameters).called] == ["instance_metadata_modify"]


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        ({}, prereq("No changes submitted")),
        ({"beparams": {"vcpus": "x"}}, ["TypeEnforcementError", ["'vcpus' (value x) is not a valid integer"]]),
        ({"hvparams": {"foo": 1}}, ["TypeEnforcementError", ["Unknown parameter 'foo'"]]),
        (
            {"hvparams": {"migration_mode": "live"}},
            prereq(
                "The following hypervisor parameters are global and cannot be customized at instance level, please"
                " modify them at cluster level: migration_mode"
            ),
        ),
        (
            {"osparams": {"a": "1"}, "osparams_private": {"a": "2"}},
            prereq("OS parameters repeated multiple times: a"),
        ),
        (
            {"disk_template": "plain"},
            prereq("Modifying instances: changing the disk template is not supported by this master daemon"),
        ),
        (
            {"nics": [["add", {}]], "hotplug": True},
            prereq("Modifying instances: hotplugging is not supported by this master daemon"),
        ),
        (
            {"nics": [["add", {}], ["remove", {}]]},
            prereq("Only one NIC add/attach/remove/detach operation is supported at a time"),
        ),
        (
            {"nics": [["remove", 0, {"ip": "1.2.3.4"}]]},
            prereq("No settings should be passed when removing or detaching a NIC"),
        ),
        ({"nics": [["attach", 0, {}]]}, prereq("Attach operation is not supported for NICs")),
        ({"nics": [["remove", 5, {}]]}, exec_error("Got NIC index 5, but there are only 2")),
        ({"nics": [["remove", -2, {}]]}, exec_error("Not accepting negative indices other than -1")),
        (
            {"nics": [["remove", "nosuch", {}]]},
            prereq("Cannot find NIC with identifier nosuch", "unknown_entity"),
        ),
        (
            {"nics": [["add", -1, {}]] * 7},
            prereq("Instance has too many network interfaces (8), cannot add more", "wrong_state"),
        ),
        (
            {"nics": [["modify", 0, {"network": "lan", "link": "x"}]]},
            prereq("If network is given mode or link should not"),
        ),
        ({"nics": [["add", -1, {"ip": "pool"}]]}, prereq("If ip=pool, parameter network cannot be none")),
        ({"nics": [["modify", 1, {"ip": "pool"}]]}, prereq("ip=pool, but no network found")),
        (
            {"nics": [["modify", 0, {"mac": "auto"}]]},
            prereq("'auto' is not a valid MAC address when modifying an existing NIC"),
        ),
        (
            {"nics": [["modify", 1, {"mac": "aa:00:0c:00:00:03"}]]},
            prereq("MAC address 'aa:00:0c:00:00:03' already in use in cluster", "resource_not_unique"),
        ),
        (
            {"nics": [["modify", 1, {"mode": "routed", "ip": "none"}]]},
            prereq("Cannot set the NIC IP address to None on a routed NIC if not attached to a network"),
        ),
        (
            {"nics": [["modify", 0, {"link": "x"}]]},
            prereq("Not allowed to change link or mode of a NIC that is connected to a network"),
        ),
        (
            {"nics": [["modify", 0, {"network": "storage"}]]},
            prereq("No netparams found for the network storage, probably not connected"),
        ),
        (
            {"nics": [["modify", 0, {"ip": "203.0.113.3"}]]},
            prereq("IP 203.0.113.3 not available in network lan", "resource_not_unique"),
        ),
        (
            {"nics": [["modify", 1, {"ip": "203.0.113.9"}]]},
            prereq(
                "The requested IP address (203.0.113.9) belongs to network lan, but the target NIC does not.",
                "wrong_state",
            ),
        ),
        (
            {"nics": [["modify", 1, {"name": "front"}]]},
            prereq("NIC name 'front' already used", "resource_not_unique"),
        ),
        ({"disks": [["modify", 0, {"size": 5}]]}, prereq("Disk size change not possible, use grow-disk")),
        (
            {"disks": [["add", -1, {"size": 5}]]},
            prereq("Adding disks of template 'drbd' is not supported by this master daemon"),
        ),
        (
            {"disks": [["detach", 0, {}]]},
            prereq("To detach disks is not supported by this master daemon"),
        ),
        (
            {"disks": [["modify", "nosuch", {"mode": "ro"}]]},
            prereq("Lookup of disk 'nosuch' failed"),
        ),
        (
            {"disks": [["remove", 0, {}]]},
            prereq(
                "Instance 'web.example.org' is marked to be up, can't remove volume from a running instance without"
                " using hotplug",
                "wrong_state",
            ),
        ),
    ],
)
def test_what_cannot_be_changed(parameters: Any, failure: object) -> None:
    """Each is refused before anything is written."""
    refused = modify("web", **parameters)
    assert refused.failure == failure
    assert refused.changes == 0


def test_a_nic_is_added() -> None:
    """It has all parameters as its own, and an address of its network; the result tells all of it."""
    done = modify("web", nics=[["add", 0, {"network": "lan", "ip": "pool", "name": "new"}]])
    first, second, _ = _web(done).nics
    assert (first.ip, first.network, first.name) == ("203.0.113.4", LAN, "new")
    assert first.nicparams == {"mode": "routed", "link": "100", "vlan": ""}
    assert second == PLACE.instances[WEB].nics[0]
    text = f"add:mac={first.mac},ip=203.0.113.4,mode=routed,link=100,network=lan"
    assert done.result == [["nic.0", text]]
    assert done.after.networks[LAN].reservations == "0011100000000000"
    assert done.log == [" - INFO: Chose IP 203.0.113.4 from network lan"]
    assert done.steps == ["instances serial +1", "instances time"]
    assert done.hook_env["GANETI_INSTANCE_NIC_COUNT"] == "3"


def test_a_nic_is_changed() -> None:
    """What was said comes first in the result, then all of its parameters."""
    done = modify("web", nics=[["modify", 1, {"ip": "192.0.2.99", "link": "br7", "mac": "AA:00:00:00:00:09"}]])
    nic = _web(done).nics[1]
    assert (nic.ip, nic.mac, nic.nicparams["link"]) == ("192.0.2.99", "aa:00:00:00:00:09", "br7")
    assert done.result == [
        ["nic.mac/1", "aa:00:00:00:00:09"],
        ["nic.ip/1", "192.0.2.99"],
        ["nic.link/1", "br7"],
        ["nic.mode/1", "bridged"],
        ["nic.vlan/1", ""],
    ]
    assert done.calls[0].arguments == {NODE1: [["br7"]]}


def test_a_nic_leaves_its_network() -> None:
    """Its address is free again, and it gets a MAC address with the cluster's prefix."""
    done = modify("web", nics=[["modify", "front", {"network": "none", "ip": "none", "mode": "bridged"}]])
    nic = _web(done).nics[0]
    assert (nic.network, nic.ip, nic.mac[:8]) == (None, None, "aa:00:0b")
    assert done.after.networks[LAN].reservations == "0001000000000000"
    assert ["nic.network/0", None] in done.result  # type: ignore[operator] # a list


def test_a_nic_is_removed() -> None:
    """In the old form, it is the last one."""
    done = modify("web", nics=[["remove", {}]])
    assert done.result == [["NIC/1", "remove"]]
    assert len(_web(done).nics) == 1
    done = modify("web", nics=[["remove", 0, {}]])
    assert done.after.networks[LAN].reservations == "0001000000000000"


def test_a_bridge_that_is_missing_can_be_ignored() -> None:
    """It is told then."""
    answers: dict[str, Answer] = {"bridges_exist": BROKEN}
    refused = modify("web", answers=answers, nics=[["modify", 1, {"link": "br7"}]])
    text = "Error checking bridges on node 'node1.example.org': broken"
    assert refused.failure == prereq(text, "environment_error")
    done = modify("web", answers=answers, nics=[["modify", 1, {"link": "br7"}]], force=True)
    assert done.log == [f"WARNING: {text}"]


def test_a_disk_is_added() -> None:
    """It is made, attached, waited for, and taken down again if the others are."""
    done = modify("mail", DOWN, disks=[["add", -1, {"size": 7, "mode": "ro", "name": "data"}]])
    assert done.result == [["disk/1", "add:size=7,mode=ro"]]
    instance = done.after.instances[MAIL]
    disk = done.after.disks[instance.disks[1]]
    assert (disk.size, disk.mode, disk.name, disk.iv_name) == (7, "ro", "data", "disk/1")
    assert str(disk.logical_id[1]).startswith("/srv/files/mail.example.org/")
    assert [method for method, _ in done.called] == [
        "file_storage_dir_create",
        "blockdev_create",
        "blockdev_getmirrorstatus",
        "blockdev_shutdown",
        "instance_metadata_modify",
    ]
    assert done.changes == 2
    assert done.log == [
        "* disk 1, size 7M",
        " - INFO: Waiting for instance mail.example.org to sync disks",
        " - INFO: Instance mail.example.org's disks are in sync",
    ]


def test_a_disk_is_added_to_an_instance_without() -> None:
    """What it is must be said."""
    answers: dict[str, Answer] = {}
    bare = _with_instance(MAIL, disks=(), admin_state="down")
    bare = evolve(bare, disks={uuid: disk for uuid, disk in bare.disks.items() if uuid != STOPPED})
    refused = modify("mail", bare, answers, disks=[["add", 0, {"size": 7}]])
    assert refused.failure == prereq("Must specify disk type on diskless instance")
    done = modify("mail", bare, answers, disks=[["add", 0, {"size": 7, "dev_type": "sharedfile"}]])
    (uuid,) = done.after.instances[MAIL].disks
    assert done.after.disks[uuid].dev_type == "sharedfile"


def test_a_disk_is_changed() -> None:
    """Only its mode and name, of whatever kind it is."""
    done = modify("web", disks=[["modify", "root", {"mode": "ro", "name": "none"}]])
    assert done.result == [["disk.mode/0", "ro"], ["disk.name/0", None]]
    disk = done.after.disks[PLACE.instances[WEB].disks[0]]
    assert (disk.mode, disk.name, disk.serial_no) == ("ro", None, 2)
    refused = modify("web", disks=[["modify", 0, {"access": "userspace"}]])
    assert refused.failure == prereq("Changing 'access' of a disk is not supported by this master daemon")


def test_a_disk_is_removed() -> None:
    """From the node, with its directory, then from the configuration."""
    done = modify("mail", DOWN, disks=[["remove", 0, {}]])
    assert done.result == [["disk/0", "remove"]]
    assert done.after.instances[MAIL].disks == ()
    assert STOPPED not in done.after.disks
    assert [method for method, _ in done.called] == [
        "instance_info",
        "blockdev_remove",
        "file_storage_dir_remove",
        "instance_metadata_modify",
    ]


def test_there_are_only_so_many_disks() -> None:
    """Sixteen."""
    refused = modify("mail", DOWN, disks=[["add", -1, {"size": 1}]] * 16)
    assert refused.failure == prereq("Instance has too many disks (16), cannot add more", "wrong_state")


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
