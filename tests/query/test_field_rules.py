"""Where the values of fields surprise, one rule at a time, in the golden cluster.

The cluster's objects are called by UUIDs that say what they are: ``node-1``, ``inst-a``, ``network-half``.
"""

import pytest

from ganeti_lite.constants import ItemType
from ganeti_lite.query.fields import FIELDS

from .golden_answers import golden_cells

NODATA = [2, None]
UNAVAIL = [3, None]


def test_the_role_prefers_candidate_to_drained_to_offline() -> None:
    """An offline master candidate shows as candidate, an offline drained node as drained."""
    roles = golden_cells("node", "role")
    assert [roles[f"node-{number}"][1] for number in (1, 2, 3, 4, 10)] == ["M", "C", "D", "O", "R"]


def test_power_is_unavailable_without_an_out_of_band_program() -> None:
    """The stored flag is told only where a program could switch the node; there is no data without a group."""
    powered = golden_cells("node", "powered")
    assert (powered["node-1"], powered["node-2"], powered["node-4"]) == ([0, True], UNAVAIL, NODATA)


@pytest.mark.parametrize("field", ["hv_state", "disk_state"])
def test_states_are_never_available(field: str) -> None:
    """The static states are unavailable although the configuration holds one."""
    assert {tuple(cell) for cell in golden_cells("node", field).values()} == {(3, None)}


def test_a_node_without_group_has_no_group_name_nor_parameters() -> None:
    """A group that does not exist leaves its UUID, and no data where it is needed."""
    assert golden_cells("node", "group.uuid")["node-4"] == [0, "gone"]
    for field in ("group", "ndparams", "ndp/ssh_port"):
        assert golden_cells("node", field)["node-4"] == NODATA
    assert golden_cells("instance", "pnode.group")["inst-c"] == NODATA
    assert golden_cells("instance", "pnode")["inst-c"] == [0, "node4.example.com"]


def test_node_parameters_are_filled_from_group_and_cluster() -> None:
    """The most specific level that sets a parameter wins."""
    filled = golden_cells("node", "ndparams")
    assert filled["node-1"][1]["cpu_speed"] == 2
    assert (filled["node-2"][1]["spindle_count"], filled["node-2"][1]["cpu_speed"]) == (4, 1.5)
    assert golden_cells("node", "custom_ndparams")["node-1"] == [0, {"oob_program": "/bin/oob", "cpu_speed": 2}]


def test_disk_parameters_of_a_group_replace_whole_templates() -> None:
    """A group's entry for a template stands in place of the cluster's, not beside it."""
    diskparams = golden_cells("group", "diskparams")["group-rack1"][1]
    assert (diskparams["drbd"], diskparams["ext"], diskparams["plain"]) == ({"metavg": "vg2"}, {}, {"stripes": 1})


def test_policies_of_a_group_replace_all_but_the_standard() -> None:
    """Bounds and ratios are replaced as a whole, the standard size key by key."""
    policy = golden_cells("group", "ipolicy")["group-rack1"][1]
    assert policy["minmax"][0]["max"]["memory-size"] == 3
    assert (policy["std"]["cpu-count"], policy["std"]["memory-size"]) == (2, 1024)
    assert (policy["vcpu-ratio"], policy["spindle-ratio"]) == (1.5, 32)
    assert golden_cells("group", "custom_ipolicy")["group-rack1"][1]["std"] == {"cpu-count": 2}


def test_lists_of_groups_and_networks_are_in_order_of_uuids() -> None:
    """A group's nodes, a network's instances and groups are not sorted by name; a group's instances are."""
    assert golden_cells("group", "node_list")["group-rack1"][1] == [
        "node10.example.com",
        "node2.example.com",
        "node3.example.com",
    ]
    front = "network-front"
    assert golden_cells("network", "inst_list")[front][1] == [
        "lost-node.example.com",
        "web10.example.com",
        "web1.example.com",
    ]
    assert [entry[0] for entry in golden_cells("network", "group_list")[front][1]] == ["default", "attic", "rack1"]
    assert golden_cells("group", "pinst_list")["group-rack1"][1] == [
        "many.example.com",
        "web2.example.com",
        "web10.example.com",
    ]


