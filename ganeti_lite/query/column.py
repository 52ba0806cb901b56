"""A column: one field's values for all objects of its item type, in listing order."""

from collections.abc import Sequence
from typing import Any, Final

from ganeti_lite.snapshot import ClusterSnapshot, Listing, QueueSnapshot

from .cells import encode_cells
from .changes import RowChanges
from .fields import Field

_OBJECT_BYTES: Final = 80
"""About what a row costs besides its encoded cell: two list slots, a value, an object header."""


class Column:
    """Values and, once somebody wanted them, encoded cells; by position in the table."""

    __slots__ = ("_cells", "values")

    def __init__(self, values: list[object], cells: list[bytes] | None = None) -> None:
        self.values: Final = values
        self._cells = cells

    @classmethod
    def of(cls, field: Field, snapshot: ClusterSnapshot | QueueSnapshot, rows: Sequence[object]) -> "Column":
        """The column of *field* for *rows*."""
        return cls(field.rule(snapshot, rows))

    @property
    def cells(self) -> list[bytes]:
        """The encoded cells; made at the first use."""
        if self._cells is None:
            self._cells = encode_cells(self.values)
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
