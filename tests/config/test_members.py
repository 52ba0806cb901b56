"""Members: what a snapshot's objects are in the file, against the loader, which reads them back."""

import json
from collections.abc import Mapping
from typing import Any

import attrs
import pytest
from hypothesis import given

from ganeti_lite.config import list_members, parse_config
from ganeti_lite.simulator import ClusterShape, build_config, encode_config
from ganeti_lite.snapshot import ClusterSnapshot, Disk
from tests.snapshot.plain import plain, plain_relations
from tests.strategies import JsonObject, configs

from .test_golden import VERSIONS, load_golden
from .upgrades.golden import VERSIONS as OLD_VERSIONS
from .upgrades.golden import name_version


def as_json(value: Any) -> Any:
    """A value as the file has it."""
    members = list_members(value)
    if members is not None or isinstance(value, Mapping):
        return {key: as_json(item) for key, item in (members or value).items()}
    return [as_json(item) for item in value] if isinstance(value, tuple) else value


def write(snapshot: ClusterSnapshot) -> bytes:
    """The bytes of a config.data for a snapshot."""
    return json.dumps(as_json(snapshot)).encode()


def without_unknown(value: Any) -> Any:
    """A plain snapshot less its unknown keys, which are not written."""
    if isinstance(value, dict):
        return {key: without_unknown(item) for key, item in value.items() if key != "unknown"}
    return [without_unknown(item) for item in value] if isinstance(value, list) else value


@given(configs())
def test_what_is_written_can_be_read_back(config: JsonObject) -> None:
    """A snapshot that was written and loaded is the same one, but for unknown keys."""
    snapshot = parse_config(encode_config(config))
    again = parse_config(write(snapshot))
    assert json.dumps(without_unknown(plain(again))) == json.dumps(without_unknown(plain(snapshot)))
    assert plain_relations(again) == plain_relations(snapshot)


@pytest.mark.parametrize("version", [*map(name_version, OLD_VERSIONS), *VERSIONS])
def test_golden_files_can_be_written(version: str) -> None:
    """The same for the golden configurations, forthcoming objects and nested disks included, whatever their version."""
    snapshot = load_golden(version).snapshot
    assert without_unknown(plain(parse_config(write(snapshot)))) == without_unknown(plain(snapshot))


def test_a_file_is_written_as_it_was() -> None:
    """What the generator writes as wconfd does comes out the same."""
    config = build_config(ClusterShape(seed=3))
    assert json.loads(write(parse_config(encode_config(config)))) == config


def test_every_attribute_is_written() -> None:
    """No attribute of a class is forgotten, but for the bag of unknown keys."""
    snapshot = load_golden("3.0").snapshot
    (web, *_), disks = snapshot.instances.find("web1"), snapshot.disks.values()
    items = [snapshot.cluster, *snapshot.nodes.values(), *snapshot.nodegroups.values(), web, *web.nics, *disks]
    for item in (*items, *snapshot.networks.values(), *snapshot.filters.values()):
        kind: Any = type(item)
        filled = {
            field.name for field in attrs.fields(kind) if getattr(item, field.name) not in (None, {}, (), 0, False)
        }
        assert filled - {"unknown"} <= (list_members(item) or {}).keys()


def order_of(value: Any) -> Any:
    """The order of the members of each object in it."""
    if isinstance(value, dict):
        return [(key, order_of(item)) for key, item in value.items()]
    return [order_of(item) for item in value] if isinstance(value, list) else None


@pytest.mark.parametrize("table", ["nodes", "nodegroups", "instances", "disks", "filters"])
def test_members_stand_in_the_order_of_the_file(table: str) -> None:
    """Objects of a configuration with nothing missing come out member by member as they went in."""
    config = build_config(ClusterShape(nodes=9, instances=30, groups=4, networks=4))
    written = as_json(parse_config(encode_config(config)))
    for uuid, item in config[table].items():
        assert order_of(written[table][uuid]) == order_of(item)


def test_what_a_planned_disk_lacks_is_left_out() -> None:
    """A forthcoming disk without size, path and parameters shows none; a real one shows them even if empty."""
    may_lack = {"size", "logical_id", "params", "dev_type"}
    planned = list_members(Disk(uuid="d", forthcoming=True)) or {}
    real = list_members(Disk(uuid="d", dev_type="plain", size=0)) or {}
    assert next(iter(planned)) == "forthcoming"
    assert not may_lack & planned.keys()
    assert may_lack <= real.keys()


def test_what_is_no_object_has_no_members() -> None:
    """Texts, lists, mappings and tables are not objects of the configuration."""
    values: tuple[object, ...] = ("text", 1, None, (1,), {}, load_golden("3.0").snapshot.nodes)
    assert [list_members(value) for value in values] == [None] * len(values)
