"""Answers to the classic queries: rows of bare values."""

from collections.abc import Mapping
from typing import Final

from attrs import evolve

from ganeti_lite.constants import ErrorCode, ItemType
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.query import Always, Compare, Or, QueryRequest, plan_classic, plan_query
from ganeti_lite.serving.needs import Step
from ganeti_lite.wire.requests import (
    ClassicQuery,
    QueryExports,
    QueryFilters,
    QueryGroups,
    QueryInstances,
    QueryNetworks,
    QueryNodes,
)

from ._plans import answer_plan
from ._steps import Knowledge

_ITEM_TYPES: Final[Mapping[type[ClassicQuery], ItemType]] = {
    QueryInstances: ItemType.INSTANCE,
    QueryNodes: ItemType.NODE,
    QueryGroups: ItemType.GROUP,
    QueryNetworks: ItemType.NETWORK,
}

_EXPORT_FIELDS: Final = ("node", "export")


def answer_classic(knowledge: Knowledge, query: ClassicQuery, frame: bytes) -> Step:
    """Rows of objects by name."""
    view = knowledge.require_view()
    _refuse_waiting(query.lock)
    return answer_plan(view, plan_classic(view, _ITEM_TYPES[type(query)], query.names, query.fields), frame)


def answer_filters(knowledge: Knowledge, query: QueryFilters, frame: bytes) -> Step:
    """Rows of filter rules by UUID."""
    view = knowledge.require_view()
    return answer_plan(view, plan_classic(view, ItemType.FILTER, query.uuids or (), query.fields), frame)


def answer_exports(knowledge: Knowledge, query: QueryExports, frame: bytes) -> Step:
    """Pairs of node and export, each once, of nodes in the order that they are named in."""
    view = knowledge.require_view()
    _refuse_waiting(query.lock)
    named = tuple(Compare("==", "node", name) for name in dict.fromkeys(query.nodes))
    request = QueryRequest(ItemType.EXPORT, _EXPORT_FIELDS, Or(named) if named else Always())
    return answer_plan(view, evolve(plan_query(view, request), is_classic=True), frame)


def _refuse_waiting(lock: bool) -> None:
    """Refuse to wait for locks, which no server of today does."""
    if lock:
        raise OpPrereqError("Sync queries are not allowed", ErrorCode.WRONG_INPUT)
