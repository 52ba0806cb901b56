"""Structural sharing: a load after another gives what a load alone gives, and keeps whatever did not change."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.config import ConfigFormatError, LoadedConfig, load_config
from ganeti_lite.simulator import encode_config
from ganeti_lite.snapshot import ClusterSnapshot
from tests.snapshot.plain import plain, plain_relations, plain_tables
from tests.strategies import TABLES, JsonObject, configs, edited


def everything(snapshot: ClusterSnapshot) -> str:
    """A snapshot with all its tables' orders and all its relations, as text."""
    return json.dumps([plain(snapshot), plain_tables(snapshot), plain_relations(snapshot)])


def encoded(members: JsonObject) -> dict[str, bytes]:
    """The bytes of each member."""
    return {key: encode_config(member) for key, member in members.items()}


def load_all(states: list[JsonObject]) -> list[LoadedConfig]:
    """Each of the configurations loaded after the one before it."""
    loads: list[LoadedConfig] = []
    for state in states:
        loads.append(load_config(encode_config(state), loads[-1] if loads else None))
        everything(loads[-1].snapshot)  # what is derived early must not be carried over wrongly
    return loads


def draw_history(data: st.DataObject) -> list[JsonObject]:
    """A configuration and two later states of it."""
    states = [data.draw(configs())]
    while len(states) < 3:
        states.append(data.draw(edited(states[-1])))
    return states


@given(st.data())
def test_a_load_after_others_equals_a_load_alone(data: st.DataObject) -> None:
    """Whatever was edited in between, every value, order and relation is that of a first load."""
    states = draw_history(data)
    alone = load_config(encode_config(states[-1])).snapshot
    assert everything(load_all(states)[-1].snapshot) == everything(alone)


@given(st.data())
def test_what_did_not_change_is_the_same_object(data: st.DataObject) -> None:
    """Objects of unchanged bytes are carried over, and so are whole tables of unchanged objects, and the cluster."""
    states = draw_history(data)
    loads = load_all(states)
    for before, after, old, new in zip(states, states[1:], loads, loads[1:], strict=False):
        for name in TABLES:
            check_table(encoded(before[name]), encoded(after[name]), old.snapshot, new.snapshot, name)
        is_same = encode_config(before["cluster"]) == encode_config(after["cluster"])
        assert (old.snapshot.cluster is new.snapshot.cluster) is is_same


def check_table(before: Any, after: Any, old: ClusterSnapshot, new: ClusterSnapshot, name: str) -> None:
    """The new snapshot's table shares with the old one's exactly what has the same bytes."""
    old_table, new_table = getattr(old, name), getattr(new, name)
    assert (old_table is new_table) is (before == after)
    for uuid, data in after.items():
        assert (old_table.get(uuid) is new_table[uuid]) is (before.get(uuid) == data)


@given(st.data())
def test_a_failed_load_changes_nothing(data: st.DataObject) -> None:
    """After bytes that cannot be loaded, the last good load is as it was, and the next one shares with it."""
    before, after = draw_history(data)[1:]
    (good,) = load_all([before])
    shown = everything(good.snapshot)
    broken = {**after, "nodes": {**after["nodes"], "broken": {"uuid": "broken", "colour": 1}}}
    for content in (encode_config(broken), encode_config(after)[:-1]):
        with pytest.raises(ConfigFormatError):
            load_config(content, good)
    assert everything(good.snapshot) == shown
    same = load_config(encode_config(before), good)
    assert same.snapshot.instances is good.snapshot.instances
