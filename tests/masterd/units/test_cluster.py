"""The cluster's settings change as Ganeti changes them."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from attrs import asdict, evolve

from ganeti_lite.masterd.units import OFFLINE_REASON, FollowUp
from ganeti_lite.masterd.units.cluster import ClusterSetParams
from ganeti_lite.snapshot import Cluster, ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import GROUP1, GROUP2, NODE1, NODE2, NODE3, NODE4, SNAPSHOT

from .scripted import Answer, Run, by_node, exec_error, prereq, run

VM_NODES: Final = (NODE1, NODE2, NODE3)
"""The nodes that can have instances."""

ANSWERS: Final[Mapping[str, Answer]] = {
    "hypervisor_validate_params": None,
    "node_crypto_tokens": [["ssl", "AB:CD"]],
    "node_ensure_daemon": None,
    "os_validate": True,
}


def _set(snapshot: ClusterSnapshot = SNAPSHOT, answers: Mapping[str, Answer] | None = None, **parameters: Any) -> Run:
    return run(ClusterSetParams(), snapshot, {**ANSWERS, **(answers or {})}, **parameters)


def _after(**parameters: Any) -> Cluster:
    return _set(**parameters).succeeded.cluster


def _cluster(**changes: Any) -> ClusterSnapshot:
    return evolve(SNAPSHOT, cluster=evolve(SNAPSHOT.cluster, **changes))


def test_nothing_to_change_is_fine() -> None:
    """An order without parameters locks everything for others to see, and writes the cluster three times."""
    changed = _set()
    assert changed.result is None
    assert changed.changes == 3
    assert changed.steps == ["cluster serial +3", "cluster time"]
    assert changed.locks == {
        "instance": ("shared", "all"),
        "nodegroup": ("shared", "all"),
        "node": ("shared", "all"),
    }
    assert changed.called == []
    assert changed.hooks == [("cluster-modify", "pre", (NODE1,)), ("cluster-modify", "post", (NODE1,))]
    assert changed.hook_env["GANETI_OP_TARGET"] == "beta.example.org"
    assert changed.hook_env["GANETI_NEW_VG_NAME"] == "None"
    assert evolve(changed.after.cluster, serial_no=0, mtime=0) == evolve(SNAPSHOT.cluster, serial_no=0, mtime=0)


@pytest.mark.parametrize(
    ("parameters", "attribute", "value"),
    [
        ({"max_running_jobs": 7}, "max_running_jobs", 7),
        ({"max_tracked_jobs": 8}, "max_tracked_jobs", 8),
        ({"maintain_node_health": True}, "maintain_node_health", True),
        ({"modify_etc_hosts": False}, "modify_etc_hosts", False),
        ({"prealloc_wipe_disks": False}, "prealloc_wipe_disks", False),
        ({"default_iallocator": ""}, "default_iallocator", ""),
        ({"default_iallocator_params": {"a": 1}}, "default_iallocator_params", {"a": 1}),
        ({"reserved_lvs": ["xenvg/a"]}, "reserved_lvs", ("xenvg/a",)),
        ({"use_external_mip_script": True}, "use_external_mip_script", True),
        ({"mac_prefix": "AA:BB:CC"}, "mac_prefix", "aa:bb:cc"),
        ({"install_image": "http://example.org/image"}, "install_image", "http://example.org/image"),
        ({"zeroing_image": "/srv/zero"}, "zeroing_image", "/srv/zero"),
        ({"gluster_storage_dir": "/srv/gluster"}, "gluster_storage_dir", "/srv/gluster"),
        ({"uid_pool": [[1, 2]]}, "uid_pool", ((1, 2),)),
        ({"add_uids": [[1, 2], [4000, 4019]]}, "uid_pool", ((1, 2), (4000, 4019))),
        ({"remove_uids": [[4000, 4019]]}, "uid_pool", ()),
        ({"hidden_os": [["add", "x"], ["remove", "image+old"]]}, "hidden_os", ("x",)),
        ({"blacklisted_os": [["add", "x"]]}, "blacklisted_os", ("x",)),
        ({"compression_tools": ["gzip", "xz"]}, "compression_tools", ("gzip", "xz")),
        ({"ndparams": {"spindle_count": "3"}}, "ndparams", {**SNAPSHOT.cluster.ndparams, "spindle_count": 3}),
        (
            {"beparams": {"memory": "1G", "vcpus": 2}},
            "beparams",
            {"default": {**SNAPSHOT.cluster.beparams["default"], "minmem": 1024, "maxmem": 1024, "vcpus": 2}},
        ),
        ({"nicparams": {"link": "br7"}}, "nicparams", {"default": {"mode": "bridged", "link": "br7", "vlan": ""}}),
        ({"hv_state": {"kvm": {"mem_hv": 5}}}, "hv_state_static", {"kvm": {"mem_hv": 5}}),
        (
            {"disk_state": {"plain": {"xenvg": {"disk_total": 5}}}},
            "disk_state_static",
            {"plain": {"xenvg": {"disk_total": 5}}},
        ),
        ({"osparams": {"image": {"mirror": None}, "noop": {"a": "b"}}}, "osparams", {"noop": {"a": "b"}}),
        (
            {"osparams_private_cluster": {"noop": {"pin": "1"}}},
            "osparams_private_cluster",
            {"image": {"token": "tulip"}, "noop": {"pin": "1"}},
        ),
        ({"os_hvp": {"image+small": {"kvm": None}}}, "os_hvp", {}),
    ],
)
def test_a_setting_is_changed(parameters: Mapping[str, Any], attribute: str, value: object) -> None:
    """What is given becomes the cluster's, and nothing else changes."""
    after = _after(**parameters)
    assert getattr(after, attribute) == value
    differing = {
        name for name, stored in asdict(SNAPSHOT.cluster, recurse=False).items() if stored != getattr(after, name)
    }
    assert differing == {attribute, "serial_no", "mtime"}


