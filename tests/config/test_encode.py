"""The bytes of config.data: what is written is what was read, and costs what has changed."""

import json
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.config import EncodedConfig, encode_config, encode_object, load_config, parse_config
from ganeti_lite.simulator import ClusterShape, build_config
from ganeti_lite.simulator import encode_config as encode_json
from ganeti_lite.snapshot import ClusterSnapshot
from tests.snapshot.plain import plain, plain_relations
from tests.strategies import JsonObject, configs, edited

from .places import CONFIG, encode, faults_in, replaced
from .test_golden import GOLDEN, VERSIONS, load_golden
from .upgrades.golden import VERSIONS as OLD_VERSIONS
from .upgrades.golden import name_version

CLUSTER = (GOLDEN / "cluster.json").read_bytes()


def without_members(config: Any) -> Any:
    """A decoded configuration whose groups list no nodes, as they never do in a file that Ganeti 3 has written."""
    groups = {uuid: {**group, "members": []} for uuid, group in config["nodegroups"].items()}
    return {**config, "nodegroups": groups}


def with_one_changed(snapshot: ClusterSnapshot) -> ClusterSnapshot:
    """The snapshot after a change of one instance."""
    item = next(iter(snapshot.instances.values()))
    changed = attrs.evolve(item, serial_no=item.serial_no + 1)
    return attrs.evolve(snapshot, instances=snapshot.instances.replaced({item.uuid: changed}))


@given(configs())
def test_what_is_written_can_be_read_back(config: JsonObject) -> None:
    """A snapshot that was written and loaded is the same one, unknown keys included."""
    snapshot = parse_config(encode_json(config))
    again = parse_config(encode_config(snapshot))
    assert json.dumps(plain(again)) == json.dumps(plain(snapshot))
    assert plain_relations(again) == plain_relations(snapshot)


@pytest.mark.parametrize("version", [*map(name_version, OLD_VERSIONS), *VERSIONS])
def test_golden_files_can_be_written(version: str) -> None:
    """The same for the golden configurations, whatever their version, but for the nodes that their groups list."""
    snapshot = load_golden(version).snapshot
    again = parse_config(encode_config(snapshot))
    assert plain(again) == without_members(plain(snapshot))


@pytest.mark.parametrize("data", [CLUSTER, (GOLDEN / "config-3.1.json").read_bytes()], ids=["cluster", "3.1"])
def test_a_file_is_written_as_it_was(data: bytes) -> None:
    """A file in the form that Ganeti 3 writes comes out with the same members."""
    assert json.loads(encode_config(parse_config(data))) == without_members(json.loads(data))


@pytest.mark.parametrize("seed", range(5))
def test_the_very_bytes(seed: int) -> None:
    """A file of the form of wconfd's comes out byte by byte, if numbers are written in the same way."""
    data = encode_json(build_config(ClusterShape(nodes=7, instances=20, groups=4, networks=3, seed=seed)))
    assert encode_config(parse_config(data)) == data


def test_unknown_keys_are_kept_on_every_level() -> None:
    """Whatever this project has no name for is in the file that it writes."""
    first = load_golden("3.0")
    assert load_config(encode_config(first.snapshot)).unknown_keys == first.unknown_keys
    assert first.snapshot.unknown == {"comment": CONFIG["comment"]}


@pytest.mark.parametrize(("value", "path"), [(2**70, "x"), ({"a": [2**70]}, "x/a/0"), ([[[]]], None), (None, None)])
def test_unknown_members_of_the_top_level_are_checked(value: object, path: str | None) -> None:
    """What cannot be kept there is a fault of its place."""
    faults = faults_in(encode(replaced(CONFIG, ("x",), value)))
    assert [fault.path for fault in faults] == ([] if path is None else [path])


def test_groups_list_no_nodes() -> None:
    """A group's members are not in the file, even if they were in the file that was read."""
    data = encode_config(load_golden("3.1").snapshot)
    assert [group["members"] for group in json.loads(data)["nodegroups"].values()] == [[]]


def test_the_file_is_ascii() -> None:
    """A name beyond ASCII is escaped, so that a reader of any locale takes it."""
    snapshot = load_golden("3.1").snapshot
    assert not snapshot.instances.ordered[0].name.isascii()  # type: ignore[union-attr]  # it has a name
    assert encode_config(snapshot).isascii()


@pytest.mark.parametrize("number", [0.1, 1795372899.4006028, 1e-7, 1.5e300, 5, -1])
def test_numbers_are_exact(number: float) -> None:
    """Times and ratios are read back as the same numbers."""
    assert json.loads(encode_object(number)) == number


def test_what_json_cannot_say_is_refused() -> None:
    """An infinite number, or an object that is none of the configuration, is an error and no broken file."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode_object(float("inf"))
    with pytest.raises(TypeError, match="nothing that a configuration can hold"):
        encode_object(object())


@given(st.data())
def test_following_gives_the_same_bytes(data: st.DataObject) -> None:
    """Whatever has changed, following a snapshot gives what encoding it alone does."""
    loads = [load_config(encode_json(data.draw(configs())))]
    encoded = EncodedConfig.of(loads[0].snapshot)
    config = json.loads(encoded.data)
    for _ in range(2):
        config = data.draw(edited(config))
        loads.append(load_config(encode_json(config), loads[-1]))
        encoded = encoded.follow(loads[-1].snapshot)
        assert encoded.data == encode_config(loads[-1].snapshot)
        assert encoded.snapshot is loads[-1].snapshot


def test_one_changed_object_is_encoded_alone() -> None:
    """Of thousands of objects the one that has changed is encoded; everything else is carried over."""
    snapshot = parse_config(encode_json(build_config(ClusterShape(nodes=20, instances=2000))))
    before = EncodedConfig.of(snapshot)
    after = before.follow(with_one_changed(snapshot))
    old, new = before.tables["instances"].pieces, after.tables["instances"].pieces
    assert sum(old[uuid] is not piece for uuid, piece in new.items()) == 1
    assert all(after.tables[name] is before.tables[name] for name in before.tables if name != "instances")
    assert after.cluster is before.cluster
