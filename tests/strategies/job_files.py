"""Job files as decoded JSON: what Ganeti's daemons write, and what a reader must bear besides."""

import json
from typing import Any, Final

from hypothesis import strategies as st

from ganeti_lite.constants import JobStatus, LogType

from .objects import JsonObject

JSON: Final[st.SearchStrategy[Any]] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
"""Any JSON value that a file can hold."""

_TIMES: Final = st.none() | st.tuples(st.integers(0, 2**33), st.integers(0, 999_999)).map(list)
_INPUTS: Final = st.sampled_from(
    [
        {"OP_ID": "OP_TEST_DELAY", "duration": 1.0, "reason": [["gnt:user", "", 1795375150459961000]]},
        {"OP_ID": "OP_INSTANCE_STARTUP", "instance_name": "inst1", "priority": -10, "reason": []},
        {"OP_ID": "OP_NOVELTY", "x": 1},
        {"duration": 1},
    ]
)
_LOG_ENTRIES: Final = st.tuples(
    st.integers(0, 99), st.tuples(st.integers(0, 2**33), st.integers(0, 999_999)), st.sampled_from(LogType), JSON
).map(lambda entry: [entry[0], list(entry[1]), str(entry[2]), entry[3]])


def _opcodes(statuses: st.SearchStrategy[JobStatus]) -> st.SearchStrategy[JsonObject]:
    needed = {"input": _INPUTS | JSON, "status": statuses.map(str), "result": JSON}
    optional = {
        "log": st.lists(_LOG_ENTRIES, max_size=2),
        "priority": st.integers(-20, 19),
        "start_timestamp": _TIMES,
        "exec_timestamp": _TIMES,
        "end_timestamp": _TIMES,
        "novelty": JSON,
    }
    return st.fixed_dictionaries(needed, optional=optional)


def job_files(
    statuses: st.SearchStrategy[JobStatus] = st.sampled_from(JobStatus),  # noqa: B008 - strategies are values
) -> st.SearchStrategy[JsonObject]:
    """A job file; whatever may be missing may be, and there may be keys that nobody knows."""
    optional = {
        "received_timestamp": _TIMES,
        "start_timestamp": _TIMES,
        "end_timestamp": _TIMES,
        "livelock": st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
        "process_id": st.none() | st.integers(1, 2**22),
        "novelty": JSON,
    }
    needed = {"id": st.integers(0, 10**6), "ops": st.lists(_opcodes(statuses), max_size=4)}
    return st.fixed_dictionaries(needed, optional=optional)


def encode_job_file(job: JsonObject, *, is_spaced: bool = False) -> bytes:
    """The bytes of a job file: compact as it is submitted, or spaced and with a line end as it is written later."""
    if is_spaced:
        return json.dumps(job).encode() + b"\n"
    return json.dumps(job, separators=(",", ":"), ensure_ascii=False).encode()