def test_parameters_of_disks_are_merged() -> None:
    """Parameters of disks are merged by template; of DRBD's, existing disks know nothing, which is told."""
    changed = _set(diskparams={"drbd": {"resync-rate": 5}, "plain": {"stripes": 3}})
    assert changed.succeeded.cluster.diskparams["drbd"]["resync-rate"] == 5
    assert changed.after.cluster.diskparams["drbd"]["metavg"] == SNAPSHOT.cluster.diskparams["drbd"]["metavg"]
    assert len(changed.log) == 3


def test_data_collectors_are_switched() -> None:
    """Whether collectors are active, and how often they collect, is kept by collector."""
    after = _after(enabled_data_collectors={"drbd": False}, data_collector_interval={"drbd": 7})
    assert after.data_collectors["drbd"] == {"active": False, "interval": 7}
    assert _set(enabled_data_collectors={"x": True}).failure == exec_error("'x'")


def test_what_is_so_already_is_told() -> None:
    """Settings that are the same as before leave a line in the log."""
    changed = _set(
        vg_name="xenvg",
        file_storage_dir="/srv/files",
        shared_file_storage_dir="/srv/shared",
        drbd_helper="/bin/true",
        hidden_os=[["add", "image+old"], ["remove", "x"]],
        answers={"vg_list": {"xenvg": 30000}, "drbd_helper": "/bin/true"},
    )
    assert changed.result is None
    assert (
        changed.log
        == [
            " - INFO: Not checking drbd helper on offline node node4.example.org",
            "Cluster LVM configuration already in desired state, not changing",
            "Global file storage dir already set to value '/srv/files'",
            "Global shared file storage dir already set to value '/srv/shared'",
            "Cluster DRBD helper already in desired state, not changing",
            "OS image+old already in hidden OS list, ignoring",
            "OS x not found in hidden OS list, ignoring",
        ][1:]
    )


