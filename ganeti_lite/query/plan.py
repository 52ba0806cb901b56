"""Planning: what a query asks for, checked against the fields and the names that there are. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import evolve, frozen

from ganeti_lite.constants import ErrorCode, FieldKind, ItemType
from ganeti_lite.errors import GenericError, OpPrereqError, ParameterError
from ganeti_lite.snapshot import ClusterSnapshot

from .fields import FIELDS, Field
from .live import (
    NodeCall,
    list_export_calls,
    list_extstorage_calls,
    list_instance_calls,
    list_node_calls,
    list_os_calls,
)
from .qfilter import Filter, iterate_leaves, list_requested_names, select_possible
from .rows import TableRows
from .values import UNKNOWN
from .view import View

NAME_FIELDS: Final = {ItemType.EXPORT: "node"}
"""The field that objects are looked up by, where it is not :data:`DEFAULT_NAME_FIELD`."""

DEFAULT_NAME_FIELD: Final = "name"

KIND_WORDS: Final = {
    ItemType.INSTANCE: "Instance",
    ItemType.NODE: "Node",
    ItemType.GROUP: "NodeGroup",
    ItemType.NETWORK: "Network",
    ItemType.EXPORT: "Node",
}
"""What error texts call an object of an item type."""


_NOT_SERVED: Final = {ItemType.CLUSTER: "ItemTypeOpCode QRCluster"}
"""What error texts call an item type that is known and not served."""


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
    :ivar calls: what the nodes must be asked first; empty until :func:`narrow_plan` has been asked.
    """

    item_type: ItemType
    fields: tuple[Field, ...]
    qfilter: Filter
    rows: Sequence[int]
    calls: tuple[NodeCall, ...] = ()

    @property
    def live_fields(self) -> frozenset[str]:
        """Names of the fields of output and filter that only the nodes know."""
        known = FIELDS[self.item_type]
        wanted = {leaf.field for leaf in iterate_leaves(self.qfilter)}.union(item.name for item in self.fields)
        return frozenset(name for name in wanted if name in known and known[name].is_live)

    @property
    def needs_nodes(self) -> bool:
        """Whether the plan has to be narrowed, and its calls answered, before it is evaluated."""
        return self.item_type in _CALLS_FOR_ROWS or bool(self.live_fields)


def find_fields(item_type: ItemType, method: str = "Query") -> Mapping[str, Field]:
    """The fields of an item type; raises GenericError, which names the Luxi *method*, if it is not served."""
    fields = FIELDS.get(item_type)
    if fields is None:
        raise GenericError(f"{method} '{_NOT_SERVED.get(item_type, item_type)}' not supported")
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


def narrow_plan(view: View, plan: QueryPlan) -> QueryPlan:
    """The plan with the calls that its live fields need, and without the rows that no answer could let through."""
    live_fields = plan.live_fields
    if plan.item_type in _CALLS_FOR_ROWS:
        return evolve(plan, calls=tuple(_CALLS_FOR_ROWS[plan.item_type](view.snapshot)))
    if not live_fields:
        return plan
    table = view.table(plan.item_type)
    rows = select_possible(plan.qfilter, list(plan.rows), TableRows(view, plan.item_type).test_config_leaf)
    list_calls = _CALLS[plan.item_type]
    objects = [table.ordered[row] for row in rows]
    return evolve(plan, rows=rows, calls=tuple(list_calls(view.snapshot, objects, live_fields)))


_CALLS: Final[Mapping[ItemType, Callable[[ClusterSnapshot, Sequence[Any], Collection[str]], Iterable[NodeCall]]]] = {
    ItemType.INSTANCE: list_instance_calls,
    ItemType.NODE: list_node_calls,
    ItemType.EXPORT: list_export_calls,
}
_CALLS_FOR_ROWS: Final = {ItemType.OS: list_os_calls, ItemType.EXTSTORAGE: list_extstorage_calls}
"""The calls of item types whose objects only the nodes know."""


def unknown_field(name: str) -> Field:
    """What stands for a field that does not exist: every value of it is unknown."""
    doc = f"Unknown field '{name}'"
    return Field(name, name, FieldKind.UNKNOWN, doc, _no_values)


def _no_values(_: ClusterSnapshot, rows: Sequence[object]) -> list[object]:
    return [UNKNOWN] * len(rows)


def _list_rows(view: View, request: QueryRequest) -> Sequence[int]:
    if request.item_type in _CALLS_FOR_ROWS:
        return ()
    names = list_requested_names(request.qfilter, NAME_FIELDS.get(request.item_type, DEFAULT_NAME_FIELD))
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
