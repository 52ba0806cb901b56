"""Answers: a request and a view give a message. Pure, and so usable from any thread.

An answer comes in steps: what takes long is a :class:`LongWork` for a worker thread, what needs the nodes is a list of
:class:`NodeQuestions`; either leads to the next step, until there is an :class:`Answer`.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from attrs import frozen

from ganeti_lite.constants import ItemType
from ganeti_lite.errors import ConfigurationError, GanetiError, GenericError, LuxiError, RequestParseError
from ganeti_lite.query import (
    FilterSyntaxError,
    NodeAnswers,
    NodeCall,
    QueryPlan,
    QueryRequest,
    View,
    describe_cluster,
    describe_fields,
    evaluate_query,
    narrow_plan,
    parse_filter,
    plan_query,
)
from ganeti_lite.wire.luxi import decode_request, encode_error, wrap_success
from ganeti_lite.wire.requests import (
    JobRequest,
    Query,
    QueryClusterInfo,
    QueryFields,
    Request,
    conversion_error,
)

SHORT_FRAME: Final = 16 * 1024
"""Bytes of a request up to which decoding it takes less than a millisecond."""

KEPT_ROWS: Final = 10
"""Rows above which an answer is kept; looking a smaller one up again costs hardly more than making it."""

SHORT_CELLS: Final = 1000
"""Cells (rows judged or answered, times fields) up to which evaluating a query takes about a millisecond."""


@frozen
class Answer:
    """A whole answer message with its terminator.

    :ivar closes: the connection is to be closed behind it.
    """

    message: bytes
    closes: bool = False


@frozen
class LongWork:
    """Work that is worth a thread of its own: *run* gives the next step."""

    run: Callable[[], "Step"]


@frozen
class NodeQuestions:
    """Calls that the nodes must answer first: *resume*, given what they say, gives the next step."""

    calls: tuple[NodeCall, ...]
    resume: Callable[[NodeAnswers], "Step"]


Step: TypeAlias = Answer | LongWork | NodeQuestions


@frozen
class Knowledge:
    """What answers are made from.

    :ivar view: the newest good configuration, None if there was none yet; ``fault`` then says why.
    :ivar master_socket: where job requests are to be sent instead.
    :ivar architecture: word size and name of this machine's processor.
    :ivar build: name and version of this program.
    """

    view: View | None
    fault: str
    master_socket: str
    architecture: tuple[str, str]
    build: str

    def require_view(self) -> View:
        """The view; raises :class:`ConfigurationError` if there is none."""
        if self.view is None:
            reason = "I do not have access to a valid configuration, cannot process queries: "
            raise ConfigurationError(reason + self.fault)
        return self.view


def answer_frame(knowledge: Knowledge, frame: bytes) -> Step:
    """The first step to the answer of the request *frame* (without terminator)."""
    if knowledge.view is not None and (kept := knowledge.view.answers.get(frame)) is not None:
        return Answer(kept)
    decode = partial(_answer_decoded, knowledge, frame)
    return LongWork(decode) if len(frame) > SHORT_FRAME else decode()


def _answer_decoded(knowledge: Knowledge, frame: bytes) -> Step:
    try:
        request = decode_request(frame).decode()
        if isinstance(request, Query):
            return _answer_query(knowledge, request, frame)
        return Answer(wrap_success(_answer_other(knowledge, request)))
    except RequestParseError as error:
        return Answer(encode_error(error), closes=True)
    except GanetiError as error:
        return Answer(encode_error(error))


def _answer_other(knowledge: Knowledge, request: Request) -> bytes:
    """The result of any request but a ``Query``, as JSON."""
    match request:
        case QueryFields(item_type, names):
            return describe_fields(item_type, names)
        case QueryClusterInfo():
            return describe_cluster(knowledge.require_view().snapshot, knowledge.architecture, knowledge.build)
        case JobRequest(method):
            raise LuxiError(f"{method} is no query: send it to the job daemon's socket, {knowledge.master_socket}")
        case _:
            raise GenericError(f"Luxi call '{type(request).__name__}' not implemented")


def _answer_query(knowledge: Knowledge, query: Query, frame: bytes) -> Step:
    try:
        qfilter = parse_filter(query.qfilter)
    except FilterSyntaxError as error:
        raise conversion_error(query.arguments(), str(error)) from error
    if query.item_type is ItemType.LOCK:
        raise LuxiError(f"Only the job daemon knows the locks: ask its socket, {knowledge.master_socket}")
    view = knowledge.require_view()
    plan = plan_query(view, QueryRequest(query.item_type, query.fields, qfilter))
    if plan.needs_nodes:
        return _by_size(plan, partial(_ask_nodes, view, plan))
    return _by_size(plan, partial(_evaluate, view, plan, frame))


def _by_size(plan: QueryPlan, run: Callable[[], Step]) -> Step:
    """What *run* gives, at once if the plan is small."""
    is_small = len(plan.rows) * (1 + len(plan.fields)) <= SHORT_CELLS
    return run() if is_small else LongWork(run)


def _ask_nodes(view: View, plan: QueryPlan) -> Step:
    narrowed = narrow_plan(view, plan)
    return NodeQuestions(narrowed.calls, partial(_evaluate_live, view, narrowed))


def _evaluate_live(view: View, plan: QueryPlan, answers: NodeAnswers) -> Step:
    return _by_size(plan, lambda: _encode(view, plan, answers))


def _evaluate(view: View, plan: QueryPlan, frame: bytes) -> Answer:
    """The answer of a query that the configuration alone decides; it is kept with its snapshot."""
    answer = _encode(view, plan, {})
    if len(plan.rows) > KEPT_ROWS and len(frame) <= SHORT_FRAME:
        view.answers.put(frame, answer.message)
    return answer


def _encode(view: View, plan: QueryPlan, answers: NodeAnswers) -> Answer:
    try:
        return Answer(wrap_success(evaluate_query(view, plan, answers)))
    except GanetiError as error:
        return Answer(encode_error(error))
