"""Golden files of old versions: each stands for one snapshot, from which the expected rows and replies follow."""

import json

import pytest

from ganeti_lite.config import load_config, parse_config
from ganeti_lite.constants import ConfdRequest

from .golden import (
    CLUSTER,
    FOLDER,
    REQUESTS,
    VERSIONS,
    collect_all,
    describe_snapshot,
    find_differences,
    load_cluster,
    load_older,
    name_version,
)
from .older import Version, bring_down


@pytest.mark.parametrize("version", VERSIONS, ids=name_version)
def test_golden_snapshots(version: Version) -> None:
    """A golden file stands for exactly one snapshot, types and orders included."""
    expected = (FOLDER / f"snapshot-{name_version(version)}.json").read_text()
    assert describe_snapshot(load_older(version)) == expected


@pytest.mark.parametrize("version", VERSIONS, ids=name_version)
def test_golden_files_are_of_their_version(version: Version) -> None:
    """They are what the cluster of today comes down to, and hold no key that has no name today."""
    assert json.loads(load_older(version)) == bring_down(load_cluster(), version)
    assert load_config(load_older(version)).unknown_keys == ()


@pytest.mark.parametrize("version", VERSIONS, ids=name_version)
def test_golden_answers(version: Version) -> None:
    """Every field of instances, nodes, groups and networks and every reply of confd is as stored."""
    today = json.loads((FOLDER / "answers.json").read_bytes())
    expected = json.loads((FOLDER / f"answers-{name_version(version)}.json").read_bytes())
    assert find_differences(today, collect_all(parse_config(load_older(version)))) == expected


def test_golden_answers_of_today() -> None:
    """The same for the cluster that they all come from."""
    expected = json.loads((FOLDER / "answers.json").read_bytes())
    assert collect_all(parse_config(CLUSTER.read_bytes())) == expected


def test_every_request_type_is_asked() -> None:
    """Confd's requests are all among those with golden replies."""
    assert {kind for kind, _ in REQUESTS} == set(ConfdRequest)
