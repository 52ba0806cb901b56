"""OP_QUERY, OP_QUERY_FIELDS, OP_OS_DIAGNOSE, OP_EXT_STORAGE_DIAGNOSE: questions that are asked as jobs.

They are answered by the engine that answers Luxi (:mod:`ganeti_lite.query`). Source: which of them Ganeti 3.0 takes as
jobs, and what the classic ones leave out.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from attrs import evolve

from ganeti_lite.constants import ItemType
from ganeti_lite.errors import OpPrereqError, ParameterError
from ganeti_lite.query import (
    And,
    Compare,
    Filter,
    FilterSyntaxError,
    IsTrue,
    NodeAnswers,
    NodeCall,
    NodeFailure,
    Not,
    Or,
    QueryPlan,
    QueryRequest,
    View,
    check_classic,
    check_request,
    describe_fields,
    evaluate_objects,
    evaluate_query,
    narrow_plan,
    parse_filter,
)
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult

from ._answers import FAST
from ._effects import CallNodes, Effects, ReadState
from ._unit import LogicalUnit, Order

_ASKED: Final = (ItemType.CLUSTER, ItemType.OS, ItemType.EXTSTORAGE)
"""What can be asked about by a job."""


class _Question(LogicalUnit[Any]):
    """An opcode that only asks; the plan is its result."""

    def execute(self, order: Order, plan: Any) -> Effects[object]:
        """What was found."""
        del order
        yield from ()
        return plan


class Query(_Question):
    """Rows of cells about the cluster, operating systems, or external storage, and the definitions of their fields."""

    op_id = "OP_QUERY"

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """It must be something that jobs can ask about."""
        del snapshot
        _find_item_type(order)
        return order

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Any]:
        """Ask whoever knows.

        :raises ParameterError: the filter is none, or has a field that does not exist.
        """
        item_type = _find_item_type(order)
        try:
            qfilter = parse_filter(order["qfilter"])
        except FilterSyntaxError as error:
            raise ParameterError(f"Invalid filter: {error}") from error
        plan = check_request(QueryRequest(item_type, tuple(order["fields"]), qfilter))
        return (yield from answer_plan(plan, snapshot))


class QueryFields(_Question):
    """Definitions of fields."""

    op_id = "OP_QUERY_FIELDS"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Any]:
        """All of them in nice order, unless some are named."""
        del snapshot
        yield from ()
        item_type, names = _find_item_type(order), order["fields"]
        return {"fields": []} if names == [] else msgspec.json.decode(describe_fields(item_type, names))


class OsDiagnose(_Question):
    """Rows of values about operating systems.

    Those that are not valid, hidden, or blacklisted are left out, unless the field that says so is asked for.
    """

    op_id = "OP_OS_DIAGNOSE"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Any]:
        """Ask all nodes that can have instances."""
        fields: Sequence[str] = order["output_fields"]
        conditions: list[Filter] = [Not(IsTrue(name)) for name in ("hidden", "blacklisted") if name not in fields]
        if "valid" not in fields:
            conditions.append(IsTrue("valid"))
        plan = check_classic(ItemType.OS, fields)
        return (yield from answer_plan(evolve(plan, qfilter=And((*_name_filter(order), *conditions))), snapshot))


class ExtStorageDiagnose(_Question):
    """Rows of values about providers of external storage."""

    op_id = "OP_EXT_STORAGE_DIAGNOSE"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Any]:
        """Ask all nodes that can have instances."""
        plan = check_classic(ItemType.EXTSTORAGE, order["output_fields"])
        return (yield from answer_plan(evolve(plan, qfilter=And(tuple(_name_filter(order)))), snapshot))


def _find_item_type(order: Order) -> ItemType:
    if order["what"] not in _ASKED:
        raise OpPrereqError(f"Unknown query resource '{order['what']}'")
    return ItemType(order["what"])


def _name_filter(order: Order) -> Iterator[Filter]:
    if order["names"]:
        yield Or(tuple(Compare("==", "name", name) for name in order["names"]))


def answer_plan(plan: QueryPlan, snapshot: ClusterSnapshot) -> Effects[Any]:
    """The answer of a plan about the cluster, operating systems, or external storage, as plain JSON."""
    if plan.item_type is ItemType.CLUSTER:
        state = yield ReadState()
        return msgspec.json.decode(evaluate_objects(plan, [state], snapshot))
    view = View(snapshot)
    narrowed = narrow_plan(view, plan)
    answers = yield from _ask(narrowed.calls)
    return msgspec.json.decode(evaluate_query(view, narrowed, answers))


def _ask(calls: Sequence[NodeCall]) -> Effects[NodeAnswers]:
    by_method: defaultdict[str, dict[str, list[Any]]] = defaultdict(dict)
    for call in calls:
        arguments: Any = call.arguments
        by_method[call.method][call.node] = list(arguments)
    answers: dict[tuple[str, str], object] = {}
    for method, arguments_by_node in by_method.items():
        results = yield CallNodes(method, arguments_by_node, FAST)
        answers.update({(uuid, method): _translate(result) for uuid, result in results.items()})
    return answers


def _translate(result: RpcResult) -> object:
    return NodeFailure(result.reason) if isinstance(result, RpcFailure) else result.payload
