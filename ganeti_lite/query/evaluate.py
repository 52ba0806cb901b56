"""Evaluation: a plan and what was gathered for it give the encoded answer. Pure."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from ganeti_lite.constants import ItemType
from ganeti_lite.snapshot import nice_key

from .cells import encode_json, join_table, strip_status
from .fields import FIELDS, Field
from .live import Live, NodeAnswers, list_exports, list_extstorage, list_operating_systems
from .plan import QueryPlan, unknown_field
from .qfilter import Always, select
from .rows import Context, ListRows, RowSource, TableRows
from .view import QueueView, View

NO_ANSWERS: Final[NodeAnswers] = MappingProxyType({})


def evaluate_query(view: View, plan: QueryPlan, answers: NodeAnswers = NO_ANSWERS) -> bytes:
    """The answer of a plan that is about the configuration and what the nodes tell, as JSON.

    That is ``{"fields": [definition...], "data": [[cell...]...]}``, of a classic query ``[[value...]...]``.

    :param answers: to the plan's calls; what is missing there has no data.
    :raises ParameterError, GenericError: a condition of the filter does not fit a value's type.
    """
    live = Live(view.snapshot, answers)
    made = _make_rows(view, plan, live)
    if made is None:
        return _encode(plan, TableRows(view, plan.item_type, live), plan.rows)
    return evaluate_objects(plan, made, live)


def evaluate_listing(view: QueueView, plan: QueryPlan) -> bytes:
    """The answer of a plan that is about all jobs of a queue; otherwise as :func:`evaluate_query`."""
    rows = range(len(view.table(plan.item_type)))
    return _encode(plan, TableRows(view, plan.item_type, view.snapshot), rows)


def evaluate_objects(plan: QueryPlan, objects: Sequence[object], context: Context = None) -> bytes:
    """The answer of a plan that is about just these *objects*; otherwise as :func:`evaluate_query`."""
    return _encode(plan, ListRows(plan.item_type, objects, context), range(len(objects)))


def _encode(plan: QueryPlan, source: RowSource, rows: Sequence[int]) -> bytes:
    if not isinstance(plan.qfilter, Always):
        rows = select(plan.qfilter, list(rows), source.test)
    columns = source.cells(plan.fields, rows)
    if plan.is_classic:
        return join_table([[strip_status(cell) for cell in column] for column in columns], len(rows))
    return b'{"fields":%b,"data":%b}' % (_encode_definitions(plan.fields), join_table(columns, len(rows)))


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
    """
    known = FIELDS[item_type]
    wanted = names or sorted(known, key=nice_key)
    return b'{"fields":%b}' % _encode_definitions([known.get(name) or unknown_field(name) for name in wanted])


def _encode_definitions(fields: Sequence[Field]) -> bytes:
    definitions = [{"name": item.name, "title": item.title, "kind": item.kind, "doc": item.doc} for item in fields]
    return encode_json(definitions)
