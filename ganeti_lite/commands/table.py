"""Lays out a table of text.

Without a separator, columns are padded to their widest cell, numbers to the right, and stand one blank apart; the
last one is not padded if it is aligned to the left. With a separator nothing is padded.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Column(NamedTuple):
    """A column of a table.

    :ivar title: its header.
    :ivar cells: one text a row.
    :ivar is_right_aligned: whether the blanks go in front.
    """

    title: str
    cells: Sequence[str]
    is_right_aligned: bool = False


def lay_out(columns: Sequence[Column], has_header: bool = True, separator: str | None = None) -> list[str]:
    """The lines of a table, the header first if there is to be one."""
    texts: list[Iterable[str]] = [[column.title, *column.cells] if has_header else column.cells for column in columns]
    if separator is not None:
        return list(map(separator.join, zip(*texts, strict=True)))
    template = " ".join(_cell_template(columns, index, has_header) for index in range(len(columns)))
    return [template % row for row in zip(*texts, strict=True)]


def _cell_template(columns: Sequence[Column], index: int, has_header: bool) -> str:
    column = columns[index]
    if index == len(columns) - 1 and not column.is_right_aligned:
        return "%s"
    width = max(map(len, column.cells), default=0)
    if has_header:
        width = max(width, len(column.title))
    return f"%{width}s" if column.is_right_aligned else f"%-{width}s"
