"""Instances are made as Ganeti makes them."""

from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.units.instance import InstanceCreate
from ganeti_lite.snapshot import ClusterSnapshot, Instance
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import GROUP1, LAN, NEW, NODE1, NODE2, NOW, SNAPSHOT, STORAGE

from .scripted import Answer, Run, exec_error, prereq, run

GENEROUS: Final = {
    "minmax": (
        {
            "min": dict.fromkeys(
                ("memory-size", "disk-size", "disk-count", "cpu-count", "nic-count", "spindle-use"), 0
            ),
            "max": dict.fromkeys(
                ("memory-size", "disk-size", "disk-count", "cpu-count", "nic-count", "spindle-use"), 10000
            ),
        },
    ),
    "disk-templates": ("diskless", "file", "sharedfile"),
}


def _with_cluster(**changed: Any) -> ClusterSnapshot:
    return evolve(SNAPSHOT, cluster=evolve(SNAPSHOT.cluster, **changed))


PLACE: Final = _with_cluster(
    ipolicy={**SNAPSHOT.cluster.ipolicy, **GENEROUS},
    enabled_hypervisors=("xen-pvm", "kvm", "fake"),
    prealloc_wipe_disks=False,
)
"""A cluster that lets anything in."""

TAKES: Final[dict[str, Answer]] = {
    "hypervisor_validate_params": None,
    "os_validate": True,
    "os_diagnose": [["noop", "/os", True, "", [], [], [20], True]],
    "bridges_exist": None,
    "node_info": ["boot", None, [{"memory_free": 1024}]],
    "file_storage_dir_create": None,
    "blockdev_create": None,
    "blockdev_getmirrorstatus": [],
    "instance_os_add": None,
    "instance_metadata_modify": None,
    "instance_start": None,
}
"""What a node says that takes the instance."""

BROKEN: Final = RpcFailure("broken")

BASE: Final[dict[str, Any]] = {
    "instance_name": "new.example.org",
    "mode": "create",
    "disk_template": "diskless",
    "disks": [],
    "nics": [],
    "os_type": "noop",
    "pnode": "node2",
    "hypervisor": "fake",
    "name_check": False,
    "ip_check": False,
    "start": False,
}


def _random(count: int, state: list[int] = [0]) -> bytes:  # noqa: B006 - counts on from call to call
    """Other bytes at each call."""
    state[0] += 1
    return state[0].to_bytes(count, "big")


def create(snapshot: ClusterSnapshot = PLACE, answers: dict[str, Answer] | None = None, **parameters: Any) -> Run:
    """Make an instance; those *parameters* are other ones than the usual."""
    world = {name: parameters.pop(name) for name in ("hosts", "in_use", "meanwhile") if name in parameters}
    return run(InstanceCreate(_random), snapshot, {**TAKES, **(answers or {})}, **world, **{**BASE, **parameters})


def _made(created: Run) -> Instance:
    assert created.failure is None
    return created.after.instances[NEW]


def test_an_instance_without_disks() -> None:
    """It is added by one change, which does not step the cluster; the result names its node."""
    created = create(tags=["b", "a"], beparams={"memory": "64"}, hvparams={})
    assert created.result == ["node2.example.org"]
    instance = _made(created)
    assert (instance.name, instance.primary_node, instance.os) == ("new.example.org", NODE2, "noop")
    assert (instance.serial_no, instance.ctime, instance.mtime) == (1, NOW, NOW)
    assert (instance.admin_state, instance.admin_state_source, instance.disks_active) == ("down", "admin", False)
    assert (instance.hypervisor, instance.network_port, instance.disks) == ("fake", None, ())
    assert (instance.beparams, instance.hvparams) == ({"minmem": 64, "maxmem": 64}, {})
    assert instance.tags == ("a", "b")
    assert created.steps == ["instances added"]
    assert created.changes == 1
    assert created.locks == {
        "instance": ("exclusive", ["new.example.org"]),
        "nodegroup": ("shared", [GROUP1]),
        "node": ("exclusive", [NODE2]),
        "node-res": ("exclusive", [NODE2]),
    }
    assert created.log == [
        "* creating instance disks...",
        "adding instance new.example.org to cluster config",
        "adding disks to cluster config",
    ]
    assert created.called == [
        ("hypervisor_validate_params", (NODE2,)),
        ("os_validate", (NODE2,)),
        ("instance_metadata_modify", (NODE2,)),
    ]
    assert created.hooks == [("instance-add", "pre", (NODE1, NODE2)), ("instance-add", "post", (NODE1, NODE2))]
    env = {
        "ADD_MODE": "create",
        "OP_TARGET": "new.example.org",
        "INSTANCE_STATUS": "False",
        "INSTANCE_DISK_TEMPLATE": "diskless",
        "INSTANCE_DISK_COUNT": "0",
        "INSTANCE_PRIMARY": "node2.example.org",
        "INSTANCE_TAGS": "a b",
    }
    assert {name: created.hook_env[f"GANETI_{name}"] for name in env} == env


