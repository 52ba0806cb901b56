"""Lays out a table of text.

Without a separator, columns are padded to their widest cell, numbers to the right, and stand one blank apart; the
last one is not padded if it is aligned to the left. With a separator nothing is padded.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .colors import paint


class Column(NamedTuple):
    """A column of a table.

    :ivar title: its header.
    :ivar cells: one text a row.
    :ivar is_right_aligned: whether the blanks go in front.
    :ivar colors: one a row, ``None`` for none; empty if there are no colours at all.
    """

    title: str
    cells: Sequence[str]
    is_right_aligned: bool = False
    colors: Sequence[str | None] = ()


def lay_out(columns: Sequence[Column], has_header: bool = True, separator: str | None = None) -> list[str]:
    """The lines of a table, the header first if there is to be one."""
    texts: list[Iterable[str]] = [[column.title, *column.cells] if has_header else column.cells for column in columns]
    if separator is not None:
        return list(map(separator.join, zip(*texts, strict=True)))
    templates = [_cell_template(columns, index, has_header) for index in range(len(columns))]
    if any(column.colors for column in columns):
        return _lay_out_painted(columns, templates, has_header)
    template = " ".join(templates)
    return [template % row for row in zip(*texts, strict=True)]


def _lay_out_painted(columns: Sequence[Column], templates: Sequence[str], has_header: bool) -> list[str]:
    padded = [[template % cell for cell in column.cells] for column, template in zip(columns, templates, strict=True)]
    painted = [
        [paint(text, color) for text, color in zip(texts, column.colors, strict=True)] if column.colors else texts
        for column, texts in zip(columns, padded, strict=True)
    ]
    header = [" ".join(t % column.title for column, t in zip(columns, templates, strict=True))] if has_header else []
    return [*header, *(" ".join(row) for row in zip(*painted, strict=True))]


def _cell_template(columns: Sequence[Column], index: int, has_header: bool) -> str:
    column = columns[index]
    if index == len(columns) - 1 and not column.is_right_aligned:
        return "%s"
    width = max(map(len, column.cells), default=0)
    if has_header:
        width = max(width, len(column.title))
    return f"%{width}s" if column.is_right_aligned else f"%-{width}s"