def test_connections_show_what_is_not_set_as_a_dash() -> None:
    """Mode, link and VLAN of a group's connection are dashes where not set; an empty VLAN stays empty."""
    groups = {entry[0]: entry[1:] for entry in golden_cells("network", "group_list")["network-front"][1]}
    assert groups == {
        "default": ["bridged", "br0", ""],
        "attic": ["-", "-", "-"],
        "rack1": ["openvswitch", "sw0", "-"],
    }


def test_maps_need_both_reservation_strings() -> None:
    """The map joins both strings, the shorter padded; with one of them missing it is empty, and so are the counts."""
    maps, free, taken = (golden_cells("network", field) for field in ("map", "free_count", "reserved_count"))
    assert maps["network-front"] == [0, "XXXX...X"]
    assert maps["network-bits"] == [0, "XX....XX"]
    assert (free["network-bits"], taken["network-bits"]) == ([0, 4], [0, 4])
    for bare in ("network-half", "network-bare"):
        assert (maps[bare], free[bare], taken[bare]) == ([0, ""], [0, 0], [0, 0])


def test_reserved_addresses_count_from_the_base() -> None:
    """Host bits of the range are kept in it, and ignored where addresses are counted."""
    assert golden_cells("network", "network")["network-bits"] == [0, "10.3.0.9/29"]
    reservations = golden_cells("network", "external_reservations")
    assert reservations["network-bits"] == [0, "10.3.0.8, 10.3.0.14, 10.3.0.15"]
    assert (reservations["network-half"], reservations["network-bare"]) == ([0, "10.4.0.0, 10.4.0.3"], [0, ""])


def test_optional_settings_of_networks_are_unavailable() -> None:
    """A gateway, IPv6 range or MAC prefix that is not set is unavailable."""
    for field in ("gateway", "gateway6", "network6", "mac_prefix"):
        assert golden_cells("network", field)["network-bare"] == UNAVAIL


def test_global_hypervisor_parameters_are_left_out() -> None:
    """What only makes sense for the whole cluster is in what an instance sets itself, and nowhere else."""
    assert golden_cells("instance", "custom_hvparams")["inst-i"][1]["migration_port"] == 4444
    filled = golden_cells("instance", "hvparams")["inst-i"][1]
    assert not filled.keys() & {"migration_port", "migration_mode", "migration_bandwidth", "xen_cmd"}
    assert not any(
        name.startswith(("hv/migration_p", "hv/migration_m", "hv/xen")) for name in FIELDS[ItemType.INSTANCE]
    )


def test_hypervisor_parameters_are_filled_by_the_full_name_of_the_os() -> None:
    """The instance's own value goes before that of its OS with variant, that before the hypervisor's."""
    arguments = golden_cells("instance", "hv/kernel_args")
    assert (arguments["inst-i"], arguments["inst-e"], arguments["inst-d"]) == ([0, ""], [0, "quiet"], [0, "ro"])
    assert golden_cells("instance", "hvparams")["inst-i"][1]["own"] == "not a parameter of Ganeti"


def test_hypervisor_parameters_of_others_are_unavailable() -> None:
    """A parameter that the instance's hypervisor does not have is unavailable."""
    assert golden_cells("instance", "hv/acpi")["inst-g"] == UNAVAIL
    assert golden_cells("instance", "hv/init_script")["inst-g"] == [0, "/ganeti-chroot"]
    assert golden_cells("instance", "hv/init_script")["inst-i"] == UNAVAIL


def test_os_parameters_are_filled_by_the_base_name_of_the_os() -> None:
    """The OS's name up to the variant counts; an entry for the full name does not, and private ones are left out."""
    osparams = golden_cells("instance", "osparams")
    assert osparams["inst-i"] == [0, {"dhcp": "yes", "size": "10"}]
    assert osparams["inst-h"] == [0, {"dhcp": "no", "size": "10"}]
    assert osparams["inst-g"] == [0, {"a": "b"}]
    assert golden_cells("instance", "custom_osparams")["inst-i"] == [0, {"dhcp": "yes"}]


def test_backend_parameters_are_filled() -> None:
    """All six are there, the instance's own ones first; sizes may be stored with a unit."""
    filled = golden_cells("instance", "beparams")["inst-i"][1]
    assert len(filled) == 6
    assert (filled["minmem"], filled["maxmem"], filled["vcpus"]) == (1024, 2048, 1)
    assert golden_cells("instance", "custom_beparams")["inst-i"] == [0, {"minmem": 1024, "maxmem": 2048}]