def test_the_volume_group_is_written_by_itself() -> None:
    """Nodes must have the new volume group; those that do not answer are told."""
    answer = {NODE1: {"vg": 30000.0}, NODE2: RpcFailure("down"), NODE3: {"vg": 20480}}
    changed = _set(vg_name="vg", answers={"vg_list": by_node(answer)})
    assert changed.succeeded.cluster.volume_group_name == "vg"
    assert changed.called == [("vg_list", VM_NODES)]
    assert changed.log == [" - WARNING: Error while gathering data on node node2.example.org (ignoring node): down"]
    assert changed.steps == ["cluster serial +4", "cluster time"]


def test_the_helper_of_drbd_must_be_everywhere() -> None:
    """All nodes must have the same helper; it is written by itself."""
    changed = _set(drbd_helper="/sbin/drbd", answers={"drbd_helper": "/sbin/drbd"})
    assert changed.succeeded.cluster.drbd_usermode_helper == "/sbin/drbd"
    assert changed.called == [("drbd_helper", VM_NODES)]
    assert changed.steps == ["cluster serial +4", "cluster time"]
    away = SNAPSHOT.nodes.replaced({NODE3: evolve(SNAPSHOT.nodes[NODE3], offline=True)})
    told = _set(evolve(SNAPSHOT, nodes=away), {"drbd_helper": "/sbin/drbd"}, drbd_helper="/sbin/drbd").log
    assert told == [" - INFO: Not checking drbd helper on offline node node3.example.org"]


NO_LVM: Final = evolve(
    _cluster(
        enabled_disk_templates=("file",),
        volume_group_name=None,
        drbd_usermode_helper=None,
        ipolicy={**SNAPSHOT.cluster.ipolicy, "disk-templates": ("file",)},
    ),
    disks={},
)
"""The cluster with files alone."""


def test_templates_are_enabled() -> None:
    """What is needed for a template must be there before it is enabled."""
    changed = _set(NO_LVM, {"vg_list": {"vg": 30000}}, enabled_disk_templates=["file", "plain"], vg_name="vg")
    assert changed.succeeded.cluster.enabled_disk_templates == ("file", "plain")
    assert changed.called == [("vg_list", VM_NODES)]


_EXT: Final = next(disk for disk in SNAPSHOT.disks.values() if disk.dev_type == "ext")


