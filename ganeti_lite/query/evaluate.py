"""Evaluation: a plan and its view give the encoded answer. Pure."""

from collections.abc import Sequence

from ganeti_lite.constants import FieldKind, ItemType
from ganeti_lite.snapshot import nice_key

from .cells import encode_cells, encode_json, join_table
from .fields import Field
from .plan import QueryPlan, find_fields, unknown_field
from .qfilter import Always, Leaf, Rows, select, test_leaf
from .view import View


def evaluate_query(view: View, plan: QueryPlan) -> bytes:
    """The answer of a ``Query`` as JSON: ``{"fields": [definition...], "data": [[cell...]...]}``.

    :raises ParameterError, GenericError: a condition of the filter does not fit a value's type.
    """
    rows = _select_rows(view, plan)
    columns = [_encode_column(view, plan.item_type, field, rows) for field in plan.fields]
    return b'{"fields":%b,"data":%b}' % (_encode_definitions(plan.fields), join_table(columns, len(rows)))


def describe_fields(item_type: ItemType, names: Sequence[str] | None) -> bytes:
    """The answer of a ``QueryFields`` as JSON: ``{"fields": [definition...]}``.

    :param names: in this order, unknown ones and duplicates included; all fields in nice order if there are none.
    :raises GenericError: the item type is not served.
    """
    known = find_fields(item_type)
    wanted = names or sorted(known, key=nice_key)
    return b'{"fields":%b}' % _encode_definitions([known.get(name) or unknown_field(name) for name in wanted])


def _select_rows(view: View, plan: QueryPlan) -> Sequence[int]:
    if isinstance(plan.qfilter, Always):
        return plan.rows
    known = find_fields(plan.item_type)

    def test(leaf: Leaf, rows: Rows) -> list[bool]:
        field = known[leaf.field]
        return test_leaf(leaf, view.values(plan.item_type, field, rows), is_hostname=field.is_hostname)

    return select(plan.qfilter, list(plan.rows), test)


def _encode_column(view: View, item_type: ItemType, field: Field, rows: Sequence[int]) -> list[bytes]:
    if field.kind is FieldKind.UNKNOWN:
        return encode_cells(field.rule(view.snapshot, rows))
    return view.cells(item_type, field, rows)


def _encode_definitions(fields: Sequence[Field]) -> bytes:
    definitions = [{"name": item.name, "title": item.title, "kind": item.kind, "doc": item.doc} for item in fields]
    return encode_json(definitions)
