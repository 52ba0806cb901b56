"""Answers: a request and what is known give a message, in steps (:mod:`ganeti_lite.serving.needs`).

Pure, so usable in any thread.

:data:`_FIRST_STEPS` says for each kind of request how it is answered: adding a method is adding a row.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from ganeti_lite.errors import GenericError, LuxiError, RequestParseError
from ganeti_lite.serving.needs import Answer, LongWork, Step
from ganeti_lite.wire.luxi import decode_request
from ganeti_lite.wire.requests import (
    InternalRequest,
    JobRequest,
    Query,
    QueryClusterInfo,
    QueryConfigValues,
    QueryExports,
    QueryFields,
    QueryFilters,
    QueryGroups,
    QueryInstances,
    QueryJobs,
    QueryNetworks,
    QueryNodes,
    QueryTags,
    WaitForJobChange,
)

from ._classic import answer_classic, answer_exports, answer_filters
from ._cluster import answer_cluster_info, answer_config_values, answer_tags
from ._jobs import answer_jobs, answer_wait
from ._plans import KEPT_ROWS, SHORT_FRAME
from ._queries import answer_fields, answer_query
from ._steps import SHORT_CELLS, Knowledge, guard, relay

__all__ = ["KEPT_ROWS", "SHORT_CELLS", "Knowledge", "answer_frame", "name_request"]


def answer_frame(knowledge: Knowledge, frame: bytes) -> Step:
    """The first step to the answer of the request *frame* (without terminator)."""
    if knowledge.view is not None and (kept := knowledge.view.answers.get(frame)) is not None:
        return Answer(kept)
    decode = partial(guard, partial(_answer_decoded, knowledge, frame))
    return LongWork(decode) if len(frame) > SHORT_FRAME else decode()


def name_request(frame: bytes) -> str:
    """What is asked for, for the log: the arguments, which may have passwords in them, are left out."""
    try:
        return decode_request(frame).method
    except RequestParseError:
        return "a request that cannot be understood"


def _answer_decoded(knowledge: Knowledge, frame: bytes) -> Step:
    request: Any = decode_request(frame).decode()
    return _FIRST_STEPS[type(request)](knowledge, request, frame)


def _answer_job(knowledge: Knowledge, request: JobRequest, frame: bytes) -> Step:
    if knowledge.has_job_daemon:
        return relay(request, frame)
    raise LuxiError(f"{request.method} is no query: send it to the job daemon's socket, {knowledge.master_socket}")


def _refuse_internal(_: Knowledge, request: InternalRequest, _frame: bytes) -> Step:
    raise GenericError(f"Luxi call '{request.method}' is for internal use only")


_FIRST_STEPS: Final[Mapping[type, Callable[[Knowledge, Any, bytes], Step]]] = {
    Query: answer_query,
    QueryFields: answer_fields,
    QueryInstances: answer_classic,
    QueryNodes: answer_classic,
    QueryGroups: answer_classic,
    QueryNetworks: answer_classic,
    QueryExports: answer_exports,
    QueryJobs: answer_jobs,
    QueryFilters: answer_filters,
    QueryConfigValues: answer_config_values,
    QueryClusterInfo: answer_cluster_info,
    QueryTags: answer_tags,
    WaitForJobChange: answer_wait,
    JobRequest: _answer_job,
    InternalRequest: _refuse_internal,
}
"""How each kind of request is answered, given its bytes, too."""
