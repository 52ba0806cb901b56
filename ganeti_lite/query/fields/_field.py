"""What a field is: a name that clients ask for, and the rule for its values.

A rule is a function from the snapshot and some rows (objects of one kind) to their values, so that whatever is the
same for all rows is worked out once. A value is a read-only JSON value or a
:class:`~ganeti_lite.query.values.Missing`.
"""

import enum
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from ganeti_lite.constants import FieldKind
from ganeti_lite.query.live import Live
from ganeti_lite.query.values import NODATA, Missing
from ganeti_lite.snapshot import ClusterSnapshot

Row: TypeAlias = Any
"""An object of the field's item type."""

Rule: TypeAlias = Callable[[Any, Sequence[Row]], list[object]]
"""A rule takes the snapshot that its rows belong to: a cluster's, or for jobs a queue's."""

LiveRule: TypeAlias = Callable[[Live, Sequence[Row]], list[object]]
"""The same with what the nodes have said."""


class Source(enum.Enum):
    """A part of the snapshot that a rule reads besides the row itself: when it changes, every row's value may."""

    CLUSTER = "cluster"
    NODES = "nodes"
    NODEGROUPS = "nodegroups"
    INSTANCES = "instances"
    NETWORKS = "networks"
    DISKS = "disks"


@frozen
class Field:
    """A field of an item type.

    :ivar title: heading of its column, without blanks.
    :ivar doc: one sentence for the list of fields.
    :ivar rule: gives its values. An instance's rule may read the instance's own disks without naming a source.
    :ivar sources: what else of the snapshot the rule reads.
    :ivar is_hostname: equality in filters takes short names.
    :ivar live_rule: gives its values instead if only the node daemons know them.
    :ivar compared_as: what conditions of filters see instead of a value; None if it is the value itself.
    """

    name: str
    title: str
    kind: FieldKind
    doc: str
    rule: Rule = field(eq=False)
    sources: frozenset[Source] = frozenset()
    is_hostname: bool = False
    live_rule: LiveRule | None = field(default=None, eq=False)
    compared_as: Callable[[Any], object] | None = field(default=None, eq=False)

    @property
    def is_live(self) -> bool:
        """Whether only the node daemons know its values."""
        return self.live_rule is not None

    def renamed(self, name: str) -> "Field":
        """The same field under another name: an alias."""
        return evolve(self, name=name)


def config_field(
    name: str,
    title: str,
    kind: FieldKind,
    doc: str,
    rule: Rule,
    *sources: Source,
    is_hostname: bool = False,
    compared_as: Callable[[Any], object] | None = None,
) -> Field:
    """A field whose values follow from the snapshot."""
    return Field(name, title, kind, doc, rule, frozenset(sources), is_hostname, compared_as=compared_as)


def live_field(
    name: str, title: str, kind: FieldKind, doc: str, live_rule: LiveRule, *, is_hostname: bool = False
) -> Field:
    """A field whose values come from the node daemons; the configuration alone has no data for it."""
    return Field(name, title, kind, doc, _no_data, is_hostname=is_hostname, live_rule=live_rule)


def _no_data(_: ClusterSnapshot, rows: Sequence[Row]) -> list[object]:
    return [NODATA] * len(rows)


def attribute(name: str, absent: Missing = NODATA) -> Rule:
    """The rule that takes the row's attribute *name*; *absent* stands for None."""
    get = attrgetter(name)

    def rule(_: ClusterSnapshot, rows: Sequence[Row]) -> list[object]:
        return [absent if value is None else value for value in map(get, rows)]

    return rule


def each(value_of: Callable[[Row], object]) -> Rule:
    """The rule that looks at one row at a time and at nothing else."""
    return lambda _, rows: [value_of(row) for row in rows]


def each_in(value_of: Callable[[ClusterSnapshot, Row], object]) -> Rule:
    """The rule that looks at one row at a time in its snapshot."""
    return lambda snapshot, rows: [value_of(snapshot, row) for row in rows]


def each_live(value_of: Callable[[Live, Row], object]) -> LiveRule:
    """The live rule that looks at one row at a time."""
    return lambda live, rows: [value_of(live, row) for row in rows]


def index_fields(fields: Iterable[Field], aliases: Iterable[tuple[str, str]] = ()) -> dict[str, Field]:
    """Fields by name, (alias, target) pairs included; raises ValueError if a name is taken twice."""
    table: dict[str, Field] = {}
    for item in fields:
        if item.name in table:
            raise ValueError(f"two fields are called {item.name}")
        table[item.name] = item
    for alias, target in aliases:
        if alias in table:
            raise ValueError(f"an alias and a field are called {alias}")
        table[alias] = table[target].renamed(alias)
    return table