@pytest.mark.parametrize(
    ("snapshot", "answers", "parameters", "failure"),
    [
        (SNAPSHOT, {}, {"master_netmask": 99}, prereq("CIDR netmask (99) not valid")),
        (SNAPSHOT, {}, {"mac_prefix": "zz"}, prereq("Invalid MAC address prefix 'zz'")),
        (
            SNAPSHOT,
            {},
            {"uid_pool": [[5, 4]]},
            prereq("Lower user-id range boundary value (5) is larger than higher boundary value (4)"),
        ),
        (
            SNAPSHOT,
            {},
            {"add_uids": [[-1, 4]]},
            prereq("Lower user-id range boundary value (-1) is smaller than UIDPOOL_UID_MIN (0)."),
        ),
        (
            SNAPSHOT,
            {},
            {"remove_uids": [[1, 4294967296]]},
            prereq("Higher user-id boundary value (4294967296) is larger than UIDPOOL_UID_MAX (4294967295)."),
        ),
        (
            SNAPSHOT,
            {},
            {"remove_uids": [[1, 2]]},
            prereq("User-id range to be removed is not found in the current user-id pool: (1, 2)"),
        ),
        (SNAPSHOT, {}, {"install_image": "x"}, prereq("Install image must be an absolute path or a URL")),
        (SNAPSHOT, {}, {"zeroing_image": "x"}, prereq("Zeroing image must be an absolute path or a URL")),
        (
            SNAPSHOT,
            {},
            {"compression_tools": ["gzip", "a b"]},
            prereq(
                "The tools 'a b' contain illegal characters: only alphanumeric values, dashes, and underscores"
                " are allowed"
            ),
        ),
        (
            SNAPSHOT,
            {},
            {"compression_tools": ["xz"]},
            prereq("For compatibility reasons, the gzip utility must be present among the compression tools"),
        ),
        (
            SNAPSHOT,
            {},
            {"compression_tools": ["gzip", "none"]},
            prereq("none is a reserved value used for no compression, and cannot be used as the name of a tool"),
        ),
        (
            SNAPSHOT,
            {"get_file_info": [False, {}]},
            {"default_iallocator": "x"},
            prereq("Invalid default iallocator script 'x' specified"),
        ),
        (
            SNAPSHOT,
            {},
            {"enabled_disk_templates": ["drbd", "plain", "file", "sharedfile", "blockdev", "diskless"]},
            prereq(
                "Cannot disable disk template 'ext', because there is at least one disk using it:"
                f"\n * {_EXT.name or _EXT.uuid} (on pvm.example.org)",
                "wrong_state",
            ),
        ),
        (
            evolve(SNAPSHOT, disks={}),
            {},
            {"enabled_disk_templates": ["drbd", "plain", "file"]},
            prereq(
                "Cannot disable disk template 'diskless', because there is at least one instance using it:"
                "\n * thin.example.org",
                "wrong_state",
            ),
        ),
        (
            SNAPSHOT,
            {},
            {"vg_name": ""},
            prereq("Cannot unset volume group if lvm-based disk templates are or get enabled."),
        ),
        (
            NO_LVM,
            {},
            {"enabled_disk_templates": ["plain"]},
            prereq("Please specify a volume group when enabling lvm-based disk-templates."),
        ),
        (
            evolve(NO_LVM, disks=SNAPSHOT.disks),
            {},
            {"vg_name": ""},
            prereq("Cannot disable lvm storage while lvm-based instances exist"),
        ),
        (
            SNAPSHOT,
            {"vg_list": {}},
            {"vg_name": "vg"},
            prereq("Error on node 'node1.example.org': volume group 'vg' missing", "environment_error"),
        ),
        (
            SNAPSHOT,
            {"vg_list": {"vg": 10.5}},
            {"vg_name": "vg"},
            prereq(
                "Error on node 'node1.example.org': volume group 'vg' too small (20480 MiB required, 10 MiB found)",
                "environment_error",
            ),
        ),
        (
            SNAPSHOT,
            {},
            {"file_storage_dir": ""},
            prereq("Unsetting the 'file' storage directory while having 'file' storage enabled is not permitted."),
        ),
        (
            SNAPSHOT,
            {},
            {"drbd_helper": ""},
            prereq("Cannot disable drbd helper while DRBD is enabled.", "wrong_state"),
        ),
        (
            evolve(NO_LVM, disks=SNAPSHOT.disks),
            {},
            {"drbd_helper": ""},
            prereq("Cannot disable drbd helper while drbd-based instances exist"),
        ),
        (
            SNAPSHOT,
            {"drbd_helper": "/bin/false"},
            {"drbd_helper": "/bin/true"},
            prereq("Error on node 'node1.example.org': drbd helper is /bin/false", "environment_error"),
        ),
        (
            SNAPSHOT,
            {"drbd_helper": RpcFailure("down")},
            {"drbd_helper": "/bin/true"},
            prereq("Error checking drbd helper on node 'node1.example.org': down", "environment_error"),
        ),
        (SNAPSHOT, {}, {"beparams": {"foo": 1}}, ["TypeEnforcementError", ["Unknown parameter 'foo'"]]),
        (
            SNAPSHOT,
            {},
            {"beparams": {"vcpus": "x"}},
            ["TypeEnforcementError", ["'vcpus' (value x) is not a valid integer"]],
        ),
        (SNAPSHOT, {}, {"nicparams": {"mac": "auto"}}, ["TypeEnforcementError", ["Unknown parameter 'mac'"]]),
        (SNAPSHOT, {}, {"nicparams": {"mode": "magic"}}, ["ConfigurationError", ["Invalid NIC mode 'magic'"]]),
        (
            SNAPSHOT,
            {},
            {"ipolicy": {"vcpu-ratio": "default"}},
            prereq("Can't unset ipolicy attribute 'vcpu-ratio' on the cluster'"),
        ),
        (
            SNAPSHOT,
            {},
            {"diskparams": {"drbd": {"stripes": 1}}},
            prereq("While verify diskparams options: Provided option keys not supported: drbd/stripes"),
        ),
        (SNAPSHOT, {}, {"hvparams": {"kvm": {"foo": 1}}}, ["TypeEnforcementError", ["Unknown parameter 'foo'"]]),
        (
            SNAPSHOT,
            {},
            {"hvparams": {"kvm": {"vif_type": "vif"}}},
            ["HypervisorError", ["Parameter 'vif_type' is not supported"]],
        ),
        (
            SNAPSHOT,
            {},
            {"hvparams": {"kvm": {"kernel_path": "vmlinuz"}}},
            [
                "HypervisorError",
                [
                    "Parameter 'kernel_path' fails syntax check: must be an absolute normalized path"
                    " (current value: 'vmlinuz')"
                ],
            ],
        ),
        (
            SNAPSHOT,
            {},
            {"hvparams": {"kvm": {"boot_order": ""}}},
            ["HypervisorError", ["Parameter 'boot_order' is required but is currently not defined"]],
        ),
        (
            SNAPSHOT,
            {"hypervisor_validate_params": by_node({NODE1: None, NODE2: RpcFailure("no"), NODE3: None})},
            {"hvparams": {"kvm": {"acpi": False}}},
            exec_error("Hypervisor parameter validation failed on node node2.example.org: no"),
        ),
        (
            SNAPSHOT,
            {"os_validate": RpcFailure("no")},
            {"osparams": {"noop": {"a": "b"}}},
            exec_error("OS Parameters validation failed on node node1.example.org: no"),
        ),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    snapshot: ClusterSnapshot, answers: Mapping[str, Answer], parameters: Mapping[str, Any], failure: list[Any]
) -> None:
    """What is wrong is said, and nothing is written."""
    refused = _set(snapshot, answers, **parameters)
    assert refused.failure == failure
    assert refused.changes == 0


def test_drbd_needs_its_helper() -> None:
    """DRBD is enabled only with a helper that all nodes have."""
    bare = evolve(NO_LVM, instances=NO_LVM.instances.replaced({}, list(NO_LVM.instances)))
    given = {"enabled_disk_templates": ["file", "drbd"], "vg_name": "vg"}
    answers: dict[str, Answer] = {"vg_list": {"vg": 30000}, "drbd_helper": "/bin/true"}
    text = "Cannot enable DRBD without a DRBD usermode helper set."
    assert _set(bare, answers, **given).failure == prereq(text, "wrong_state")
    known = evolve(bare, cluster=evolve(bare.cluster, drbd_usermode_helper="/bin/true"))
    assert _set(known, answers, **given).called == [("vg_list", VM_NODES), ("drbd_helper", VM_NODES)]


def test_nics_must_do_with_new_defaults() -> None:
    """NICs that could not be any more are listed."""
    default = {"mode": "bridged", "link": "", "vlan": ""}
    refused = _set(_cluster(nicparams={"default": default}), nicparams={"mode": "routed"})
    assert refused.failure is None
    mail = next(item for item in SNAPSHOT.instances.values() if item.name == "mail.example.org")
    bare = evolve(mail, nics=(evolve(mail.nics[0], nicparams={}),))
    snapshot = evolve(SNAPSHOT, instances=SNAPSHOT.instances.replaced({mail.uuid: bare}))
    failure = _set(snapshot, nicparams={"mode": "routed"}).failure
    text = "Cannot apply the change, errors:\nInstance mail.example.org, nic/0: routed NIC with no ip address"
    assert failure == prereq(text)


def test_instances_that_a_new_policy_does_not_let_through_are_told() -> None:
    """A narrower policy is only warned of, and does not concern groups with limits of their own."""
    limits = [{side: dict(spec) for side, spec in pair.items()} for pair in _minmax()]
    limits[0]["max"]["cpu-count"] = 3
    changed = _set(ipolicy={"minmax": limits, "std": {"cpu-count": 1}})
    assert changed.result is None
    assert changed.log == [" - WARNING: After the ipolicy change the following instances violate them: db.example.org"]


def _minmax() -> Any:
    return SNAPSHOT.cluster.ipolicy["minmax"]


def test_hypervisors_are_enabled() -> None:
    """A hypervisor that is enabled has all its parameters; nodes are asked, but those that are offline do not count."""
    cluster = evolve(SNAPSHOT.cluster, hvparams={"kvm": SNAPSHOT.cluster.hvparams["kvm"]})
    answers = {"hypervisor_validate_params": by_node({NODE1: None, NODE2: RpcFailure(OFFLINE_REASON), NODE3: None})}
    changed = _set(evolve(SNAPSHOT, cluster=cluster), answers, enabled_hypervisors=["fake"])
    after = changed.succeeded.cluster
    assert (after.enabled_hypervisors, after.hvparams["fake"]) == (("fake",), {"migration_mode": "live"})
    assert changed.called == [
        ("hypervisor_validate_params", VM_NODES),
        ("node_ensure_daemon", (NODE1, NODE2, NODE3, NODE4)),
    ]


def test_parameters_of_hypervisors_are_converted() -> None:
    """Values come as text, and are told to the nodes as they will be."""
    changed = _set(hvparams={"kvm": {"acpi": "false"}}, os_hvp={"noop": {"kvm": {"vnc_tls": "true"}}})
    assert changed.succeeded.cluster.hvparams["kvm"]["acpi"] is False
    assert changed.after.cluster.os_hvp["noop"] == {"kvm": {"vnc_tls": True}}
    sent = [call.arguments[NODE1] for call in changed.calls]
    assert [name for name, _ in sent] == ["kvm"] * 3
    assert [params["acpi"] for _, params in sent] == [False] * 3
    assert [params["vnc_tls"] for _, params in sent] == [False, False, True]


def test_operating_systems_are_asked_about_their_parameters() -> None:
    """The master says whether parameters fit; an operating system that it does not have cannot be asked."""
    changed = _set(
        osparams={"image+small": {"size": "1"}},
        osparams_private_cluster={"image": {"key": "x"}},
        answers={"os_validate": False},
    )
    assert [call.arguments[NODE1] for call in changed.calls] == [
        [
            False,
            "image+small",
            ["parameters"],
            {"mirror": "http://mirror.example.org", "size": "1", "token": "tulip", "key": "x"},
            False,
        ],
        [False, "image", ["parameters"], {"mirror": "http://mirror.example.org", "token": "tulip", "key": "x"}, False],
    ]
    assert changed.log == [
        " - INFO: OS image+small not found on node node1.example.org, validation skipped",
        " - INFO: OS image not found on node node1.example.org, validation skipped",
    ]


def test_an_allocator_is_looked_for_on_the_master() -> None:
    """The script may be in either of two places."""

    def answer(_: str, arguments: list[Any]) -> object:
        return [arguments[0].startswith("/usr/lib/"), {"size": 1}]

    changed = _set(default_iallocator="hail2", answers={"get_file_info": answer})
    assert changed.succeeded.cluster.default_iallocator == "hail2"
    assert changed.called == [("get_file_info", (NODE1,))] * 2


def test_a_larger_pool_is_filled() -> None:
    """Candidates are promoted once the pool is larger."""
    nodes = SNAPSHOT.nodes.replaced({NODE3: evolve(SNAPSHOT.nodes[NODE3], drained=False)})
    before = evolve(_cluster(candidate_pool_size=2), nodes=nodes)
    changed = _set(before, candidate_pool_size=3)
    assert changed.succeeded.nodes[NODE3].master_candidate
    assert changed.after.cluster.candidate_pool_size == 3
    assert changed.log == [" - INFO: Promoted nodes to master candidate role: node3.example.org"]


def test_the_masters_address_moves() -> None:
    """The address is taken down on the old device, and brought up on the new one behind the change."""
    answers = dict.fromkeys(("node_deactivate_master_ip", "node_activate_master_ip"))
    changed = _set(master_netdev="eth1", answers=answers)
    assert changed.succeeded.cluster.master_netdev == "eth1"
    down, up = changed.calls
    assert (down.method, up.method) == ("node_deactivate_master_ip", "node_activate_master_ip")
    params = {"uuid": NODE1, "ip": "192.0.2.1", "netmask": 24, "netdev": "eth0", "ip_family": 2}
    assert down.arguments == {NODE1: [params, False]}
    assert up.arguments == {NODE1: [{**params, "netdev": "eth1"}, False]}
    assert changed.log == [
        "Shutting down master ip on the current netdev (eth0)",
        "Changing master_netdev from eth0 to eth1",
        "Starting the master ip on the new master netdev (eth1)",
    ]


def test_an_address_that_stays_up_is_an_error_unless_forced() -> None:
    """What the master cannot do fails the opcode, or by force is told."""
    answers = {"node_deactivate_master_ip": RpcFailure("busy"), "node_activate_master_ip": RpcFailure("no")}
    failed = _set(master_netdev="eth1", answers=answers)
    assert failed.failure == exec_error("Could not disable the master ip: busy")
    forced = _set(master_netdev="eth1", force=True, answers=answers)
    assert forced.result is None
    assert "Could not disable the master ip (continuing anyway): busy" in forced.log
    assert forced.log[-1] == (
        " - WARNING: Could not re-enable the master ip on the master, please restart manually: no"
    )


def test_the_netmask_is_changed() -> None:
    """The master changes the netmask; if it cannot, that is told."""
    changed = _set(master_netmask=25, answers={"node_change_master_netmask": RpcFailure("no")})
    assert changed.succeeded.cluster.master_netmask == 25
    assert changed.calls[0].arguments == {NODE1: [24, 25, "192.0.2.1", "eth0"]}
    assert changed.log == ["Changing master IP netmask to 25", "Could not change the master IP netmask: no"]


def test_user_shutdown_is_switched() -> None:
    """The daemon that notices it is started on nodes that can have instances, and stopped on others."""
    changed = _set(enabled_user_shutdown=True)
    assert changed.called == [("node_ensure_daemon", VM_NODES), ("node_ensure_daemon", (NODE4,))]


def test_a_network_for_instances_to_talk_by_is_made() -> None:
    """A network that is not there is added and connected to all groups, by a further job."""
    changed = _set(instance_communication_network="talk")
    assert isinstance(changed.result, FollowUp)
    opcodes = [(op["OP_ID"], op.get("group_name")) for job in changed.result.jobs for op in job]
    assert opcodes == [("OP_NETWORK_ADD", None), ("OP_NETWORK_CONNECT", GROUP1), ("OP_NETWORK_CONNECT", GROUP2)]
    assert changed.after.cluster.instance_communication_network == "talk"
    assert changed.log == ["Changing instance communication network to 'talk', only new instances will be affected."]


def test_a_network_that_is_there_is_judged_and_connected() -> None:
    """What makes a network unfit is told; only groups that it is not connected to are connected."""
    changed = _set(instance_communication_network="storage")
    assert isinstance(changed.result, FollowUp)
    assert [op["group_name"] for job in changed.result.jobs for op in job] == [GROUP1]
    assert len([line for line in changed.log if "security risk" in str(line)]) == 4


def test_the_network_is_given_up() -> None:
    """Without a name there is none; the old one is the administrator's business."""
    changed = _set(_cluster(instance_communication_network="lan"), instance_communication_network="")
    assert changed.result is None
    assert changed.log == [
        "Previous instance communication network 'lan' should be removed manually.",
        "Disabling instance communication network, only new instances will be affected.",
    ]
    assert _set(instance_communication_network="").log == [
        "Instance communication network already is '', nothing to do."
    ]
