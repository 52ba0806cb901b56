"""A view: one snapshot together with the columns and answers that queries have made of it.

Columns and answers belong to the snapshot that they were made of and die with it; what still holds in the next
snapshot is carried into its view. A view may be used from several threads: two that want the same column at once may
both make it.
"""

from collections.abc import Sequence
from typing import Any, Final, Generic, TypeAlias, TypeVar

from ganeti_lite.constants import ItemType
from ganeti_lite.snapshot import ClusterSnapshot, Listing, QueueSnapshot
from ganeti_lite.stores import BoundedStore

from .cells import encode_cells
from .changes import RowChanges, find_changed_sources, find_instances_of_changed_disks, find_row_changes
from .column import Column, make_columns
from .fields import FIELDS, Field

TABLES: Final = {
    ItemType.INSTANCE: "instances",
    ItemType.NODE: "nodes",
    ItemType.GROUP: "nodegroups",
    ItemType.NETWORK: "networks",
    ItemType.EXPORT: "nodes",
    ItemType.FILTER: "filters",
    ItemType.JOB: "jobs",
}
"""The attribute of the snapshot that holds the objects of an item type; of exports, the nodes that may have them."""

DEFAULT_COLUMN_BYTES: Final = 64 * 1024 * 1024
DEFAULT_ANSWER_BYTES: Final = 32 * 1024 * 1024

_SHARE_FOR_WHOLE_COLUMN: Final = 4
"""A column is made as a whole if at least one in this many of its rows is wanted."""

ColumnKey = tuple[ItemType, str]

S = TypeVar("S", ClusterSnapshot, QueueSnapshot)


class TableView(Generic[S]):
    """A snapshot as queries see it.

    :ivar snapshot: what every answer of this view is about.
    :ivar answers: whole encoded answers by request.
    :param column_bytes: memory that columns may take, in bytes.
    :param answer_bytes: memory that whole answers may take, in bytes.
    """

    def __init__(
        self,
        snapshot: S,
        column_bytes: int = DEFAULT_COLUMN_BYTES,
        answer_bytes: int = DEFAULT_ANSWER_BYTES,
    ) -> None:
        self.snapshot: Final[S] = snapshot
        self.answers: Final = BoundedStore[bytes, bytes](answer_bytes, len)
        self._columns: Final = BoundedStore[ColumnKey, Column](column_bytes, lambda column: column.cost)

    def table(self, item_type: ItemType) -> Listing[Any, Any]:
        """All objects of an item type."""
        table: Listing[Any, Any] = getattr(self.snapshot, TABLES[item_type])
        return table

    def values(self, item_type: ItemType, field: Field, rows: Sequence[int]) -> Sequence[object]:
        """The values of *field* for *rows*, which are positions in the table."""
        (column,) = self._find_columns(item_type, [field], rows)
        if column is None:
            return field.rule(self.snapshot, self._objects(item_type, rows))
        return column.values if self._is_all(item_type, rows) else [column.values[row] for row in rows]

    def cells(self, item_type: ItemType, fields: Sequence[Field], rows: Sequence[int]) -> list[Sequence[bytes]]:
        """The encoded cells of each of *fields* for *rows*."""
        columns = self._find_columns(item_type, fields, rows)
        return [self._cells(item_type, *pair, rows) for pair in zip(fields, columns, strict=True)]

    def _cells(self, item_type: ItemType, field: Field, column: Column | None, rows: Sequence[int]) -> Sequence[bytes]:
        if column is None:
            return encode_cells(field.rule(self.snapshot, self._objects(item_type, rows)))
        if not column.has_cells:
            column.cells  # noqa: B018 - made at the first look, which changes what the column costs
            self._columns.put((item_type, field.name), column)
        return column.cells if self._is_all(item_type, rows) else [column.cells[row] for row in rows]

    def followed_by(self, snapshot: S) -> "TableView[S]":
        """The view of the next *snapshot*, with every column that still holds, patched where rows changed."""
        view = TableView(snapshot, self._columns.limit, self.answers.limit)
        stale = find_changed_sources(self.snapshot, snapshot)
        changes: dict[ItemType, RowChanges] = {}
        for (item_type, name), column in self._columns.items():
            field = FIELDS[item_type][name]
            if field.sources & stale:
                continue
            if item_type not in changes:
                changes[item_type] = self._find_changes(item_type, view)
            carried = column.carried(field, snapshot, view.table(item_type), changes[item_type])
            view._columns.put((item_type, name), carried)
        return view

    def _find_changes(self, item_type: ItemType, view: "TableView[S]") -> RowChanges:
        is_instance = item_type is ItemType.INSTANCE
        touched = find_instances_of_changed_disks(self.snapshot, view.snapshot) if is_instance else ()
        return find_row_changes(self.table(item_type), view.table(item_type), touched)

    def _find_columns(self, item_type: ItemType, fields: Sequence[Field], rows: Sequence[int]) -> list[Column | None]:
        """The whole columns of *fields*, as far as they are kept, or worth making for *rows*."""
        found = {field.name: self._columns.get((item_type, field.name)) for field in fields}
        table = self.table(item_type)
        missing: dict[str, Field] = {field.name: field for field in fields if found[field.name] is None}
        if missing and len(rows) * _SHARE_FOR_WHOLE_COLUMN >= len(table):
            made = make_columns([*missing.values()], self.snapshot, table.ordered)
            for name, column in zip(missing, made, strict=True):
                self._columns.put((item_type, name), column)
                found[name] = column
        return [found[field.name] for field in fields]

    def _objects(self, item_type: ItemType, rows: Sequence[int]) -> list[object]:
        ordered = self.table(item_type).ordered
        return [ordered[row] for row in rows]

    def _is_all(self, item_type: ItemType, rows: Sequence[int]) -> bool:
        return rows == range(len(self.table(item_type)))


View: TypeAlias = TableView[ClusterSnapshot]
"""A view of a cluster's configuration."""

QueueView: TypeAlias = TableView[QueueSnapshot]
"""A view of a queue's jobs."""
