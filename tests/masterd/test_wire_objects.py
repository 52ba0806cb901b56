"""Objects as node daemons are told them, against what Ganeti's own jobs were seen to send."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.config import parse_config
from ganeti_lite.errors import ConfigurationError
from ganeti_lite.masterd.parameters import fill_job_diskparams, fill_job_osparams, list_device_params
from ganeti_lite.masterd.wire_objects import disk_object, instance_object, nic_object, plain_object
from ganeti_lite.snapshot import ClusterSnapshot, NodeGroup, Params
from ganeti_lite.wire.noderpc import encode_body
from tests.config.test_golden import load_golden
from tests.config.upgrades.golden import load_cluster
from tests.query.small_clusters import CLUSTER

from .small_cluster import BACK, DB, LAN, MAIL, NODE1, NODE2, NODE3, NODE4, SNAPSHOT, THIN, WEB, disk, instance

RECORDED: Final[Any] = json.loads((Path(__file__).parent / "golden" / "instance_start.json").read_text())
"""A configuration, and the instance in the call that a job on Ganeti 3.0 made with it."""


def recorded() -> ClusterSnapshot:
    """The recorded configuration: the parts that the call depends on put into one with everything else."""
    config = load_cluster()
    for name, members in RECORDED["config"].items():
        config[name] = {**config[name], **members}
    return parse_config(json.dumps(config).encode())


def test_the_recorded_instance() -> None:
    """Member by member what was seen on the wire."""
    snapshot = recorded()
    (item,) = snapshot.instances.find("scr1.example.com")
    assert item.primary_node is not None
    assert instance_object(snapshot, item, item.primary_node) == RECORDED["instance"]


def test_everything_can_be_sent() -> None:
    """Whatever the configuration has, it comes out as plain JSON, with no key that this project has no name for."""
    for snapshot in (SNAPSHOT, load_golden("3.0").snapshot):
        for item in snapshot.instances.values():
            if not item.forthcoming:
                sent = instance_object(snapshot, item, NODE1)
                assert json.loads(encode_body(sent)) == sent
                assert not any(key in json.dumps(sent) for key in ('"priority"', '"speed"', '"encryption"'))


def test_temporary_parameters_win() -> None:
    """Those of a call are over those in force."""
    sent = instance_object(
        SNAPSHOT, instance(WEB), NODE1, hvparams={"acpi": "x"}, beparams={"maxmem": 7}, osparams={"secret": "y"}
    )
    plain = instance_object(SNAPSHOT, instance(WEB), NODE1)
    assert sent["hvparams"] == {**plain["hvparams"], "acpi": "x"}
    assert sent["beparams"] == {**plain["beparams"], "maxmem": 7}
    assert sent["osparams"] == {**plain["osparams"], "secret": "y"}
    assert sent["hvparams"].keys() >= SNAPSHOT.cluster.hvparams[instance(WEB).hypervisor or ""].keys()


def test_nics_have_their_network() -> None:
    """A NIC in a network has all of it; others have none."""
    first, second = (nic_object(SNAPSHOT, nic) for nic in instance(WEB).nics)
    assert first["netinfo"] == plain_object(SNAPSHOT.networks[LAN])
    assert "netinfo" not in second
    assert set(second["nicparams"]) == {"mode", "link", "vlan"}


@pytest.mark.parametrize(
    ("node", "local", "remote"), [(NODE1, NODE1, NODE2), (NODE2, NODE2, NODE1), (NODE3, None, None)]
)
def test_a_mirrored_disk_is_told_each_node_from_its_own_end(node: str, local: str | None, remote: str | None) -> None:
    """A node that has no end of it is told no addresses."""
    first = SNAPSHOT.disks[instance(WEB).disks[1]]
    changed = evolve(first, logical_id=(*first.logical_id[:3], 4, 9, first.logical_id[5]))
    sent = disk_object(SNAPSHOT, changed, instance(WEB), node)
    minors = {NODE1: 4, NODE2: 9}
    assert sent["dynamic_params"] == (
        {}
        if local is None or remote is None
        else {
            "local-ip": SNAPSHOT.nodes[local].secondary_ip,
            "remote-ip": SNAPSHOT.nodes[remote].secondary_ip,
            "local-minor": minors[local],
            "remote-minor": minors[remote],
        }
    )
    assert all("dynamic_params" not in child for child in sent["children"])


def test_device_parameters() -> None:
    """A mirrored disk has those of DRBD, its data and its metadata the stripes that the template gives them."""
    diskparams: dict[str, Params] = {
        "drbd": {"disk-barriers": "bf", "metavg": "vg9", "data-stripes": 3, "meta-stripes": 2}
    }
    drbd, data, meta = list_device_params("drbd", diskparams)
    assert (drbd["disabled-barriers"], drbd["default-metavg"], drbd["resync-rate"]) == ("bf", "vg9", 61440)
    assert len(drbd) == 13
    assert (data, meta) == ({"stripes": 3}, {"stripes": 2})
    assert list_device_params("plain", {}) == ({"stripes": 1},)
    assert list_device_params("file", {}) == ({},)
    assert list_device_params("gluster", {})[0]["port"] == 24007


def test_disks_carry_their_device_parameters() -> None:
    """Under those that the disk has of its own, on the children too."""
    first = SNAPSHOT.disks[instance(WEB).disks[0]]
    sent = disk_object(SNAPSHOT, evolve(first, params={"protocol": "A"}), instance(WEB), NODE1)
    assert (sent["params"]["protocol"], sent["params"]["resync-rate"]) == ("A", 61440)
    assert [child["params"] for child in sent["children"]] == [{"stripes": 1}, {"stripes": 1}]


def test_a_new_disk_has_no_history() -> None:
    """Before it is in the configuration it has neither serial number nor times, and says that it is meant."""
    sent = disk_object(SNAPSHOT, disk(children=(disk("c"),)), instance(MAIL), NODE1, is_new=True)
    for item in (sent, *sent["children"]):
        assert not {"serial_no", "ctime", "mtime"} & item.keys()
        assert item["forthcoming"] is False
    made = disk_object(SNAPSHOT, disk(), instance(MAIL), NODE1)
    assert {"serial_no", "ctime", "mtime"} <= made.keys()
    assert "forthcoming" not in made


def test_what_is_missing_is_told() -> None:
    """An object that leads nowhere cannot be sent."""
    (only,) = instance(BACK).disks
    with pytest.raises(ConfigurationError, match=r"A disk of instance thin\.example\.org does not exist"):
        instance_object(SNAPSHOT, evolve(instance(THIN), disks=("gone",)), NODE1)
    lost = evolve(SNAPSHOT, nodes=SNAPSHOT.nodes.replaced({}, [NODE2]))
    with pytest.raises(ConfigurationError, match=f"Can't find node {NODE2} of a DRBD disk"):
        disk_object(lost, SNAPSHOT.disks[only], instance(BACK), NODE3)


def test_secondary_nodes() -> None:
    """Those at the other end of its disks."""
    assert instance_object(SNAPSHOT, instance(BACK), NODE2)["secondary_nodes"] == [NODE3]
    assert instance_object(SNAPSHOT, instance(DB), NODE4)["secondary_nodes"] == []


def test_osparams_of_jobs() -> None:
    """The full name of the OS is a level of its own, which queries leave out."""
    cluster = evolve(CLUSTER, osparams={"image": {"a": "1", "b": "1"}, "image+small": {"b": "2", "c": "2"}})
    item = evolve(instance(THIN), os="image+small", osparams={"c": "3"})
    assert fill_job_osparams(cluster, item) == {"a": "1", "b": "2", "c": "3"}
    assert fill_job_osparams(cluster, evolve(item, os=None)) == {"c": "3"}


def test_diskparams_of_jobs() -> None:
    """A group's parameters are put over the cluster's one by one, and do not replace all of a template's."""
    cluster = evolve(CLUSTER, diskparams={"drbd": {"metavg": "a", "protocol": "C"}, "plain": {"stripes": 1}})
    group = NodeGroup("g", "g", diskparams={"drbd": {"metavg": "b"}, "rbd": {"pool": "p"}})
    assert {name: dict(params) for name, params in fill_job_diskparams(cluster, group).items()} == {
        "drbd": {"metavg": "b", "protocol": "C"},
        "plain": {"stripes": 1},
        "rbd": {"pool": "p"},
    }
    assert fill_job_diskparams(cluster, None) == cluster.diskparams
