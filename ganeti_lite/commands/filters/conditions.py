"""The conditions of a textual filter, each of which knows its form in a query.

Source of the wire forms: what Ganeti's own commands send.
"""

import enum
from typing import NamedTuple, Protocol


class Condition(Protocol):
    """Something that is true or false of an item."""

    def to_qfilter(self) -> list[object]:
        """The JSON array that queries take."""
        ...


class Value(NamedTuple):
    """An integer or a text."""

    content: int | str


class Truth(NamedTuple):
    """A boolean field is true."""

    field: str

    def to_qfilter(self) -> list[object]:
        return ["?", self.field]


class ComparisonOperator(enum.StrEnum):
    """How a field can be compared, as it is sent."""

    EQUAL = "=="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="


class Comparison(NamedTuple):
    """A field compares to a value."""

    operator: ComparisonOperator
    field: str
    value: Value

    def to_qfilter(self) -> list[object]:
        return [str(self.operator), self.field, self.value.content]


class Contains(NamedTuple):
    """A list field has an element."""

    field: str
    element: Value

    def to_qfilter(self) -> list[object]:
        return ["=[]", self.field, self.element.content]


class Matches(NamedTuple):
    """A field matches a regular expression somewhere."""

    field: str
    pattern: str

    def to_qfilter(self) -> list[object]:
        return ["=~", self.field, self.pattern]


class Not(NamedTuple):
    """The opposite."""

    condition: Condition

    def to_qfilter(self) -> list[object]:
        return ["!", self.condition.to_qfilter()]


class AllOf(NamedTuple):
    """Every condition is true."""

    conditions: tuple[Condition, ...]

    def to_qfilter(self) -> list[object]:
        return ["&", *(condition.to_qfilter() for condition in self.conditions)]


class AnyOf(NamedTuple):
    """One of the conditions is true, or more."""

    conditions: tuple[Condition, ...]

    def to_qfilter(self) -> list[object]:
        return ["|", *(condition.to_qfilter() for condition in self.conditions)]
