"""Upgrades lose nothing that an older version can say, add only what is missing, and change nothing twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.config import parse_config
from ganeti_lite.config.upgrades import STEPS, upgrade
from ganeti_lite.simulator import ClusterShape, build_config, encode_config
from tests.snapshot.plain import plain
from tests.strategies import JsonObject, configs

from .older import Version, bring_down, erase, place_disks, tidy

VERSIONS = st.sampled_from(sorted(STEPS))
LAST = max(STEPS)


@given(configs(), VERSIONS)
def test_nothing_is_lost_that_the_old_version_can_say(config: JsonObject, version: Version) -> None:
    """A configuration that was brought down and upgraded is the same again, less what could not be said meanwhile."""
    config = tidy(config)
    upgraded = upgrade(bring_down(config, version), version)
    assert erase(upgraded, version) == erase(upgrade(config, LAST), version)


@given(configs(), VERSIONS)
def test_what_is_upgraded_can_be_loaded(config: JsonObject, version: Version) -> None:
    """The loader takes it, whatever references lead nowhere, and knows as many objects."""
    older = bring_down(tidy(config), version)
    snapshot = parse_config(encode_config(older))
    assert snapshot.version == older["version"]
    assert [len(snapshot.nodes), len(snapshot.instances)] == [len(older["nodes"]), len(older["instances"])]


@given(configs(), VERSIONS)
def test_upgrading_twice_changes_nothing(config: JsonObject, version: Version) -> None:
    """All steps together leave an upgraded configuration as it is."""
    upgraded = upgrade(bring_down(tidy(config), version), version)
    assert upgrade(upgraded, version) == upgraded


@given(configs())
def test_today_needs_no_upgrade(config: JsonObject) -> None:
    """Configurations of 3.x are loaded as they are."""
    for version in ((3, 0), (3, 1), (3, 2)):
        assert upgrade(config, version) is config


@given(configs(), VERSIONS)
def test_the_given_configuration_stays_as_it_is(config: JsonObject, version: Version) -> None:
    """An upgrade makes a new configuration and writes nothing into the old one."""
    older = bring_down(tidy(config), version)
    before = encode_config(older)
    upgrade(older, version)
    assert encode_config(older) == before


@pytest.mark.parametrize("version", sorted(STEPS))
def test_disks_are_placed_as_their_writer_would(version: Version) -> None:
    """The nodes that an old file does not tell are those that a new one would."""
    config = tidy(build_config(ClusterShape(nodes=9, instances=60, groups=3)))
    uuids = [uuid for instance in config["instances"].values() for uuid in instance["disks"]]
    upgraded = upgrade(bring_down(config, version), version)
    placed = [nodes for instance in upgraded["instances"].values() for nodes in _nodes_of(upgraded, instance)]
    assert placed == [place_disks(config)[uuid] for uuid in uuids]


def _nodes_of(config: JsonObject, instance: JsonObject) -> list[list[str]]:
    return [place_disks(config)[uuid] for uuid in instance["disks"]]


@given(configs(), VERSIONS)
def test_made_up_uuids_last(config: JsonObject, version: Version) -> None:
    """Two loads of one file are equal: what has no UUID in it gets the same one each time."""
    data = encode_config(bring_down(tidy(config), version))
    assert plain(parse_config(data)) == plain(parse_config(data))