def test_nics_beyond_the_eighth_have_no_fields() -> None:
    """There are fields for NICs 0 to 7; counts and lists know more."""
    assert golden_cells("instance", "nic.count")["inst-f"] == [0, 9]
    assert len(golden_cells("instance", "nic.macs")["inst-f"][1]) == 9
    assert golden_cells("instance", "nic.mac/7")["inst-f"] == [0, "aa:00:00:00:00:1b"]
    assert "nic.mac/8" not in FIELDS[ItemType.INSTANCE]


def test_disks_beyond_the_sixteenth_have_no_fields() -> None:
    """There are fields for disks 0 to 15; counts and lists know more."""
    assert golden_cells("instance", "disk.count")["inst-f"] == [0, 17]
    assert len(golden_cells("instance", "disk.sizes")["inst-f"][1]) == 17
    assert golden_cells("instance", "disk.size/15")["inst-f"] == [0, 16]
    assert "disk.size/16" not in FIELDS[ItemType.INSTANCE]


def test_what_a_nic_lacks_is_unavailable_alone_and_null_in_lists() -> None:
    """Bridge and VLAN are there in their mode only, address, name and network where set."""
    lists = {field: golden_cells("instance", field)["inst-i"][1] for field in ("nic.bridges", "nic.vlans", "nic.ips")}
    assert lists["nic.bridges"] == ["br0", None, None]
    assert lists["nic.vlans"] == [None, ".7:8", None]
    assert lists["nic.ips"] == ["10.1.0.2", None, "2001:db8::7"]
    assert golden_cells("instance", "nic.bridge/1")["inst-i"] == UNAVAIL
    assert golden_cells("instance", "nic.vlan/0")["inst-h"] == [0, ""]
    assert golden_cells("instance", "nic.networks.names")["inst-i"] == [0, ["front", None, "front"]]


def test_nic_parameters_are_not_taken_from_the_group() -> None:
    """Mode and link come from the NIC or the cluster, though the group connects the network otherwise."""
    assert golden_cells("instance", "nic.modes")["inst-h"] == [0, ["openvswitch", "bridged", "bridged"]]


def test_disk_usage_counts_metadata_of_drbd_and_no_block_devices() -> None:
    """Each DRBD disk takes 128 MiB more, a block device that was there before takes nothing."""
    usage = golden_cells("instance", "disk_usage")
    assert usage["inst-i"] == [0, 1024 + 128 + 20 + 128]
    assert usage["inst-f"] == [0, sum(size for size in range(1, 18) if size not in (4, 10, 16))]
    assert usage["inst-g"] == [0, 0]


def test_disk_templates() -> None:
    """Disks of one type, of several, and none."""
    templates = golden_cells("instance", "disk_template")
    assert [templates[uuid][1] for uuid in ("inst-i", "inst-h", "inst-g")] == ["drbd", "mixed", "diskless"]


def test_one_missing_disk_hides_them_all() -> None:
    """With a disk that does not exist nothing about disks and secondary nodes is known but their number."""
    for field in ("disk.sizes", "disk.size/0", "disk.size/5", "disk_template", "disk_usage", "snodes", "snodes.group"):
        assert golden_cells("instance", field)["inst-e"] == NODATA
    assert golden_cells("instance", "disk.count")["inst-e"] == [0, 2]


def test_secondary_nodes_are_all_peers_but_the_primary() -> None:
    """Peers of all DRBD disks count, those of disks within others too; a peer without group has no group name."""
    nodes = golden_cells("instance", "snodes")
    assert nodes["inst-i"] == [0, ["node2.example.com", "node3.example.com"]]
    assert nodes["inst-c"] == [0, ["node2.example.com"]]
    assert nodes["inst-h"] == [0, []]


def test_nodes_count_as_secondary_by_disks_of_the_top_level() -> None:
    """A disk within another makes no secondary instance; instances without a name count and are not listed."""
    assert golden_cells("node", "sinst_list")["node-2"] == [0, ["web1.example.com"]]
    assert (golden_cells("node", "sinst_cnt")["node-10"], golden_cells("node", "sinst_list")["node-10"]) == (
        [0, 1],
        [0, []],
    )


