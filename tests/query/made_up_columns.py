"""Columns that no field has, to try filters on: any values, with any of them missing."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from ganeti_lite.query.qfilter import Leaf, Rows, SearchAllowance, parse_filter, select, test_leaf
from ganeti_lite.query.values import NODATA, OFFLINE, UNAVAIL, UNKNOWN, Missing

MISSING: Final[Mapping[str, Missing]] = {
    "unknown": UNKNOWN,
    "nodata": NODATA,
    "unavail": UNAVAIL,
    "offline": OFFLINE,
}
"""How a missing value is written in JSON: ``{"missing": "nodata"}``."""

# Named by pytest's rules it would be collected.
judge_leaf = test_leaf


def freeze(value: Any) -> object:
    """A decoded JSON value as a field gives it."""
    if isinstance(value, dict):
        if value.keys() == {"missing"}:
            return MISSING[value["missing"]]
        return MappingProxyType({key: freeze(item) for key, item in value.items()})
    return tuple(map(freeze, value)) if isinstance(value, list) else value


@frozen
class Columns:
    """A table by column, all of one length.

    :ivar hostnames: the columns whose equality takes short names.
    """

    values: Mapping[str, Sequence[object]]
    hostnames: frozenset[str] = frozenset()

    @classmethod
    def of(cls, columns: Mapping[str, Sequence[Any]], hostnames: Sequence[str] = ()) -> "Columns":
        """Columns of decoded JSON values."""
        values = {name: [freeze(value) for value in column] for name, column in columns.items()}
        return cls(values, frozenset(hostnames))

    @property
    def rows(self) -> Rows:
        """The positions of all rows."""
        return list(range(len(next(iter(self.values.values())))))

    def test(self, leaf: Leaf, rows: Rows) -> list[bool]:
        """Which of *rows* satisfy *leaf*."""
        column = self.values[leaf.field]
        values = [column[row] for row in rows]
        return judge_leaf(leaf, values, SearchAllowance(), is_hostname=leaf.field in self.hostnames)

    def select(self, raw: object) -> Rows:
        """The rows that the filter *raw*, a decoded JSON value, lets through."""
        return select(parse_filter(raw), self.rows, self.test)
