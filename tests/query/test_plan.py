"""Plans: what is checked before anything is evaluated. Names are looked up in ``test_look_ups.py``."""

import pytest

from ganeti_lite.constants import FieldKind, ItemType
from ganeti_lite.errors import GanetiError, ParameterError
from ganeti_lite.query import QueryPlan, QueryRequest, View, parse_filter, plan_query

from .small_clusters import make_named_snapshot

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