def test_an_instance_with_files_that_is_started() -> None:
    """Files are made before it is in the configuration, its OS is put onto them behind that, then it runs."""
    disks = [{"size": 12, "name": "root"}, {"size": 2048, "mode": "ro"}]
    created = create(disk_template="file", disks=disks, start=True, reason=[["me", "why", 1]])
    instance = _made(created)
    assert created.called == [
        ("hypervisor_validate_params", (NODE2,)),
        ("os_validate", (NODE2,)),
        ("os_diagnose", (NODE2,)),
        ("node_info", (NODE2,)),
        ("file_storage_dir_create", (NODE2,)),
        ("blockdev_create", (NODE2,)),
        ("blockdev_create", (NODE2,)),
        ("blockdev_getmirrorstatus", (NODE2,)),
        ("blockdev_getmirrorstatus", (NODE2,)),
        ("instance_os_add", (NODE2,)),
        ("instance_metadata_modify", (NODE2,)),
        ("instance_start", (NODE2,)),
    ]
    first, second = (created.after.disks[uuid] for uuid in instance.disks)
    assert (first.dev_type, first.size, first.mode, first.name) == ("file", 12, "rw", "root")
    assert (second.iv_name, second.size, second.mode, second.name) == ("disk/1", 2048, "ro", None)
    driver, path = first.logical_id
    assert driver == "loop"
    assert str(path).startswith("/srv/files/new.example.org/")
    assert str(path).endswith(".file.disk0")
    assert first.nodes == (NODE2,)
    assert (instance.admin_state, instance.disks_active, instance.serial_no) == ("up", True, 4)
    assert created.log == [
        "* disk 0, size 12M",
        "* disk 1, size 2.0G",
        "* creating instance disks...",
        "adding instance new.example.org to cluster config",
        "adding disks to cluster config",
        *[
            " - INFO: Waiting for instance new.example.org to sync disks",
            " - INFO: Instance new.example.org's disks are in sync",
        ]
        * 2,
        "* running the instance OS create scripts...",
        "* starting instance...",
    ]
    shown = next(call for call in created.calls if call.method == "blockdev_create").arguments[NODE2]
    assert shown[1:] == [12, "new.example.org", True, "originstname+new.example.org", False]
    assert shown[0]["forthcoming"] is False
    assert "serial_no" not in shown[0]
    assert created.calls[-1].arguments[NODE2][2] == [["me", "why", 1]]
    assert created.hook_env["GANETI_INSTANCE_DISK0_UUID"] == ""
    assert created.hook_env["GANETI_INSTANCE_DISK0_NAME"] == "root"
    assert "GANETI_INSTANCE_DISK0_DEV_TYPE" not in created.hook_env


def test_a_shared_file_belongs_to_no_node() -> None:
    """Its directory is the cluster's for shared files, with the one below it that is wished."""
    created = create(disk_template="sharedfile", disks=[{"size": 1}], file_storage_dir="fast", no_install=True)
    (disk,) = (created.after.disks[uuid] for uuid in _made(created).disks)
    assert str(disk.logical_id[1]).startswith("/srv/shared/fast/new.example.org/")
    assert disk.nodes == ()
    assert "instance_os_add" not in [method for method, _ in created.called]


def test_a_hypervisor_that_needs_a_port_gets_one() -> None:
    """It is taken before anything is made."""
    created = create(hypervisor="kvm")
    assert _made(created).network_port == 11001
    assert created.after.cluster.tcpudp_port_pool == ()
    assert created.changes == 2


def test_a_dry_run_tells_uuids() -> None:
    """Nothing is made; disks of an instance without disks do not matter."""
    tried = create(dry_run=True, disks=[{"size": 5}])
    assert tried.result == [NODE2]
    assert tried.changes == 0


