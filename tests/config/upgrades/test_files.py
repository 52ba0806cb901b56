"""Files of old versions in the loader: faults where the file has them, sharing between loads, single odd values."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.config import ConfigFormatError, load_config, parse_config
from ganeti_lite.snapshot import ClusterSnapshot
from tests.config.places import ABSENT, Steps, encode, faults_in, places, replaced
from tests.config.test_sharing import everything
from tests.strategies import JsonObject

from .golden import VERSIONS, load_older, name_version
from .older import Version

OLD: Any = json.loads(load_older((2, 7)))
NAMED: Any = json.loads(load_older((2, 11)))
LISTED: Any = json.loads(load_older((2, 13)))
WEB = "web.example.org"
MAIL = "30000004-bbbb-4000-8000-000000000004"
SHARED = "30000005-bbbb-4000-8000-000000000005"
SHARED_DISK = "50000007-bbbb-4000-8000-000000000007"
DEFAULT = "10000001-bbbb-4000-8000-000000000001"
RACK = "10000002-bbbb-4000-8000-000000000002"


def load(config: JsonObject, *changes: tuple[Steps, object]) -> ClusterSnapshot:
    """The snapshot of a configuration with changes."""
    for steps, value in changes:
        config = replaced(config, steps, value)
    return parse_config(encode(config))


@pytest.mark.parametrize(
    ("steps", "value", "message"),
    [
        (("cluster", "master_ip"), 5, "expected a string, got 5"),
        (("nodes", "node1.example.org", "offline"), 5, "expected true or false, got 5"),
        (("nodes", "node1.example.org", "uuid"), ABSENT, "is missing"),
        (("instances", WEB, "os"), 5, "expected a string, got 5"),
        (("instances", WEB, "nics", 0, "mac"), 5, "expected a string, got 5"),
        (("instances", WEB, "disks", 1, "size"), "5", "expected a whole number, got '5'"),
        (("instances", WEB, "disks", 1, "children", 0, "size"), [], "expected a whole number, got a list"),
        (("instances", WEB, "disks", 0, "size"), 2**70, f"expected a whole number of at most 64 bits, got {2**70}"),
        (("instances", WEB, "disks", 0), 5, "expected a string, got 5"),
        (("instances", WEB, "disks"), 5, "expected a list, got 5"),
        (("instances", WEB), 5, "expected an object, got 5"),
        (("instances",), [], "expected an object, got a list"),
        (("serial_no",), ABSENT, "is missing"),
    ],
)
def test_faults_are_told_where_the_file_has_them(steps: Steps, value: object, message: str) -> None:
    """Though objects have moved when they are found faulty, the path is that of the file."""
    faults = [str(fault) for fault in faults_in(encode(replaced(OLD, steps, value)))]
    assert faults == [f"{'/'.join(map(str, steps))}: {message}"]


def test_faults_come_in_file_order() -> None:
    """Disks that stand in instances have their faults there."""
    changed = replaced(OLD, ("instances", WEB, "disks", 0, "size"), "5")
    changed = replaced(replaced(changed, ("networks",), 5), ("mtime",), "x")
    paths = [fault.path for fault in faults_in(encode(changed))]
    assert paths == [f"instances/{WEB}/disks/0/size", "networks", "mtime"]


@pytest.mark.parametrize("value", [5, "x", [], {"cpu-count": "x"}])
@pytest.mark.parametrize("side", ["min", "max"])
@pytest.mark.parametrize("owner", [("cluster",), ("nodegroups", RACK)])
def test_faulty_limits_are_told(owner: Steps, side: str, value: object) -> None:
    """Limits of 2.7 that are none are faults of their policy, in its new form; an empty list counts as none set."""
    faults = faults_in(encode(replaced(OLD, (*owner, "ipolicy", side), value)))
    around = "/".join((*map(str, owner), f"ipolicy/minmax/0/{side}"))
    assert [fault.path.removesuffix("/cpu-count") for fault in faults] == ([around] if value else [])


@pytest.mark.parametrize("table", ["nodes", "instances"])
def test_a_uuid_twice_is_a_fault(table: str) -> None:
    """No object is lost because another has its UUID."""
    first, *_, last = OLD[table]
    faults = faults_in(encode(replaced(OLD, (table, last, "uuid"), OLD[table][first]["uuid"])))
    assert [fault.path for fault in faults] == [f"{table}/{last}/uuid"]


def test_a_disk_uuid_twice_is_a_fault() -> None:
    """Nor a disk."""
    config = json.loads(load_older((2, 8)))
    uuid = config["instances"][WEB]["disks"][0]["uuid"]
    faults = faults_in(encode(replaced(config, ("instances", WEB, "disks", 1, "uuid"), uuid)))
    assert [fault.path for fault in faults] == [f"instances/{WEB}/disks/1/uuid"]


VALUES = st.recursive(
    st.sampled_from((None, True, 0, 1.5, 2**70, "", "x", "node1.example.org", "drbd8", WEB)),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(("uuid", "name", "min")), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(version=st.sampled_from(VERSIONS), data=st.data(), value=VALUES | st.just(ABSENT))
def test_any_value_anywhere(version: Version, data: st.DataObject, value: Any) -> None:
    """Whatever stands at one place of an old file, it is loaded or refused for faults, and nothing else is raised."""
    config = json.loads(load_older(version))
    steps = data.draw(st.sampled_from(places(config)[1:]))
    if value is ABSENT and isinstance(steps[-1], int):
        return
    faults_in(encode(replaced(config, steps, value)))


@given(version=st.sampled_from(VERSIONS), place=st.floats(0, 1), size=st.integers(0, 3), new=st.binary(max_size=3))
def test_any_damage(version: Version, place: float, size: int, new: bytes) -> None:
    """So do bytes lost, added or overwritten anywhere."""
    data = load_older(version)
    start = int(place * len(data))
    faults_in(data[:start] + new + data[start + size :])


@pytest.mark.parametrize("depth", [50, 300, 900, 100_000])
def test_disks_in_disks(depth: int) -> None:
    """However deep disks nest, that is no crash."""
    child = b'{"dev_type":"drbd8","logical_id":[],"size":1,"children":['
    nested = b"[" + child * depth + b"]}" * depth + b"]"
    data = encode(replaced(OLD, ("instances", WEB, "disks"), "here")).replace(b'"here"', nested)
    assert bool(faults_in(data)) is (depth > 50)


@pytest.mark.parametrize("version", VERSIONS, ids=name_version)
def test_what_did_not_change_is_the_same_object(version: Version) -> None:
    """After one changed instance, all other objects, and all other tables, are those of the load before."""
    config = json.loads(load_older(version))
    key = next(iter(config["instances"]))
    before = load_config(load_older(version))
    after = load_config(encode(replaced(config, ("instances", key, "tags"), ["new"])), before)
    old, new = before.snapshot, after.snapshot
    changed = [uuid for uuid, instance in new.instances.items() if instance is not old.instances[uuid]]
    assert [new.instances[uuid].tags for uuid in changed] == [("new",)]
    for name in ("cluster", "nodes", "nodegroups", "networks", "disks", "filters"):
        assert getattr(new, name) is getattr(old, name)


@pytest.mark.parametrize("version", VERSIONS, ids=name_version)
def test_an_upgrade_of_the_file_is_a_reload_like_others(version: Version) -> None:
    """A load after one of another version gives what it would alone give."""
    first, last = load_older(version), load_older((2, 16))
    for one, other in ((first, last), (last, first)):
        assert everything(load_config(other, load_config(one)).snapshot) == everything(load_config(other).snapshot)


def test_a_failed_load_changes_nothing() -> None:
    """The load after a refused one shares with the last good one."""
    good = load_config(load_older((2, 7)))
    with pytest.raises(ConfigFormatError):
        load_config(encode(replaced(OLD, ("instances", WEB, "os"), 5)), good)
    assert load_config(load_older((2, 7)), good).snapshot.instances is good.snapshot.instances


def test_limits_of_a_group_are_filled_from_the_clusters() -> None:
    """What a policy of 2.7 leaves open, whole sides included, the new form has; none set stays none, and std goes."""
    policy = {"max": {"memory-size": 2048}, "std": {"cpu-count": 2}, "vcpu-ratio": 3}
    snapshot = load(OLD, (("nodegroups", RACK, "ipolicy"), policy), (("nodegroups", DEFAULT, "ipolicy"), {"min": {}}))
    ipolicy: Any = snapshot.nodegroups[RACK].ipolicy
    whole: Any = snapshot.cluster.ipolicy["minmax"]
    assert ipolicy.keys() == {"minmax", "vcpu-ratio"}
    assert ipolicy["minmax"][0]["min"] == whole[0]["min"]
    assert ipolicy["minmax"][0]["max"] == {**whole[0]["max"], "memory-size": 2048}
    assert snapshot.nodegroups[DEFAULT].ipolicy == {}


def test_a_cluster_without_policy_has_ganetis() -> None:
    """A group's limits are filled from that then."""
    snapshot = load(
        OLD, (("cluster", "ipolicy"), ABSENT), (("nodegroups", RACK, "ipolicy"), {"max": {}, "min": {"cpu-count": 2}})
    )
    ipolicy: Any = snapshot.nodegroups[RACK].ipolicy
    assert (ipolicy["minmax"][0]["min"]["cpu-count"], ipolicy["minmax"][0]["max"]["cpu-count"]) == (2, 8)
    assert snapshot.cluster.ipolicy["vcpu-ratio"] == 4


