"""Golden files: configurations as the writers of each format version leave them, and what they stand for.

The files were made by hand: one as the Python tools write, with a DRBD disk whose children have no UUID, memory with
units, nulls, forthcoming objects and unknown keys on every level; one as wconfd writes. ``python -m
tests.config.test_golden`` writes the snapshots again: to be read before they are kept.
"""

import json
from pathlib import Path

import pytest

from ganeti_lite.config import LoadedConfig, is_newer_than_known, load_config, parse_config
from tests.snapshot.plain import plain

GOLDEN = Path(__file__).parent / "golden"
VERSIONS = ("3.0", "3.1")


def load_golden(version: str) -> LoadedConfig:
    """The golden configuration of that format version."""
    return load_config((GOLDEN / f"config-{version}.json").read_bytes())


def describe(version: str) -> str:
    """The snapshot of that golden configuration as text."""
    return json.dumps(plain(load_golden(version).snapshot), indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("version", VERSIONS)
def test_golden_snapshots(version: str) -> None:
    """A golden file stands for exactly one snapshot, types and orders included."""
    assert describe(version) == (GOLDEN / f"snapshot-{version}.json").read_text()


@pytest.mark.parametrize("version", VERSIONS)
def test_golden_versions_are_known(version: str) -> None:
    """Golden files are of formats that are known."""
    assert not is_newer_than_known(load_golden(version).snapshot.version)


def test_unknown_keys_of_every_level() -> None:
    """Each kind of object reports its unknown keys once, as patterns."""
    assert load_golden("3.0").unknown_keys == (
        "cluster/enabled_telepathy",
        "comment",
        "disks/*/children/*/extent",
        "disks/*/encryption",
        "filters/*/author",
        "instances/*/nics/*/speed",
        "instances/*/priority",
        "networks/*/provider",
        "nodegroups/*/floor",
        "nodes/*/shelf",
    )


def test_known_files_have_no_unknown_keys() -> None:
    """Nothing that wconfd writes is unknown."""
    assert load_golden("3.1").unknown_keys == ()


def test_values_that_come_in_several_forms() -> None:
    """Units, whole floats and nulls come out as the one form that answers have."""
    snapshot = load_golden("3.0").snapshot
    web, bare = snapshot.instances.find("web1")[0], snapshot.instances.find("bare")[0]
    assert dict(snapshot.cluster.beparams["default"])["maxmem"] == 1024
    assert dict(web.beparams) == {"minmem": 256, "maxmem": 1536, "vcpus": 2}
    assert snapshot.nodes.find("node2")[0].serial_no == 3
    assert snapshot.nodes.find("node1")[0].tags == ("rack:1", "rack:2")
    assert (bare.admin_state_source, bare.disks_active, bare.network_port) == ("admin", True, None)


def test_children_without_uuid_get_a_lasting_one() -> None:
    """Two loads give a child the same UUID, and two children different ones."""
    first, second = (
        [child.uuid for disk in parse_config(data).disks.values() for child in disk.children]
        for data in [(GOLDEN / "config-3.0.json").read_bytes()] * 2
    )
    assert first == second
    assert len(set(first)) == 4


if __name__ == "__main__":
    for name in VERSIONS:
        (GOLDEN / f"snapshot-{name}.json").write_text(describe(name))
