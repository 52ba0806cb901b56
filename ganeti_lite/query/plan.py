"""Planning: what a query asks for, checked against the fields and the names that there are. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

from ganeti_lite.constants import ErrorCode, FieldKind, ItemType
from ganeti_lite.errors import GenericError, OpPrereqError, ParameterError
from ganeti_lite.snapshot import ClusterSnapshot

from .fields import FIELDS, Field
from .qfilter import Filter, iterate_leaves, list_requested_names
from .values import UNKNOWN
from .view import View

NAME_FIELD: Final = "name"

KIND_WORDS: Final = {
    ItemType.INSTANCE: "Instance",
    ItemType.NODE: "Node",
    ItemType.GROUP: "NodeGroup",
    ItemType.NETWORK: "Network",
}
"""What error texts call an object of an item type."""


@frozen
class QueryRequest:
    """Which fields of which objects are wanted."""

    item_type: ItemType
    fields: tuple[str, ...]
    qfilter: Filter


@frozen
class QueryPlan:
    """A query that can be evaluated.

    :ivar fields: the columns of the answer, unknown ones included.
    :ivar rows: positions in the table of the objects that the filter is to judge.
    """

    item_type: ItemType
    fields: tuple[Field, ...]
    qfilter: Filter
    rows: Sequence[int]


def find_fields(item_type: ItemType) -> Mapping[str, Field]:
    """The fields of an item type; raises GenericError if it is not served."""
    fields = FIELDS.get(item_type)
    if fields is None:
        raise GenericError(f"Query '{item_type}' not supported")
    return fields


def plan_query(view: View, request: QueryRequest) -> QueryPlan:
    """Check *request* and look up what it names.

    :raises GenericError: the item type is not served.
    :raises ParameterError: the filter has a field that does not exist.
    :raises OpPrereqError: an object asked for by name does not exist or is not the only one of that short name.
    """
    known = find_fields(request.item_type)
    for leaf in iterate_leaves(request.qfilter):
        if leaf.field not in known:
            raise ParameterError(f"Can't find field named '{leaf.field}'")
    fields = tuple(known.get(name) or unknown_field(name) for name in request.fields)
    return QueryPlan(request.item_type, fields, request.qfilter, _list_rows(view, request))


def unknown_field(name: str) -> Field:
    """What stands for a field that does not exist: every value of it is unknown."""
    doc = f"Unknown field '{name}'"
    return Field(name, name, FieldKind.UNKNOWN, doc, _no_values)


def _no_values(_: ClusterSnapshot, rows: Sequence[object]) -> list[object]:
    return [UNKNOWN] * len(rows)


def _list_rows(view: View, request: QueryRequest) -> Sequence[int]:
    names = list_requested_names(request.qfilter, NAME_FIELD)
    if not names:
        return range(len(view.table(request.item_type)))
    return [_find_row(view, request.item_type, name) for name in names]


def _find_row(view: View, item_type: ItemType, name: str) -> int:
    table = view.table(item_type)
    found = table.find(name)
    if len(found) != 1:
        problem = "has multiple matches" if found else "not found"
        raise OpPrereqError(f"{KIND_WORDS[item_type]} name {name} {problem}", ErrorCode.UNKNOWN_ENTITY)
    return table.positions[found[0].uuid]