def test_old_shared_files_are_told_apart() -> None:
    """Disks of type ``file`` in an instance of template ``sharedfile`` are shared, whichever version left them so."""
    snapshot = load(LISTED, (("disks", SHARED_DISK, "dev_type"), "file"))
    assert (snapshot.disks[SHARED_DISK].dev_type, snapshot.disks[SHARED_DISK].nodes) == ("sharedfile", ())
    (mail,) = snapshot.disks_of(snapshot.instances[MAIL]) or ()
    assert mail.dev_type == "file"


def test_parameters_that_cannot_be_there_go() -> None:
    """Global parameters of instances, node parameters of whole groups, and memory in one number are dealt with."""
    snapshot = load(
        NAMED,
        (("instances", MAIL, "hvparams"), {"migration_port": 1, "acpi": False}),
        (("instances", MAIL, "beparams"), {"memory": 77}),
        (("nodes", "20000002-bbbb-4000-8000-000000000002", "ndparams"), {"exclusive_storage": True}),
    )
    mail = snapshot.instances[MAIL]
    assert (mail.hvparams, mail.beparams) == ({"acpi": False}, {"minmem": 77, "maxmem": 77})
    assert snapshot.nodes["20000002-bbbb-4000-8000-000000000002"].ndparams == {}


VERY_OLD: tuple[tuple[Steps, object], ...] = (
    (("cluster", "default_bridge"), "br7"),
    (("cluster", "nicparams"), ABSENT),
    (("cluster", "default_hypervisor"), "xen-pvm"),
    (("instances", WEB, "admin_state"), ABSENT),
    (("instances", WEB, "admin_up"), False),
)
"""What no version from 2.7 on writes, but may have left as it was."""


