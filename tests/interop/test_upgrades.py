"""Golden files of old versions, upgraded by Ganeti's own tool and by the loader: the same, but for known things.

Both are compared as the snapshots that they give, so that defaults and orders are those of any other file.
"""

import json
import os
import subprocess
from typing import Any, Final

import pytest

from ganeti_lite.config import parse_config
from ganeti_lite.simulator import ClusterShape, build_config, encode_config
from ganeti_lite.snapshot import ClusterSnapshot
from tests.config.places import replaced
from tests.config.upgrades.golden import VERSIONS, load_older, name_version
from tests.config.upgrades.older import Version, bring_down, tidy
from tests.config.upgrades.test_files import VERY_OLD
from tests.snapshot.plain import plain

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("real_ganeti")]

RACK: Final = "10000002-bbbb-4000-8000-000000000002"
WEB_AND_DB: Final = ("web.example.org", "db.example.org")
EPOCH: Final = 1_500_000_000
"""Later than anything in the golden files, and in the past, in seconds since 1970."""

GANETI_LIBRARY: Final = "/usr/share/ganeti/3.0"

UPGRADE: Final = """
import contextlib, json, sys, tempfile
from types import SimpleNamespace
from ganeti import objects, serializer
from ganeti.tools.cfgupgrade import CfgUpgrade

with tempfile.TemporaryDirectory() as place, contextlib.redirect_stdout(sys.stderr):
    tool = CfgUpgrade(SimpleNamespace(data_dir=place, conf_dir=place, dry_run=True), [])
    tool._ComposePaths()
    tool.config_data = json.load(sys.stdin)
    assert tool.UpgradeAll(), tool.errors
config = objects.ConfigData.FromDict(tool.config_data)
config.UpgradeConfig()
raw = serializer.DumpJson(config.ToDict(_with_private=True), private_encoder=serializer.EncodeWithPrivateFields)
sys.stdout.buffer.write(raw)
"""
"""Runs Ganeti's upgrade of the configuration on standard input, then what it fills in at load."""

MADE_UP: Final = ("uuid", "ctime", "mtime", "serial_no")
"""What an upgrade may have to make up for a NIC or a disk: Ganeti takes random UUIDs and the present."""


def upgrade_with_ganeti(data: bytes) -> bytes:
    """What Ganeti's tool and loader make of *data*; NICs without a UUID, which only its daemon gives, get one."""
    environment = {**os.environ, "PYTHONPATH": GANETI_LIBRARY}
    done = subprocess.run(
        ["/usr/bin/python3", "-c", UPGRADE], input=data, env=environment, capture_output=True, check=True
    )
    config = json.loads(done.stdout)
    for instance in config["instances"].values():
        instance["nics"] = [{"uuid": "", **nic} for nic in instance["nics"]]
    return json.dumps(config).encode()


def comparable(data: bytes, version: Version) -> Any:
    """The snapshot of *data*, disks in place of their UUIDs, without what is made up and what differs on purpose."""
    snapshot = parse_config(data)
    config = plain(snapshot)
    disks = {uuid: _comparable_disk(disk) for uuid, disk in config.pop("disks").items()}
    for instance in config["instances"].values():
        instance["disks"] = [disks[uuid] for uuid in instance["disks"]]
        instance["nics"] = [_without(nic, "uuid") for nic in instance["nics"]]
    for owner in (config["cluster"], *config["nodegroups"].values()):
        for policy, key in ((owner["ipolicy"], "disk-templates"), (owner, "enabled_disk_templates")):
            if key in policy:
                policy[key] = _comparable_templates(policy[key], version)
    config["cluster"]["tcpudp_port_pool"].sort()
    return _without(config, "version")


def _comparable_disk(disk: Any) -> Any:
    """A disk without what is made up; Ganeti gives the nodes in no order, and takes old shared disks for files."""
    children = [_comparable_disk(child) for child in disk["children"]]
    disk = {**_without(disk, *MADE_UP), "children": children, "nodes": sorted(disk["nodes"])}
    if "/shared" in disk["logical_id"][1]:
        disk = {**disk, "dev_type": "sharedfile", "nodes": []}
    return disk


