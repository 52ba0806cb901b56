"""The rows that a query is about, as its filter and its columns see them.

Rows of a table have their values in the view's columns; rows that come from elsewhere (what nodes tell, jobs asked for
by id, locks) are a list of objects. Either gives values and cells by row number.
"""

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

from ganeti_lite.constants import FieldKind, ItemType
from ganeti_lite.snapshot import ClusterSnapshot, QueueSnapshot

from .cells import encode_cells
from .fields import FIELDS, Field
from .live import Live
from .qfilter import Leaf, SearchAllowance, test_leaf
from .values import Missing
from .view import QueueView, View

Context: TypeAlias = Live | ClusterSnapshot | QueueSnapshot | None
"""What rules of fields look things up in: a cluster, also with what its nodes have said, a queue, or nothing."""


class RowSource(Protocol):
    """What a filter is tested on and columns are made of."""

    def cells(self, fields: Sequence[Field], rows: Sequence[int]) -> list[Sequence[bytes]]:
        """The encoded values of each of *fields* for *rows*."""

    def test(self, leaf: Leaf, rows: Sequence[int]) -> list[bool]:
        """Whether each of *rows* satisfies *leaf*."""


class ListRows:
    """Rows that are objects of a list; made anew for each query, which has one allowance for all that it tests."""

    def __init__(self, item_type: ItemType, objects: Sequence[Any], context: Context) -> None:
        self._fields = FIELDS[item_type]
        self._objects = objects
        self._context = context
        self._allowance = SearchAllowance()

    def values(self, field: Field, rows: Sequence[int]) -> Sequence[object]:
        """The values of *field* for *rows*."""
        objects = [self._objects[row] for row in rows]
        if not isinstance(self._context, Live):
            return field.rule(self._context, objects)
        if field.live_rule is not None:
            return field.live_rule(self._context, objects)
        return field.rule(self._context.snapshot, objects)

    def cells(self, fields: Sequence[Field], rows: Sequence[int]) -> list[Sequence[bytes]]:
        """The same of each of *fields*, encoded."""
        return [encode_cells(self.values(field, rows)) for field in fields]

    def test(self, leaf: Leaf, rows: Sequence[int]) -> list[bool]:
        """Whether each of *rows* satisfies *leaf*."""
        field = self._fields[leaf.field]
        values = self.values(field, rows)
        if field.compared_as is not None:
            values = [value if type(value) is Missing else field.compared_as(value) for value in values]
        return test_leaf(leaf, values, self._allowance, is_hostname=field.is_hostname)


class TableRows(ListRows):
    """Rows of a table, by position; values that a snapshot decides come from the view's columns."""

    def __init__(self, view: View | QueueView, item_type: ItemType, context: Context) -> None:
        super().__init__(item_type, view.table(item_type).ordered, context)
        self._view = view
        self._item_type = item_type

    def values(self, field: Field, rows: Sequence[int]) -> Sequence[object]:
        """The values of *field* for *rows*."""
        if not _has_column(field):
            return super().values(field, rows)
        return self._view.values(self._item_type, field, rows)

    def cells(self, fields: Sequence[Field], rows: Sequence[int]) -> list[Sequence[bytes]]:
        """The same of each of *fields*, encoded."""
        others = iter(super().cells([field for field in fields if not _has_column(field)], rows))
        columns = iter(self._view.cells(self._item_type, list(filter(_has_column, fields)), rows))
        return [next(columns if _has_column(field) else others) for field in fields]

    def test_config_leaf(self, leaf: Leaf, rows: Sequence[int]) -> list[bool] | None:
        """Whether each of *rows* satisfies *leaf*; None if only the nodes know."""
        return None if self._fields[leaf.field].is_live else self.test(leaf, rows)


def _has_column(field: Field) -> bool:
    """Whether the snapshot alone decides the values of *field*."""
    return not field.is_live and field.kind is not FieldKind.UNKNOWN