def test_a_name_is_resolved() -> None:
    """The full name is locked and told; whether somebody has its address is looked at."""
    created = create(
        instance_name="NEW", name_check=True, ip_check=True, hosts={"new.example.org": "192.0.2.77"},
        nics=[{"ip": "auto", "mode": "routed"}], conflicts_check=False,
    )  # fmt: skip
    instance = _made(created)
    assert instance.name == "new.example.org"
    assert created.log[0] == " - INFO: Resolved given name 'new' to 'new.example.org'"
    assert created.locks["instance"] == ("exclusive", ["new.example.org"])
    assert instance.nics[0].ip == "192.0.2.77"
    assert "ping" in created.story


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        ({"instance_name": "in valid"}, prereq("Invalid hostname 'in valid'")),
        ({"instance_name": "a..b"}, prereq("Invalid hostname 'a..b'")),
        ({"ip_check": True}, prereq("Cannot do IP address check without a name check")),
        (
            {"name_check": True},
            prereq("The given name (new.example.org) does not resolve: Name or service not known", "resolver_error"),
        ),
        ({"disks": [{"size": 1, "adopt": "x"}, {"size": 1}]}, prereq("Either all disks are adopted or none is")),
        (
            {"disks": [{"size": 1, "adopt": "x"}]},
            prereq("Disk adoption is not supported for the 'diskless' disk template"),
        ),
        ({"iallocator": "hail"}, prereq("Do not specify both, iallocator and node")),
        (
            {"opportunistic_locking": True},
            prereq("Opportunistic locking is only available in combination with an instance allocator"),
        ),
        ({"os_type": None}, prereq("No guest OS or OS image specified")),
        (
            {"disk_template": "rbd"},
            prereq(
                "Disk template 'rbd' is not enabled in cluster. Enabled disk templates are:"
                " drbd,plain,file,sharedfile,ext,blockdev,diskless"
            ),
        ),
        (
            {"disk_template": None},
            prereq("Disk template 'drbd' is not supported by this master daemon for new disks"),
        ),
        (
            {"mode": "import"},
            prereq("Creating instances: mode 'import' not supported by this master daemon"),
        ),
        (
            {"forthcoming": True},
            prereq("Creating instances: forthcoming instances not supported by this master daemon"),
        ),
        (
            {"instance_name": "web.example.org"},
            prereq("Instance 'web.example.org' is already in the cluster", "already_exists"),
        ),
        ({"pnode": "nosuch"}, prereq("Node 'nosuch' not known", "unknown_entity")),
        (
            {"hypervisor": "lxc"},
            prereq("Selected hypervisor (lxc) not enabled in the cluster (xen-pvm,kvm,fake)", "wrong_state"),
        ),
        ({"tags": ["a b"]}, ["TagError", ["Tag contains invalid characters"]]),
        ({"hvparams": {"foo": 1}}, ["TypeEnforcementError", ["Unknown parameter 'foo'"]]),
        (
            {"hvparams": {"migration_mode": "live"}},
            prereq(
                "The following hypervisor parameters are global and cannot be customized at instance level, please"
                " modify them at cluster level: migration_mode"
            ),
        ),
        (
            {"beparams": {"vcpus": "x"}},
            ["TypeEnforcementError", ["'vcpus' (value x) is not a valid integer"]],
        ),
        ({"disk_template": "file", "disks": [{"mode": "rw"}]}, prereq("Missing disk size")),
        (
            {"disk_template": "file", "disks": [{"size": 1, "name": "7"}]},
            prereq("Invalid name '7'. Purely numeric disk names are not allowed"),
        ),
        (
            {"disk_template": "file", "disks": [{"size": 1, "name": "a"}, {"size": 1, "name": "a"}]},
            prereq("disk name 'a' already used", "resource_not_unique"),
        ),
        (
            {"disk_template": "file", "disks": [{"size": 1}], "file_storage_dir": "/abs"},
            exec_error("Error: path joining resulted in different prefix (/abs/new.example.org != /srv/files)"),
        ),
        ({"pnode": "node3"}, prereq("Cannot use drained primary node 'node3.example.org'", "wrong_state")),
        ({"pnode": "node4"}, prereq("Cannot use offline primary node 'node4.example.org'", "wrong_state")),
        ({"compress": "zip"}, prereq("Compression tool not allowed, tools allowed are [gzip, lzop]")),
        (
            {"start": True, "beparams": {"maxmem": 2000}},
            prereq(
                "Not enough memory on node node2.example.org for creating instance new.example.org:"
                " needed 2000 MiB, available 1024 MiB",
                "insufficient_resources",
            ),
        ),
    ],
)
def test_what_cannot_be_made(parameters: Any, failure: object) -> None:
    """Each is refused before anything is written."""
    refused = create(**parameters)
    assert refused.failure == failure
    assert refused.changes == 0


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        (
            {"hypervisor_validate_params": BROKEN},
            exec_error("Hypervisor parameter validation failed on node node2.example.org: broken"),
        ),
        (
            {"os_validate": BROKEN},
            exec_error("OS Parameters validation failed on node node2.example.org: broken"),
        ),
        ({"os_diagnose": []}, prereq(f"OS 'noop' is not available in node '{NODE2}'")),
        (
            {"os_diagnose": [["noop", "/os", True, "", [], [], [20], False]]},
            prereq(
                "OS 'noop' is not trusted: running its scripts in a helper machine is not supported",
                "wrong_state",
            ),
        ),
        (
            {"bridges_exist": BROKEN},
            prereq(
                "Error checking bridges on destination node 'node2.example.org': broken",
                "environment_error",
            ),
        ),
    ],
)
def test_a_node_that_does_not_take_it(answers: Any, failure: object) -> None:
    """Nothing is made there."""
    refused = create(answers=answers, disk_template="file", disks=[{"size": 1}], nics=[{"link": "br0"}])
    assert refused.failure == failure
    assert refused.changes == 0


