"""Values go back to what config.data has."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given

from ganeti_lite.config import list_members, parse_config
from ganeti_lite.simulator import ClusterShape, build_config, encode_config
from ganeti_lite.snapshot import Disk, Instance
from tests.strategies import TABLES, JsonObject, configs


def thaw(value: object) -> Any:
    """A value of a snapshot as plain JSON, all the way down."""
    members = list_members(value)
    if members is None and isinstance(value, Mapping):
        members = dict(value)
    if members is not None:
        return {key: thaw(item) for key, item in members.items()}
    return [thaw(item) for item in value] if isinstance(value, tuple) else value


def order_of(value: Any) -> Any:
    """The order of the members of each object in it."""
    if isinstance(value, dict):
        return [(key, order_of(item)) for key, item in value.items()]
    return [order_of(item) for item in value] if isinstance(value, list) else None


@given(configs())
def test_nothing_is_lost_but_unknown_keys(config: JsonObject) -> None:
    """A snapshot written and read again is the same snapshot; keys that are not known stay out."""
    first = parse_config(encode_config(config))
    written = thaw(first)
    second = parse_config(encode_config(written))
    assert thaw(second) == written
    assert "colour" not in str(written)
    for name in TABLES:
        assert [item.uuid for item in getattr(first, name).values()] == list(written[name])


def test_members_stand_in_the_order_of_the_file() -> None:
    """A configuration with nothing missing comes out member by member as it went in."""
    config = build_config(ClusterShape(nodes=9, instances=30, groups=4, networks=4))
    written = thaw(parse_config(encode_config(config)))
    for name in ("cluster", *TABLES):
        table = {"cluster": config[name]} if name == "cluster" else config[name]
        for uuid, item in table.items():
            shown = written[name] if name == "cluster" else written[name][uuid]
            assert shown == item
            if name not in ("cluster", "networks"):  # the generator puts some of their members elsewhere
                assert order_of(shown) == order_of(item)


def test_what_a_planned_object_lacks_is_left_out() -> None:
    """A forthcoming disk without size, path and parameters shows none; a real one shows them even if empty."""
    planned = list_members(Disk(uuid="d", forthcoming=True))
    real = list_members(Disk(uuid="d", dev_type="plain", size=0))
    assert planned is not None
    assert real is not None
    assert next(iter(planned)) == "forthcoming"
    assert not {"size", "logical_id", "params", "dev_type"} & planned.keys()
    assert {"size", "logical_id", "params", "dev_type"} <= real.keys()
    assert "name" not in (list_members(Instance(uuid="i", serial_no=1, forthcoming=True)) or {})


def test_what_is_no_object_has_no_members() -> None:
    """Texts, lists and mappings are not objects of the configuration."""
    values: tuple[object, ...] = ("text", 1, None, (1,), {})
    for value in (*values, parse_config(encode_config(build_config(ClusterShape()))).nodes):
        assert list_members(value) is None
