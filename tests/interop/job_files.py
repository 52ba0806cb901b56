"""Job files: of every status, with everything that a job may hold, and damaged in every way.

They are put into a queue directory after the daemons have been started, since the real one takes up unfinished jobs
only when it starts, and executes nothing here.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Final

from .odd_configs import JsonObject

STATUSES: Final = ("queued", "waiting", "canceling", "running", "canceled", "success", "error")
FINAL: Final = frozenset({"canceled", "success", "error"})
LOG_TYPES: Final = ("message", "message-list", "remote-import", "jqueue-test", "delay-test")

DELAY: Final[JsonObject] = {"OP_ID": "OP_TEST_DELAY", "duration": 1.5, "on_master": True, "reason": []}
INPUTS: Final[Sequence[Any]] = (
    DELAY,
    {"OP_ID": "OP_INSTANCE_STARTUP", "instance_name": "inst1.example.com", "reason": [["me", "why", 1]]},
    {"OP_ID": "OP_CLUSTER_VERIFY", "reason": [], "comment": "all", "priority": -10},
    {"OP_ID": "OP_TAGS_GET", "kind": "node", "name": "node1", "reason": [], "depends": [[3, ["success"]], [4, []]]},
    {"OP_ID": "OP_OF_ANOTHER_RELEASE", "number": 2.0},
)
"""Opcodes; their own comparison looks at every opcode and parameter."""

VALUES: Final[Sequence[Any]] = (
    *(None, True, False, 0, 1, -1, 2**31, 2**63, -(2**70), "", "text", '"quoted"\\\t\n\x01\x7f/', [], {}),
    *(1.0, -0.0, 0.1, 1.5, 0.05, 1e-7, 1e7, 12345678.25, 1e22, 1.5e300, 5e-324, -2.5, 123456.789),
    *([[1.0, [2.0, {"a": 3.0, "": None}]], {"b": {"c": [{}]}, "a": [True, "x"]}, [None, None]]),
    *(["OpPrereqError", ["Instance 'x' not known", "unknown_entity"]], ["OpExecError", ["Preceding opcode failed"]]),
    *({"jobs": [[True, 302], [False, "text"]]}, "Job canceled by request", "detected death of job 44"),
)
"""What opcodes may give, and log entries hold."""

TIMES: Final[Sequence[Any]] = (None, [0, 0], [1795374995, 465420], [1795374995, 999999], [2**40, 0], [-1, 5])


def make_opcode(status: str = "success", **changes: Any) -> JsonObject:
    """An opcode of a job file, but for ``changes``."""
    times = {f"{name}_timestamp": [1795375150 + index, 459961] for index, name in enumerate(("start", "exec", "end"))}
    return {"input": DELAY, "status": status, "result": None, "log": [], "priority": 0, **times, **changes}


def make_job(*opcodes: JsonObject, **changes: Any) -> JsonObject:
    """A job of these opcodes, with every time set, but for ``changes``; its number is its file's to say."""
    times = {f"{name}_timestamp": [1795375150, 459961] for name in ("received", "start", "end")}
    return {"id": 1, "ops": list(opcodes), **times, **changes}


def every_status() -> Iterator[JsonObject]:
    """Jobs of up to three opcodes in every combination of statuses, with different priorities, inputs and times."""
    for length in range(4):
        for number, statuses in enumerate(product(STATUSES, repeat=length)):
            opcodes = [
                make_opcode(status, priority=(number * 7 + index * 3) % 40 - 20, input=INPUTS[(number + index) % 5])
                for index, status in enumerate(statuses)
            ]
            times = {f"{name}_timestamp": [1795375150 + number, number] for name in ("received", "start", "end")}
            yield make_job(*opcodes, **times)


def every_value() -> Iterator[JsonObject]:
    """Jobs with every kind of result, log entry and time."""
    for value in VALUES:
        yield make_job(make_opcode(result=value), make_opcode("error", result=[value, value]))
    for serial, (kind, payload) in enumerate(product(LOG_TYPES, VALUES), start=1):
        yield make_job(make_opcode(log=[[serial, [1795375150, serial], kind, payload]]))
    several = [[serial, [1795375150, serial], "message", f"line {serial}"] for serial in range(1, 6)]
    yield make_job(make_opcode(log=several[:2]), make_opcode(), make_opcode("running", log=several[2:]))
    for time in TIMES:
        yield make_job(make_opcode(), received_timestamp=time)
        yield make_job(make_opcode(), start_timestamp=time, end_timestamp=time)
        yield make_job(make_opcode(start_timestamp=time, exec_timestamp=time, end_timestamp=time))
    for name in ("start_timestamp", "exec_timestamp", "end_timestamp"):
        yield make_job(without(make_opcode(), name))
    for name in ("received_timestamp", "start_timestamp", "end_timestamp"):
        yield make_job(make_opcode(), make_opcode(), **{name: None})
        yield without(make_job(make_opcode()), name)
    yield make_job(make_opcode(), livelock="/run/livelock", process_id=5)
    yield make_job(make_opcode(), livelock=None, process_id=None)


