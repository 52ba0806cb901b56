"""Tables of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.commands.table import Column, lay_out

COLUMNS = [Column("A", ["a b", "abc"]), Column("Number", ["1", "10"], is_right_aligned=True), Column("C", ["", "x y"])]


@pytest.mark.parametrize(
    ("has_header", "separator", "lines"),
    [
        (True, None, ["A   Number C", "a b      1 ", "abc     10 x y"]),
        (False, None, ["a b  1 ", "abc 10 x y"]),
        (True, ";", ["A;Number;C", "a b;1;", "abc;10;x y"]),
        (False, "", ["a b1", "abc10x y"]),
    ],
)
def test_layout(has_header: bool, separator: str | None, lines: list[str]) -> None:
    """Cells are padded to their column, the last one only if it is a number's; with a separator none is."""
    assert lay_out(COLUMNS, has_header, separator) == lines


def test_last_column_of_numbers() -> None:
    """A last column of numbers is aligned to the right."""
    assert lay_out([Column("N", ["1", "100"], is_right_aligned=True)]) == ["  N", "  1", "100"]


@pytest.mark.parametrize(("has_header", "lines"), [(True, ["A B"]), (False, [])])
def test_no_rows(has_header: bool, lines: list[str]) -> None:
    """A table without rows is its header, if anything."""
    assert lay_out([Column("A", []), Column("B", [])], has_header) == lines


def test_percent_signs() -> None:
    """No character has a meaning of its own."""
    assert lay_out([Column("%s", ["%d", "100%"]), Column("%", ["%%"] * 2)]) == ["%s   %", "%d   %%", "100% %%"]


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_columns_stand_below_each_other(rows: list[tuple[str, str]]) -> None:
    """Every line has the same width up to the last column, and ends with its cell."""
    first, last = (list(cells) for cells in zip(*rows, strict=True))
    lines = lay_out([Column("First", first), Column("Last", last)])
    width = max(len("First"), *map(len, first)) + 1
    assert [line[width:] for line in lines] == ["Last", *last]