def test_primary_instances_count_without_names() -> None:
    """A nameless instance counts for its primary node and its group, and is not listed."""
    assert golden_cells("node", "pinst_cnt")["node-1"] == [0, 3]
    assert golden_cells("node", "pinst_list")["node-1"] == [0, ["lost-disk.example.com", "web1.example.com"]]
    assert golden_cells("group", "pinst_cnt")["group-default"] == [0, 3]


def test_a_primary_node_that_does_not_exist() -> None:
    """Everything about the node has no data; the rest of the instance is told."""
    for field in ("pnode", "pnode.group", "pnode.group.uuid", "snodes", "snodes.group.uuid"):
        assert golden_cells("instance", field)["inst-d"] == NODATA
    assert golden_cells("instance", "admin_up")["inst-d"] == [0, True]


def test_a_network_that_does_not_exist() -> None:
    """Where its name is needed there is no data; its UUID, and the other NICs' networks alone, are told."""
    assert golden_cells("instance", "nic.networks.names")["inst-d"] == NODATA
    assert golden_cells("instance", "nic.network.name/0")["inst-d"] == NODATA
    assert golden_cells("instance", "nic.network.name/1")["inst-d"] == [0, "front"]
    assert golden_cells("instance", "nic.networks")["inst-d"] == [0, ["gone", "network-front"]]


def test_a_bare_reservation_has_no_data() -> None:
    """Of an instance that is nothing but reserved, identity, state and nodes are not known."""
    identity = ("name", "hypervisor", "os")
    state = ("admin_state", "admin_state_source", "admin_up", "disks_active")
    nodes = ("pnode", "pnode.group", "pnode.group.uuid", "snodes", "snodes.group", "snodes.group.uuid")
    for field in (*identity, *state, *nodes):
        assert golden_cells("instance", field)["inst-a"] == NODATA


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("forthcoming", True),
        ("disk.count", 0),
        ("disk_template", "diskless"),
        ("disk_usage", 0),
        ("disk.sizes", []),
        ("nic.count", 0),
        ("nic.macs", []),
        ("tags", []),
        ("hvparams", {}),
        ("osparams", {}),
        ("be/maxmem", 1024),
        ("ctime", 0),
        ("mtime", 0),
        ("serial_no", 3),
    ],
)
def test_a_bare_reservation_has_defaults(field: str, value: object) -> None:
    """Of an instance that is nothing but reserved the rest is empty, zero or the cluster's default."""
    assert golden_cells("instance", field)["inst-a"] == [0, value]


def test_a_reservation_without_port() -> None:
    """A port that is not given is unavailable, forthcoming or not."""
    ports = golden_cells("instance", "network_port")
    assert (ports["inst-a"], ports["inst-h"], ports["inst-i"]) == (UNAVAIL, UNAVAIL, [0, 11000])


def test_a_reservation_without_hypervisor_has_its_own_parameters() -> None:
    """Without a hypervisor there are no defaults to fill from, and the global parameters are still left out."""
    assert golden_cells("instance", "hvparams")["inst-b"] == [0, {"acpi": False}]
    assert golden_cells("instance", "hv/acpi")["inst-b"] == [0, False]


def test_a_reserved_disk_without_logical_id_has_no_template() -> None:
    """Such a disk counts by its size alone, whatever its type is to be."""
    assert golden_cells("instance", "disk_template")["inst-b"] == [0, "plain"]
    assert golden_cells("instance", "disk_usage")["inst-b"] == [0, 3 + 5]


def test_a_nameless_instance_has_no_nodes() -> None:
    """Nodes of an instance are found by its name, so one without a name has none, though its primary is stored."""
    for field in ("pnode", "pnode.group.uuid", "snodes"):
        assert golden_cells("instance", field)["inst-j"] == NODATA


def test_tags_are_sorted_and_distinct() -> None:
    """Tags come by code point, each once."""
    assert golden_cells("instance", "tags")["inst-i"] == [0, ["prod", "web"]]
    assert golden_cells("node", "tags")["node-1"] == [0, ["a", "b"]]


def test_secondary_addresses_are_told_also_when_there_is_one_address() -> None:
    """A node's address for replication is never unavailable."""
    assert golden_cells("node", "sip")["node-2"] == golden_cells("node", "pip")["node-2"]