def without(entry: JsonObject, *names: str) -> JsonObject:
    """The object less some of its members."""
    return {name: value for name, value in entry.items() if name not in names}


def encode_job(job: Any) -> bytes:
    """The job's file."""
    return json.dumps(job).encode()


def damaged() -> Mapping[str, bytes]:
    """Files that are no jobs, or nearly so, by what is the matter with them."""
    whole = encode_job(make_job(make_opcode()))
    jobs: dict[str, Any] = {"a list": [make_job()], "null": None, "no ids": without(make_job(), "id")}
    jobs |= {f"{name} missing": without(make_job(make_opcode()), name) for name in ("id", "ops")}
    for name in ("input", "status", "result", "log"):
        jobs[f"{name} of an opcode missing"] = make_job(without(make_opcode(), name))
    for name in make_job():
        jobs |= {f"{name} = {value!r}": make_job(make_opcode()) | {name: value} for value in _WRONG}
    for name in without(make_opcode(), "input", "result"):
        jobs |= {f"{name} of an opcode = {value!r}": make_job(make_opcode(**{name: value})) for value in _WRONG}
    jobs["priority of an opcode missing"] = make_job(without(make_opcode(), "priority"))
    jobs["unknown key"] = make_job(make_opcode(), of_a_later_release=1)
    jobs["unknown key of an opcode"] = make_job(make_opcode(of_a_later_release=1))
    for entry in _WRONG_ENTRIES:
        jobs[f"log entry {entry!r}"] = make_job(make_opcode(log=[entry]))
    for time in _WRONG_TIMES:
        jobs[f"received {time!r}"] = make_job(make_opcode(), received_timestamp=time)
        jobs[f"end of an opcode {time!r}"] = make_job(make_opcode(end_timestamp=time))
    files = {name: encode_job(job) for name, job in jobs.items()}
    files |= {f"cut to {length}": whole[:length] for length in (0, 1, len(whole) // 2, len(whole) - 1)}
    files |= {"binary": bytes(range(256)), "text behind": whole + b"x", "blank before": b" " + whole}
    files |= {"lines": json.dumps(json.loads(whole), indent=1).encode() + b"\n", "line end": whole + b"\n"}
    files["byte order mark"] = b"\xef\xbb\xbf" + whole
    return files


_WRONG: Final[Sequence[Any]] = (None, True, 5, -1, 1.5, 2.0, "x", "5", [], [1], {}, {"a": 1}, [[]])
_WRONG_ENTRIES: Final[Sequence[Any]] = (
    *([], [1], [1, [1, 2], "message"], [1, [1, 2], "message", "x", 5], [1, [1, 2], "unheard-of", "x"]),
    *([1, [1, 2], "message-list", ["x"]], ["1", [1, 2], "message", "x"], [1.0, [1, 2], "message", "x"]),
    *([1.5, [1, 2], "message", "x"], [1, None, "message", "x"], [1, [1.0, 2.0], "message", "x"], None, {}, "x"),
    *([1, [1, 2], None, "x"], [1, 5, "message", "x"], [None, [1, 2], "message", "x"]),
)
_WRONG_TIMES: Final[Sequence[Any]] = (
    *([], [1], [1, 2, 3], [1.0, 2.0], [1.5, 2], [1, 2.5], ["1", "2"], [None, 1], [True, 1], 5, "x", {}, [[1, 2]]),
    *([2**63, 0], [2**64, 5], [1, -1], [1, 10**7]),
)


def write_jobs(queue: Path, files: Sequence[bytes], *, first: int = 1, folder: str = ".") -> list[int]:
    """Put files into a queue directory, or a folder below it, as jobs of rising numbers; the numbers."""
    numbers = list(range(first, first + len(files)))
    queue.joinpath(folder).mkdir(parents=True, exist_ok=True)
    for number, content in zip(numbers, files, strict=True):
        queue.joinpath(folder, f"job-{number}").write_bytes(content)
    return numbers
