"""Planning: what a query asks for, checked against the fields and the names that there are. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import evolve, frozen

from ganeti_lite.constants import ErrorCode, FieldKind, ItemType
from ganeti_lite.errors import OpPrereqError, ParameterError
from ganeti_lite.snapshot import ClusterSnapshot, Table

from .fields import FIELDS, Field
from .live import (
    NodeCall,
    list_export_calls,
    list_extstorage_calls,
    list_instance_calls,
    list_node_calls,
    list_os_calls,
)
from .qfilter import Always, Filter, iterate_leaves, list_requested_keys, select_possible
from .rows import TableRows
from .values import UNKNOWN
from .view import TABLES, View

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
    :ivar is_classic: whether bare values are wanted instead of cells with definitions.
    """

    item_type: ItemType
    fields: tuple[Field, ...]
    qfilter: Filter
    rows: Sequence[int] = ()
    calls: tuple[NodeCall, ...] = ()
    is_classic: bool = False

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


def check_request(request: QueryRequest) -> QueryPlan:
    """The plan of *request* before it is known which objects it is about.

    :raises ParameterError: the filter has a field that does not exist.
    """
    known = FIELDS[request.item_type]
    for leaf in iterate_leaves(request.qfilter):
        if leaf.field not in known:
            raise ParameterError(f"Can't find field named '{leaf.field}'")
    fields = tuple(known.get(name) or unknown_field(name) for name in request.fields)
    return QueryPlan(request.item_type, fields, request.qfilter)


def check_classic(item_type: ItemType, fields: Sequence[str]) -> QueryPlan:
    """The plan of a classic query before it is known which objects it is about.

    :raises OpPrereqError: there are no such fields.
    """
    known = FIELDS[item_type]
    unknown = [name for name in fields if name not in known]
    if unknown:
        raise OpPrereqError(f"Unknown output fields selected: {', '.join(unknown)}", ErrorCode.WRONG_INPUT)
    return QueryPlan(item_type, tuple(known[name] for name in fields), Always(), is_classic=True)


def plan_query(view: View, request: QueryRequest) -> QueryPlan:
    """Check *request* and look up what it names.

    :raises ParameterError: the filter has a field that does not exist.
    :raises OpPrereqError: an object asked for by name does not exist or is not the only one of that short name.
    """
    return evolve(check_request(request), rows=_list_rows(view, request))


def plan_classic(view: View, item_type: ItemType, names: Sequence[str], fields: Sequence[str]) -> QueryPlan:
    """The plan of a classic query: objects called *names* in any way, all if there are none, in listing order.

    A name that nothing is called is no fault.

    :raises OpPrereqError: there are no such fields.
    """
    plan = check_classic(item_type, fields)
    table = _named_table(view, item_type)
    if not names:
        return evolve(plan, rows=range(len(table)))
    takes_short = plan.item_type in _SHORT_NAMES
    found: set[str] = set().union(*(table.match(name, takes_short=takes_short) for name in names))
    return evolve(plan, rows=sorted(table.positions[uuid] for uuid in found))


_SHORT_NAMES: Final = frozenset(
    item_type for item_type, fields in FIELDS.items() if DEFAULT_NAME_FIELD in fields and fields["name"].is_hostname
)
"""Item types whose names are host names, which have short forms."""


def narrow_plan(view: View, plan: QueryPlan) -> QueryPlan:
    """The plan with the calls that its live fields need, and without the rows that no answer could let through."""
    live_fields = plan.live_fields
    if plan.item_type in _CALLS_FOR_ROWS:
        return evolve(plan, calls=tuple(_CALLS_FOR_ROWS[plan.item_type](view.snapshot)))
    if not live_fields:
        return plan
    table = view.table(plan.item_type)
    rows = select_possible(plan.qfilter, list(plan.rows), TableRows(view, plan.item_type, None).test_config_leaf)
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


def _no_values(_: object, rows: Sequence[object]) -> list[object]:
    return [UNKNOWN] * len(rows)


def _list_rows(view: View, request: QueryRequest) -> Sequence[int]:
    if request.item_type in _CALLS_FOR_ROWS:
        return ()
    keys = list_requested_keys(request.qfilter, NAME_FIELDS.get(request.item_type, DEFAULT_NAME_FIELD))
    names = [key for key in keys if isinstance(key, str)]
    table = _named_table(view, request.item_type)
    if not names:
        return range(len(table))
    return [table.positions[find_object(view, request.item_type, name).uuid] for name in names]


def find_object(view: View, item_type: ItemType, name: str) -> Any:
    """The object that is called *name*: by UUID, name, or short name.

    :raises OpPrereqError: there is none, or several have that short name.
    """
    found = _named_table(view, item_type).find(name)
    if len(found) != 1:
        problem = "has multiple matches" if found else "not found"
        raise OpPrereqError(f"{KIND_WORDS[item_type]} name {name} {problem}", ErrorCode.UNKNOWN_ENTITY)
    return found[0]


def _named_table(view: View, item_type: ItemType) -> Table[Any]:
    table: Table[Any] = getattr(view.snapshot, TABLES[item_type])
    return table