def test_keys_that_were_old_already() -> None:
    """Keys of clusters that began with 2.0 are still understood."""
    snapshot = load(OLD, *VERY_OLD)
    assert snapshot.cluster.nicparams["default"] == {"mode": "bridged", "link": "br7", "vlan": ""}
    assert (snapshot.cluster.enabled_hypervisors, snapshot.cluster.unknown) == (("xen-pvm", "kvm"), {})
    (web,) = snapshot.instances.find("web")
    assert (web.admin_state, web.disks_active, web.unknown) == ("down", False, {})


def test_a_cluster_without_groups_gets_one() -> None:
    """All nodes are in it, with a UUID that lasts."""
    config = replaced(OLD, ("nodegroups",), {})
    config["nodes"] = {name: {**node, "group": None} for name, node in config["nodes"].items()}
    first, second = load(config), load(config)
    (group,) = first.nodegroups.values()
    assert (group.name, list(second.nodegroups)) == ("default", [group.uuid])
    assert {node.group for node in first.nodes.values()} == {group.uuid}


@pytest.mark.parametrize(("family", "netmask"), [(2, 32), (10, 128)])
def test_the_masters_netmask(family: int, netmask: int) -> None:
    """A missing one covers one address of the cluster's family."""
    snapshot = load(OLD, (("cluster", "master_netmask"), ABSENT), (("cluster", "primary_ip_family"), family))
    assert snapshot.cluster.master_netmask == netmask
