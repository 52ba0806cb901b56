"""Plans: what is checked before anything is evaluated. Names are looked up in ``test_look_ups.py``."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.constants import FieldKind, ItemType
from ganeti_lite.errors import GanetiError, OpPrereqError, ParameterError
from ganeti_lite.query import (
    QueryPlan,
    QueryRequest,
    View,
    check_classic,
    parse_filter,
    plan_classic,
    plan_query,
)
from ganeti_lite.snapshot import FilterRule

from .small_clusters import make_named_snapshot, make_snapshot

VIEW = View(make_named_snapshot("node", {"u1": "a", "u2": "b", "u3": "c"}))


def plan(*fields: str, qfilter: object = None, item_type: ItemType = ItemType.NODE) -> QueryPlan:
    """The plan of a query of three nodes."""
    return plan_query(VIEW, QueryRequest(item_type, fields, parse_filter(qfilter)))


def test_fields_are_as_asked() -> None:
    """The plan has the fields in request order, duplicates included."""
    assert [field.name for field in plan("uuid", "name", "uuid").fields] == ["uuid", "name", "uuid"]
    assert plan().fields == ()


def test_unknown_fields_are_no_error() -> None:
    """A field that does not exist is planned as one of unknown kind."""
    known, unknown = plan("name", "Name").fields
    assert (known.kind, unknown.kind) == (FieldKind.TEXT, FieldKind.UNKNOWN)
    assert (unknown.name, unknown.title, unknown.doc) == ("Name", "Name", "Unknown field 'Name'")


def test_scans_are_about_all_rows() -> None:
    """Without names to look up every row of the table is to be judged."""
    assert list(plan().rows) == [0, 1, 2]
    assert list(plan(qfilter=["=~", "name", "x"]).rows) == [0, 1, 2]


def test_look_ups_are_about_the_named_rows() -> None:
    """Names give positions in the table, in the order of the filter."""
    assert list(plan(qfilter=["|", ["==", "name", "c"], ["==", "name", "a"], ["==", "name", "c"]]).rows) == [2, 0, 2]


def test_fields_of_filters_are_checked_before_names_are_looked_up() -> None:
    """Of both faults the unknown field is told, as in a scan."""
    with pytest.raises(ParameterError, match="'nosuch'"):
        plan(qfilter=["|", ["==", "name", "gone"], ["==", "nosuch", 1]])


def test_names_are_looked_up_whatever_the_fields() -> None:
    """A name that does not exist fails a query of no field at all."""
    with pytest.raises(GanetiError, match="Node name gone not found"):
        plan(qfilter=["==", "name", "gone"])


def classic(item_type: ItemType, view: View, *names: str) -> list[str]:
    """The UUIDs of the objects of a classic query."""
    ordered = view.table(item_type).ordered
    return [ordered[row].uuid for row in plan_classic(view, item_type, names, ["uuid"]).rows]


HOSTS = View(make_named_snapshot("node", {"u1": "node10.x.org", "u2": "node2.x.org", "u3": "node2.y.org", "u4": "u1"}))


@pytest.mark.parametrize(
    ("names", "uuids"),
    [
        ((), ["u2", "u3", "u1", "u4"]),
        (("node10.x.org",), ["u1"]),
        (("u2",), ["u2"]),
        (("node10",), ["u1"]),
        (("node2",), ["u2", "u3"]),
        (("node2.y",), ["u3"]),
        (("node1",), []),
        (("gone", ""), []),
        (("NODE10",), []),
        (("u1",), ["u1", "u4"]),
        (("node10", "node2.y.org", "u1", "node10.x.org"), ["u3", "u1", "u4"]),
    ],
)
def test_classic_queries_find_names_of_any_kind(names: tuple[str, ...], uuids: list[str]) -> None:
    """UUIDs, full and short names give each object once, in listing order; what nothing is called is no fault."""
    assert classic(ItemType.NODE, HOSTS, *names) == uuids


@pytest.mark.parametrize("item_type", ["group", "network"])
def test_names_that_are_no_host_names_have_no_short_form(item_type: str) -> None:
    """Groups and networks are found by UUID and full name only."""
    view = View(make_named_snapshot(item_type, {"u1": "a.b", "u2": "a"}))
    assert classic(ItemType(item_type), view, "a") == ["u2"]
    assert classic(ItemType(item_type), view, "a.b", "u2") == ["u2", "u1"]


def test_rules_are_found_by_their_uuid() -> None:
    """Filter rules have no other name."""
    rules = [FilterRule(uuid, 1, 0, (), "ACCEPT") for uuid in ("u10", "u9", "u9.x")]
    view = View(make_snapshot(filters=rules))
    assert classic(ItemType.FILTER, view) == ["u9", "u9.x", "u10"]
    assert classic(ItemType.FILTER, view, "u10", "u9", "gone") == ["u9", "u10"]


def test_unknown_fields_of_classic_queries_are_told_all_at_once() -> None:
    """A classic query with fields that do not exist fails, whatever is named."""
    with pytest.raises(OpPrereqError, match=r"^.'Unknown output fields selected: x, y', 'wrong_input'.$"):
        plan_classic(HOSTS, ItemType.NODE, ["gone"], ["x", "name", "y"])
    with pytest.raises(OpPrereqError):
        check_classic(ItemType.JOB, ["name"])
    assert check_classic(ItemType.JOB, ["id", "id"]).is_classic


@given(
    st.dictionaries(
        st.sampled_from(["u1", "u2", "u3", "a"]), st.sampled_from(["a", "a.b", "a.b.c", "b", "u1"]), max_size=4
    ),
    st.lists(st.sampled_from(["a", "a.b", "b", "u1", "u2", "", "a.b.c"]), min_size=1, max_size=4),
)
def test_classic_queries_find_what_a_search_finds(objects: dict[str, str], names: list[str]) -> None:
    """Every object whose UUID or name is one of the names, or has it as a short form, is found, and no other."""
    unique = {name: uuid for uuid, name in objects.items()}
    view = View(make_named_snapshot("node", {uuid: name for name, uuid in unique.items()}))
    expected = {
        uuid
        for full, uuid in unique.items()
        if any(name in (uuid, full) or (name and full.startswith(name + ".")) for name in names)
    }
    found = classic(ItemType.NODE, view, *names)
    assert (set(found), len(found)) == (expected, len(expected))
