"""Answers to queries about the configuration and what the nodes tell, from their plan on."""

from collections.abc import Callable
from functools import partial
from typing import Final

from ganeti_lite.query import NodeAnswers, QueryPlan, View, evaluate_query, narrow_plan
from ganeti_lite.serving.needs import Answer, NodesNeeded, Step

from ._steps import by_size, gather, succeed

SHORT_FRAME: Final = 16 * 1024
"""Bytes of a request up to which decoding it takes less than a millisecond, and its answer may be kept."""

KEPT_ROWS: Final = 10
"""Rows above which an answer is kept; looking a smaller one up again costs hardly more than making it."""


def answer_plan(view: View, plan: QueryPlan, frame: bytes) -> Step:
    """The first step to the answer of a plan, which *frame* has asked for."""
    if plan.needs_nodes:
        return _by_size(plan, partial(_ask_nodes, view, plan))
    return _by_size(plan, partial(_evaluate, view, plan, frame))


def _by_size(plan: QueryPlan, step: Callable[[], Step]) -> Step:
    return by_size(len(plan.rows) * (1 + len(plan.fields)), step)


def _ask_nodes(view: View, plan: QueryPlan) -> Step:
    narrowed = narrow_plan(view, plan)
    return gather(NodesNeeded(narrowed.calls), partial(_evaluate_live, view, narrowed))


def _evaluate_live(view: View, plan: QueryPlan, answers: NodeAnswers) -> Step:
    return _by_size(plan, lambda: succeed(evaluate_query(view, plan, answers)))


def _evaluate(view: View, plan: QueryPlan, frame: bytes) -> Answer:
    """The answer of a query that the configuration alone decides; it is kept with its snapshot."""
    answer = succeed(evaluate_query(view, plan))
    if len(plan.rows) > KEPT_ROWS and len(frame) <= SHORT_FRAME:
        view.answers.put(frame, answer.message)
    return answer
