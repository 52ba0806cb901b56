"""Evaluation: a plan, its view and what the nodes have answered give the encoded answer. Pure."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from ganeti_lite.constants import ItemType
from ganeti_lite.snapshot import nice_key

from .cells import encode_json, join_table
from .fields import Field
from .live import Live, NodeAnswers, list_exports, list_extstorage, list_operating_systems
from .plan import QueryPlan, find_fields, unknown_field
from .qfilter import Always, select
from .rows import ListRows, RowSource, TableRows
from .view import View

NO_ANSWERS: Final[NodeAnswers] = MappingProxyType({})


def evaluate_query(view: View, plan: QueryPlan, answers: NodeAnswers = NO_ANSWERS) -> bytes:
    """The answer of a ``Query`` as JSON: ``{"fields": [definition...], "data": [[cell...]...]}``.

    :param answers: to the plan's calls; what is missing there has no data.
    :raises ParameterError, GenericError: a condition of the filter does not fit a value's type.
    """
    source, rows = _find_rows(view, plan, Live(view.snapshot, answers))
    if not isinstance(plan.qfilter, Always):
        rows = select(plan.qfilter, list(rows), source.test)
    columns = [source.cells(field, rows) for field in plan.fields]
    return b'{"fields":%b,"data":%b}' % (_encode_definitions(plan.fields), join_table(columns, len(rows)))


def _find_rows(view: View, plan: QueryPlan, live: Live) -> tuple[RowSource, Sequence[int]]:
    """The rows that the filter is to judge, and what they are numbers of."""
    made = _make_rows(view, plan, live)
    if made is None:
        return TableRows(view, plan.item_type, live), plan.rows
    return ListRows(plan.item_type, made, live), range(len(made))


def _make_rows(view: View, plan: QueryPlan, live: Live) -> Sequence[object] | None:
    """The rows that the nodes' answers make up; None where they are those of a table."""
    match plan.item_type:
        case ItemType.EXPORT if plan.live_fields:
            ordered = view.table(plan.item_type).ordered
            return list(list_exports([ordered[row] for row in plan.rows], live.answers))
        case ItemType.OS:
            return list_operating_systems(live.snapshot, live.answers)
        case ItemType.EXTSTORAGE:
            return list_extstorage(live.snapshot, live.answers)
        case _:
            return None


def describe_fields(item_type: ItemType, names: Sequence[str] | None) -> bytes:
    """The answer of a ``QueryFields`` as JSON: ``{"fields": [definition...]}``.

    :param names: in this order, unknown ones and duplicates included; all fields in nice order if there are none.
    :raises GenericError: the item type is not served.
    """
    known = find_fields(item_type, "QueryFields")
    wanted = names or sorted(known, key=nice_key)
    return b'{"fields":%b}' % _encode_definitions([known.get(name) or unknown_field(name) for name in wanted])


def _encode_definitions(fields: Sequence[Field]) -> bytes:
    definitions = [{"name": item.name, "title": item.title, "kind": item.kind, "doc": item.doc} for item in fields]
    return encode_json(definitions)
