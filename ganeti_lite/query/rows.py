"""The rows that a query is about, as its filter and its columns see them.

Rows of a table have their configured values in the view's columns; rows that only the nodes' answers make up are a
list of objects. Either gives values and cells by row number.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from ganeti_lite.constants import FieldKind, ItemType

from .cells import encode_cells
from .fields import FIELDS, Field
from .live import Live
from .qfilter import Leaf, test_leaf
from .view import View


class RowSource(Protocol):
    """What a filter is tested on and columns are made of."""

    def values(self, field: Field, rows: Sequence[int]) -> list[object]:
        """The values of *field* for *rows*."""

    def cells(self, field: Field, rows: Sequence[int]) -> list[bytes]:
        """The same, encoded."""

    def test(self, leaf: Leaf, rows: Sequence[int]) -> list[bool]:
        """Whether each of *rows* satisfies *leaf*."""


class ListRows:
    """Rows that are objects of a list."""

    def __init__(self, item_type: ItemType, objects: Sequence[Any], live: Live) -> None:
        self._fields = FIELDS[item_type]
        self._objects = objects
        self._live = live

    def values(self, field: Field, rows: Sequence[int]) -> list[object]:
        """The values of *field* for *rows*."""
        objects = [self._objects[row] for row in rows]
        return field.live_rule(self._live, objects) if field.live_rule else field.rule(self._live.snapshot, objects)

    def cells(self, field: Field, rows: Sequence[int]) -> list[bytes]:
        """The same, encoded."""
        return encode_cells(self.values(field, rows))

    def test(self, leaf: Leaf, rows: Sequence[int]) -> list[bool]:
        """Whether each of *rows* satisfies *leaf*."""
        field = self._fields[leaf.field]
        return test_leaf(leaf, self.values(field, rows), is_hostname=field.is_hostname)


class TableRows(ListRows):
    """Rows of a table, by position; values that the configuration decides come from the view's columns."""

    def __init__(self, view: View, item_type: ItemType, live: Live | None = None) -> None:
        super().__init__(item_type, view.table(item_type).ordered, live or Live(view.snapshot))
        self._view = view
        self._item_type = item_type

    def values(self, field: Field, rows: Sequence[int]) -> list[object]:
        """The values of *field* for *rows*."""
        if field.is_live or field.kind is FieldKind.UNKNOWN:
            return super().values(field, rows)
        return self._view.values(self._item_type, field, rows)

    def cells(self, field: Field, rows: Sequence[int]) -> list[bytes]:
        """The same, encoded."""
        if field.is_live or field.kind is FieldKind.UNKNOWN:
            return super().cells(field, rows)
        return self._view.cells(self._item_type, field, rows)

    def test_config_leaf(self, leaf: Leaf, rows: Sequence[int]) -> list[bool] | None:
        """Whether each of *rows* satisfies *leaf*; None if only the nodes know."""
        return None if self._fields[leaf.field].is_live else self.test(leaf, rows)
