"""Cells by kind and status."""

import pytest

from ganeti_lite.clients.answers import FieldDefinition
from ganeti_lite.commands.cells import LONG_STATUSES, CellStyle, format_column, join_with_commas
from ganeti_lite.commands.table import Column


def define(kind: str, name: str = "field") -> FieldDefinition:
    """A field of some kind."""
    return FieldDefinition(name, "Title", kind, "What it is")


@pytest.mark.parametrize(
    ("kind", "value", "text", "is_right_aligned"),
    [
        ("text", "ä b", "ä b", False),
        ("text", None, "None", False),
        ("bool", True, "Y", False),
        ("bool", False, "N", False),
        ("number", 5, "5", True),
        ("number", 2.0, "2.0", True),
        ("float", 0.1, "0.1", True),
        ("unit", 1536, "1.5G", True),
        ("other", ["a", None, {"b": True}], "['a', None, {'b': True}]", False),
        ("other", {}, "{}", False),
        ("unknown", "x", "x", False),
        ("of a newer server", "x", "x", False),
    ],
)
def test_kinds(kind: str, value: object, text: str, is_right_aligned: bool) -> None:
    """The kind of its field says how a value is shown."""
    assert format_column(define(kind), [[0, value]], CellStyle()) == Column("Title", [text], is_right_aligned)


def test_statuses() -> None:
    """What stands for a missing value says why it is missing."""
    cells = [[1, None], [2, None], [3, None], [4, None], [99, None]]
    assert format_column(define("number"), cells, CellStyle()).cells == ["??", "?", "-", "*", "?"]
    verbose = format_column(define("number"), cells[:4], CellStyle(statuses=LONG_STATUSES))
    assert verbose.cells == ["(unknown)", "(nodata)", "(unavail)", "(offline)"]


def test_override() -> None:
    """A field with a format of its own is aligned to the left, whatever its kind; missing values are as ever."""
    style = CellStyle(overrides={"tags": join_with_commas})
    column = format_column(define("number", "tags"), [[0, ["a", None, 1]], [0, []], [3, None]], style)
    assert column == Column("Title", ["a,None,1", "", "-"], is_right_aligned=False)


def test_unit() -> None:
    """The unit is the user's choice."""
    assert format_column(define("unit"), [[0, 1536]], CellStyle(unit="g")).cells == ["1.5"]
