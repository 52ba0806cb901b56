"""Tables: order, look-up, and that a table made from another is the one made anew."""

import json

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.snapshot import Table, nice_key

from .plain import plain


@frozen
class Thing:
    """Something with what a table asks for."""

    uuid: str
    name: str | None
    size: int = 0


UUIDS = st.sampled_from("abcdef")
NAMES = st.sampled_from(("web1", "web01", "web10", "web", "web.x", "a", "b", "", None))
THINGS = st.dictionaries(UUIDS, st.tuples(NAMES, st.integers(0, 1)), max_size=6).map(
    lambda made: {uuid: Thing(uuid, *rest) for uuid, rest in made.items()}
)


def describe(table: Table[Thing]) -> str:
    """All of a table as text."""
    return json.dumps([plain(table.by_uuid), plain(table.ordered), plain(table.positions), plain(table.names)])


@given(THINGS)
def test_tables_are_mappings_in_order_of_uuids(things: dict[str, Thing]) -> None:
    """A table is a mapping of what it was made of, sorted by UUID, and lists by name."""
    table = Table.of(reversed(things.values()))
    assert list(table.items()) == sorted(things.items())
    assert list(table.ordered) == sorted(table.values(), key=lambda item: nice_key(item.name or ""))
    assert [table.positions[item.uuid] for item in table.ordered] == list(range(len(table)))
    assert "x" not in table
    assert table.get("x") is None


@given(old=THINGS, changed=THINGS, removed=st.sets(UUIDS))
def test_replaced_equals_made_anew(old: dict[str, Thing], changed: dict[str, Thing], removed: set[str]) -> None:
    """Changes, renames, additions and removals give the table that is made of their outcome."""
    removed -= changed.keys()
    outcome = {uuid: item for uuid, item in {**old, **changed}.items() if uuid not in removed}
    before = Table.of(old.values())
    shown = describe(before)
    assert describe(before.replaced(changed, removed)) == describe(Table.of(outcome.values()))
    assert describe(before) == shown


def test_without_changes_it_is_the_same_table() -> None:
    """A table in which nothing changed is carried on as it is."""
    table = Table.of([Thing("a", "x")])
    assert table.replaced({}) is table


def test_without_renames_names_and_positions_are_kept() -> None:
    """A change that is no rename costs no sorting and no new index."""
    old = Table.of([Thing("a", "x"), Thing("b", "w")])
    new = old.replaced({"a": Thing("a", "x", 5)})
    assert new["a"].size == 5
    assert new.positions is old.positions
    assert new.names is old.names
    assert new["b"] is old["b"]


@pytest.mark.parametrize(
    ("name", "uuids"),
    [
        ("u1", ["u1"]),
        ("u2", ["u2"]),
        ("web", ["u3"]),
        ("db", ["u5", "u4"]),
        ("db.x", ["u5"]),
        ("", []),
        ("none", []),
    ],
)
def test_look_up(name: str, uuids: list[str]) -> None:
    """A UUID goes before a full name, a full name before a short one; a short one may stand for several."""
    things = [
        Thing("u1", "u2"),
        Thing("u2", "web.example.com"),
        Thing("u3", "web"),
        Thing("u4", "db.y"),
        Thing("u5", "db.x"),
        Thing("u6", None),
    ]
    assert [item.uuid for item in Table.of(things).find(name)] == uuids
