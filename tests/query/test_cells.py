"""Encoded cells and tables."""

import gc
import json
from types import GeneratorType, MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.query.cells import encode_cells, encode_json, join_table
from ganeti_lite.query.values import NODATA, OFFLINE, UNAVAIL, UNKNOWN, Missing, thaw

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text("ab\n", max_size=2), inner, max_size=3).map(MappingProxyType)
    ),
    max_leaves=6,
)
MISSING = st.sampled_from([UNKNOWN, NODATA, UNAVAIL, OFFLINE])
FEW = st.sampled_from([0, 1, 0.0, -0.0, 1.0, True, False, "", "1", "a\nb", None, (), (2, None), (0,), NODATA, UNAVAIL])
"""Values that equal others of another type, and lists that look like cells."""


def spell_out(value: object) -> list[Any]:
    """The cell of a value."""
    return [value.status, None] if isinstance(value, Missing) else [0, thaw(value)]


def show_types(value: object) -> str:
    """A text that differs for values that JSON tells apart, ``1`` and ``true`` and ``1.0`` and ``-0.0``."""
    return repr(value)


@given(st.lists(VALUES | MISSING))
def test_cells_are_those_of_plain_json(values: list[object]) -> None:
    """Every value's cell reads as its status and the value, whatever stands before and after it in the column."""
    decoded = [json.loads(cell) for cell in encode_cells(values)]
    assert show_types(decoded) == show_types([spell_out(value) for value in values])


@given(st.lists(FEW, max_size=30) | st.lists(FEW, max_size=3).map(lambda column: column * 10))
def test_equal_values_of_different_types_stay_apart(values: list[object]) -> None:
    """Sharing the cells of equal values confuses neither numbers with booleans nor lists with missing values."""
    decoded = [json.loads(cell) for cell in encode_cells(values)]
    assert show_types(decoded) == show_types([spell_out(value) for value in values])


@pytest.mark.parametrize("value", ["", "x" * 50, 7, True, MappingProxyType({"a": 1}), NODATA])
def test_equal_values_share_their_cell(value: object) -> None:
    """A column of one value in many rows holds that value's bytes once."""
    cells = encode_cells([value] * 100 + ([NODATA] if value is not NODATA else []))
    assert len(set(map(id, cells))) <= (2 if value is not NODATA else 100)
    assert set(cells[:100]) == {cells[0]}


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("a\nb", b'[0,"a\\nb"]'),
        ("\r\t\b\f\x00\x1f", b'[0,"\\r\\t\\b\\f\\u0000\\u001f"]'),
        ("\x03", b'[0,"\\u0003"]'),
        ("\x7f", b'[0,"\x7f"]'),
        ('"\\/', b'[0,"\\"\\\\/"]'),
        ("\u2028\u2029\x85", '[0,"\u2028\u2029\x85"]'.encode()),
        ("äă€😀", '[0,"äă€😀"]'.encode()),
    ],
)
def test_texts_are_one_line_of_utf8(text: str, encoded: bytes) -> None:
    """Control characters are escaped, the end mark of Luxi messages among them; everything else is UTF-8."""
    assert encode_cells([text]) == [encoded]
    assert encode_cells([text, "b", text, text, text]) == [encoded, b'[0,"b"]', encoded, encoded, encoded]


def test_a_value_that_is_no_json_is_refused() -> None:
    """A field that gives something else than a read-only JSON value is told by the value."""
    with pytest.raises(TypeError, match="a field gave a object"):
        encode_cells([object()])


@given(VALUES)
def test_any_value_is_encoded(value: object) -> None:
    """A read-only JSON value reads back as its plain form."""
    assert show_types(json.loads(encode_json(value))) == show_types(thaw(value))


@given(st.integers(0, 3), st.integers(0, 4))
def test_a_table_has_a_row_for_each_object(width: int, length: int) -> None:
    """Columns become rows; without columns the rows are empty, without rows the table is."""
    columns = [[b"[0,%d]" % (10 * column + row) for row in range(length)] for column in range(width)]
    expected = [[[0, 10 * column + row] for column in range(width)] for row in range(length)]
    assert json.loads(join_table(columns, length)) == expected


def test_columns_of_different_lengths_are_no_table() -> None:
    """A column too short for the others is a fault, not a shorter table."""
    with pytest.raises(ValueError, match="shorter"):
        join_table([[b"[0,1]", b"[0,2]"], [b"[0,1]"]], 2)


def count_generators() -> int:
    """Those that there are."""
    gc.collect()
    return sum(isinstance(each, GeneratorType) for each in gc.get_objects())


def test_nothing_is_left_behind() -> None:
    """Encoding leaves no object behind: msgspec (0.22) keeps a reference to an iterator whose lines it encodes."""
    before = count_generators()
    for number in range(50):
        encode_cells([number, "a", NODATA, (1, 2)])
    assert count_generators() == before