def test_a_policy_must_let_it_in() -> None:
    """Unless that is not looked at."""
    narrow = _with_cluster(prealloc_wipe_disks=False)
    narrow = evolve(narrow, cluster=evolve(narrow.cluster, enabled_hypervisors=("fake",)))
    refused = create(narrow, beparams={"vcpus": 100})
    assert isinstance(refused.outcome, OpPrereqError)
    text = f"Instance allocation to group {GROUP1} (default) violates policy: "
    assert str(refused.outcome.args[0]).startswith(text)
    assert create(narrow, beparams={"vcpus": 100}, ignore_ipolicy=True).failure is None


def test_files_that_cannot_be_made_leave_nothing() -> None:
    """Those before are removed; the instance is not in the configuration."""
    made: list[object] = []

    def make_one(_: str, arguments: list[Any]) -> object:
        made.append(arguments)
        return None if len(made) == 1 else BROKEN

    answers: dict[str, Answer] = {"blockdev_create": make_one, "blockdev_remove": None}
    failed = create(answers=answers, disk_template="file", disks=[{"size": 1}, {"size": 1}])
    assert failed.failure is not None
    assert failed.log[-1] == " - WARNING: Device creation failed"
    assert failed.called[-1] == ("blockdev_remove", (NODE2,))
    assert failed.changes == 0


@pytest.mark.parametrize(
    ("answers", "failure", "state"),
    [
        (
            {"instance_os_add": BROKEN},
            "Could not add os for instance new.example.org on node node2.example.org: broken",
            "down",
        ),
        ({"instance_start": BROKEN}, "Could not start instance: broken", "up"),
    ],
)
def test_what_fails_late_leaves_the_instance(answers: Any, failure: str, state: str) -> None:
    """It stays in the configuration, as it is by then."""
    failed = create(answers=answers, disk_template="file", disks=[{"size": 1}], start=True)
    assert failed.failure == exec_error(failure)
    assert failed.after.instances[NEW].admin_state == state


def test_metadata_are_no_condition() -> None:
    """That they cannot be told is told."""
    created = create(answers={"instance_metadata_modify": BROKEN})
    assert created.result == ["node2.example.org"]
    assert created.log[-1] == "Could not update metadata for instance 'new.example.org': broken"


def test_nothing_is_started_without_an_installation() -> None:
    """That is told first."""
    created = create(no_install=True, start=True)
    assert created.log[0] == " - INFO: No-installation mode selected, disabling startup"
    assert _made(created).admin_state == "down"


def test_a_second_node_is_ignored() -> None:
    """Without mirrors there is nothing for it."""
    created = create(snode="node1")
    assert created.log[0] == " - WARNING: Secondary node will be ignored on non-mirrored disk template"


def test_defaults_can_be_told_from_parameters() -> None:
    """Those that are what they would be anyway are not kept."""
    created = create(
        identify_defaults=True,
        beparams={"vcpus": 1, "maxmem": 600},
        nics=[{"mode": "bridged", "link": "br7"}],
    )
    instance = _made(created)
    assert instance.beparams == {"maxmem": 600}
    assert instance.nics[0].nicparams == {"link": "br7"}


def test_somebody_may_be_faster() -> None:
    """Who gets the lock later finds the instance there."""
    meanwhile = {LockLevel.INSTANCE: lambda snapshot: create(snapshot).after}
    refused = create(meanwhile=meanwhile)
    text = "Instance 'new.example.org' is already in the cluster"
    assert refused.failure == prereq(text, "already_exists")


