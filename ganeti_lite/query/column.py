"""A column: one field's values for all objects of its item type, in listing order.

Columns are tuples, not lists: Python's garbage collector looks at a tuple of plain values once and then leaves it
alone, but goes through every list again at each full collection. A large table's answer makes so many values that
there are many collections, each of all the columns made so far.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from ganeti_lite.snapshot import ClusterSnapshot, Listing, QueueSnapshot

from .cells import encode_cells
from .changes import RowChanges
from .fields import Field

_BLOCK: Final = 512
"""Rows for which all columns are made before the next ones: what these rows refer to stays in a processor's cache."""

_OBJECT_BYTES: Final = 80
"""About what a row costs besides its encoded cell: two list slots, a value, an object header."""


class Column:
    """Values and, once somebody wanted them, encoded cells; by position in the table."""

    __slots__ = ("_cells", "values")

    def __init__(self, values: Iterable[object], cells: Iterable[bytes] | None = None) -> None:
        self.values: Final = tuple(values)
        self._cells = None if cells is None else tuple(cells)

    @property
    def cells(self) -> tuple[bytes, ...]:
        """The encoded cells; made at the first use."""
        if self._cells is None:
            self._cells = tuple(encode_cells(self.values))
        return self._cells

    @property
    def has_cells(self) -> bool:
        """Whether the encoded cells are made: filters need values only."""
        return self._cells is not None

    @property
    def cost(self) -> int:
        """About how many bytes of memory it takes now."""
        return len(self.values) * _OBJECT_BYTES + sum(map(len, self._cells or ()))

    def carried(
        self, field: Field, snapshot: ClusterSnapshot | QueueSnapshot, table: Listing[Any, Any], changes: RowChanges
    ) -> "Column":
        """The same column for the next snapshot, worked out anew for just the rows that changed."""
        fresh = field.rule(snapshot, [table.ordered[row] for row in changes.fresh])
        cells = None if self._cells is None else changes.apply(self._cells, encode_cells(fresh))
        return Column(changes.apply(self.values, fresh), cells)


def make_columns(
    fields: Sequence[Field], snapshot: ClusterSnapshot | QueueSnapshot, rows: Sequence[object]
) -> list[Column]:
    """The columns of *fields* for *rows*.

    Made one after the other, each would fetch all objects from memory again once they are too many for the caches.
    """
    columns: list[list[object]] = [[] for _ in fields]
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        for field, values in zip(fields, columns, strict=True):
            values.extend(field.rule(snapshot, block))
    return list(map(Column, columns))