def _comparable_templates(templates: list[str], version: Version) -> list[str]:
    """Those of a policy, sorted; from 2.7, whose enabled templates are those in use, without the one that differs."""
    return sorted(name for name in templates if version != (2, 7) or name != "sharedfile")


def _without(value: Any, *keys: str) -> Any:
    return {key: item for key, item in value.items() if key not in keys}


@pytest.mark.parametrize("version", VERSIONS, ids=name_version)
def test_upgrades_are_ganetis(version: Version) -> None:
    """Whatever Ganeti's upgrade says of the cluster, the loader says of the old file."""
    older = load_older(version)
    assert comparable(older, version) == comparable(upgrade_with_ganeti(older), version)


@pytest.mark.parametrize("version", VERSIONS, ids=name_version)
def test_upgrades_of_generated_clusters_are_ganetis(version: Version) -> None:
    """The same for a larger cluster with instances of all kinds."""
    cluster = tidy(build_config(ClusterShape(nodes=12, instances=80, groups=4, networks=5, seed=version[1])))
    older = encode_config(bring_down(cluster, version))
    assert comparable(older, version) == comparable(upgrade_with_ganeti(older), version)


def test_very_old_keys_are_upgraded_as_by_ganeti() -> None:
    """The same for keys that date from before 2.7."""
    config = json.loads(load_older((2, 7)))
    for steps, value in VERY_OLD:
        config = replaced(config, steps, value)
    older = encode_config(config)
    assert comparable(older, (2, 7)) == comparable(upgrade_with_ganeti(older), (2, 7))


def both_ways(older: bytes) -> list[ClusterSnapshot]:
    """What the loader makes of a file, and what it makes of Ganeti's upgrade of it."""
    return [parse_config(data) for data in (older, upgrade_with_ganeti(older))]


def test_made_up_values_are_of_the_present_for_ganeti() -> None:
    """A deliberate difference: its upgrade gives random UUIDs and today's date, so no two are equal."""
    older = load_older((2, 7))
    ours, theirs = zip(both_ways(older), both_ways(older), strict=True)
    assert list(ours[0].disks) == list(ours[1].disks)
    assert not set(theirs[0].disks) & set(theirs[1].disks)
    dates = [{child.ctime for disk in each.disks.values() for child in disk.children} for each in (ours[0], theirs[0])]
    assert max(dates[0]) < EPOCH < min(dates[1])


def test_a_range_needs_one_limit_for_ganeti() -> None:
    """A deliberate difference: a group's policy with one of both limits gets the other from the cluster."""
    config = json.loads(load_older((2, 7)))
    config["nodegroups"][RACK]["ipolicy"] = {"max": {"cpu-count": 3}}
    ours, theirs = (_ranges_of(snapshot) for snapshot in both_ways(encode_config(config)))
    assert ([sorted(each) for each in ours], [sorted(each) for each in theirs]) == ([["max", "min"]], [["max"]])
    assert ours[0]["max"] == theirs[0]["max"]


def _ranges_of(snapshot: ClusterSnapshot) -> Any:
    return snapshot.nodegroups[RACK].ipolicy["minmax"]


def test_disks_beside_drbd_are_on_both_nodes_for_ganeti() -> None:
    """A deliberate difference: a plain disk is on the primary node alone, whatever other disks the instance has."""
    config = json.loads(load_older((2, 12)))
    web, db = (next(each for each in config["instances"].values() if each["name"] == name) for name in WEB_AND_DB)
    web["disks"].append(db["disks"].pop())
    ours, theirs = (snapshot.disks[web["disks"][-1]].nodes for snapshot in both_ways(encode_config(config)))
    assert (ours, len(theirs)) == ((web["primary_node"],), 2)


def test_shared_files_are_not_told_apart_by_ganeti() -> None:
    """A deliberate difference: for Ganeti's upgrade, shared disks of 2.7 and 2.8 are files of one node."""
    older = load_older((2, 8))
    ours, theirs = ([disk.dev_type for disk in snapshot.disks.values()] for snapshot in both_ways(older))
    assert (ours.count("sharedfile"), theirs.count("sharedfile")) == (1, 0)
    assert (ours.count("file"), theirs.count("file")) == (1, 2)