def test_nics_get_what_they_lack() -> None:
    """MAC addresses with the prefix of their network or of the cluster, parameters and addresses of networks."""
    nics = [{"network": "lan", "ip": "pool"}, {"link": "br9", "mac": "AA:00:00:00:00:01", "vlan": "5"}, {}]
    created = create(nics=nics)
    first, second, third = _made(created).nics
    assert (first.ip, first.network, first.mac[:8]) == ("203.0.113.4", LAN, "aa:00:0c")
    assert first.nicparams == SNAPSHOT.nodegroups[GROUP1].networks[LAN]
    assert created.after.networks[LAN].reservations == "0011100000000000"
    assert (second.mac, second.nicparams) == ("aa:00:00:00:00:01", {"link": "br9", "vlan": ".5"})
    assert (third.mac[:8], third.nicparams, third.ip) == ("aa:00:0b", {}, None)
    assert len({first.uuid, second.uuid, third.uuid, NEW}) == 4
    assert created.log[:2] == [
        " - INFO: NIC/0 inherits netparams ['routed', '100', '']",
        " - INFO: Chose IP 203.0.113.4 from network lan",
    ]


@pytest.mark.parametrize(
    ("nic", "failure"),
    [
        ({"network": "lan", "link": "br0"}, prereq("If network is given, no mode or link is allowed to be passed")),
        ({"network": "nosuch"}, prereq("Network 'nosuch' not found", "unknown_entity")),
        ({"ip": "auto"}, prereq("IP address set to auto but name checks have been skipped")),
        ({"ip": "pool"}, prereq("if ip=pool, parameter network must be passed too")),
        ({"ip": "1.2.3"}, prereq("Invalid IP address '1.2.3'")),
        ({"mode": "routed"}, prereq("Routed nic mode requires an ip address if not attached to a network")),
        ({"mac": "x"}, prereq("Invalid MAC address 'x'")),
        (
            {"mac": "AA:00:0C:00:00:01"},
            prereq("MAC address aa:00:0c:00:00:01 already in use in cluster", "resource_not_unique"),
        ),
        ({"mode": "odd"}, ["ConfigurationError", ["Invalid NIC mode 'odd'"]]),
        ({"vlan": "x"}, prereq("Specified VLAN parameter is invalid : x")),
        ({"vlan": ":1:x"}, prereq("Specified VLAN parameter is invalid : :1:x")),
        ({"name": "12"}, prereq("Invalid name '12'. Purely numeric NIC names are not allowed")),
        (
            {"network": "storage"},
            prereq(
                "No netparams found for network storage. Probably not connected to node's node2.example.org nodegroup"
            ),
        ),
        (
            {"network": "lan", "ip": "203.0.113.2"},
            prereq(
                "IP address 203.0.113.2 already in use or does not belong to network lan",
                "resource_not_unique",
            ),
        ),
        (
            {"ip": "203.0.113.9"},
            prereq(
                "The requested IP address (203.0.113.9) belongs to network lan, but the target NIC does not.",
                "wrong_state",
            ),
        ),
    ],
)
def test_nics_that_cannot_be_had(nic: dict[str, str], failure: object) -> None:
    """Each is refused before anything is written."""
    refused = create(nics=[nic])
    assert refused.failure == failure
    assert refused.changes == 0


def test_conflicts_of_addresses_need_not_matter() -> None:
    """Neither those of others in a network, nor those of a network that the NIC is not in."""
    created = create(nics=[{"ip": "203.0.113.9"}, {"network": "lan", "ip": "203.0.113.1"}], conflicts_check=False)
    assert [nic.ip for nic in _made(created).nics] == ["203.0.113.9", "203.0.113.1"]


def test_a_full_network_has_no_address() -> None:
    """The NIC that wants one is told."""
    network = evolve(SNAPSHOT.networks[LAN], reservations="1" * 16)
    full = evolve(PLACE, networks=PLACE.networks.replaced({LAN: network}))
    refused = create(full, nics=[{"network": "lan", "ip": "pool"}])
    assert refused.failure == prereq("Unable to get a free IP for NIC 0 from the address pool", "wrong_state")
    assert STORAGE in full.networks


def test_disks_that_would_have_to_be_wiped_are_refused() -> None:
    """Rather than left as they are; an instance without disks has nothing to wipe."""
    place = evolve(PLACE, cluster=evolve(PLACE.cluster, prealloc_wipe_disks=True))
    refused = create(place, disk_template="file", disks=[{"size": 1}])
    assert "prealloc_wipe_disks" in str(refused.outcome)
    assert refused.changes == 0
    assert create(place).failure is None
