"""Columns: how they are made, and what they are made of."""

import gc
from collections.abc import Sequence

import pytest

from ganeti_lite.constants import FieldKind
from ganeti_lite.query.column import Column, make_columns
from ganeti_lite.query.fields import Field
from ganeti_lite.snapshot import ClusterSnapshot

from .small_clusters import make_named_snapshot

SNAPSHOT = make_named_snapshot("instance", {})


def noting_field(name: str, noted: list[tuple[str, int]]) -> Field:
    """A field whose values are its name and the row; it notes how many rows it is asked about."""

    def rule(_: ClusterSnapshot, rows: Sequence[int]) -> list[object]:
        noted.append((name, len(rows)))
        return [f"{name}{row}" for row in rows]

    return Field(name, name, FieldKind.TEXT, "For tests", rule)


@pytest.mark.parametrize("count", [0, 1, 511, 512, 513, 1200])
def test_columns_made_together_have_every_row(count: int) -> None:
    """Wherever the blocks end, each column has the values of all rows in their order."""
    fields = [noting_field(name, []) for name in ("a", "b")]
    made = make_columns(fields, SNAPSHOT, range(count))
    assert [column.values for column in made] == [tuple(f"{name}{row}" for row in range(count)) for name in "ab"]


def test_columns_take_turns() -> None:
    """No column runs through a large table alone: each goes on a block of rows at a time."""
    noted: list[tuple[str, int]] = []
    make_columns([noting_field("a", noted), noting_field("b", noted)], SNAPSHOT, range(1200))
    assert [name for name, _ in noted] == ["a", "b"] * 3
    assert [sum(length for name, length in noted if name == each) for each in "ab"] == [1200, 1200]


@pytest.mark.parametrize("value", ["text", 7, None, ("a", "b"), (1, 2)])
def test_the_garbage_collector_leaves_columns_alone(value: object) -> None:
    """What has been made does not add to the cost of each later collection."""
    column = Column([value] * 1000)
    cells = column.cells
    gc.collect()
    assert not gc.is_tracked(column.values)
    assert not gc.is_tracked(cells)
