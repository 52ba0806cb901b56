"""What Ganeti's own commands asked a real cluster, were answered, and printed.

``commands.json`` has an object for each command line: the line, its exit status, what was printed to either stream, and
the requests with their answers. It is made anew by ``python -m tests.interop.record_commands``.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from ganeti_lite.opcodes import decode_opcode

FILE: Final = Path(__file__).with_name("commands.json")

Request = tuple[str, Any]
"""Method and arguments."""


@frozen
class Recording:
    """One command line of Ganeti's.

    :ivar exchange: method, arguments and the whole answer of each request, in turn.
    """

    line: str
    status: int
    output: Sequence[str]
    errors: Sequence[str]
    exchange: Sequence[tuple[str, Any, Any]] = field(repr=False)


def load_recordings() -> list[Recording]:
    """All of them."""
    return [Recording(**each) for each in json.loads(FILE.read_text())]


def comparable(method: str, args: Any) -> Request:
    """A request without what may differ: points in time, the order of alternatives, defaults spelled out or not."""
    if method == "SetWatcherPause":
        return method, [args[0] is None]
    if method == "ReplaceFilter":
        return method, [*args[:-1], _without_times(args[-1])]
    if method == "Query":
        return method, [*args[:2], _sort_alternatives(args[2])]
    if method == "SubmitJob":
        return method, _decode_job(args[0])
    if method == "SubmitManyJobs":
        return method, [_decode_job(job) for job in args[0]]
    return method, args


def _without_times(trail: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(entry[:2]) for entry in trail]


def _sort_alternatives(qfilter: Any) -> Any:
    if not isinstance(qfilter, list):
        return qfilter
    parts = [_sort_alternatives(part) for part in qfilter]
    return ["|", *sorted(parts[1:], key=json.dumps)] if parts[:1] == ["|"] else parts


def _decode_job(job: Sequence[Any]) -> list[dict[str, Any]]:
    decoded: list[dict[str, Any]] = [decode_opcode({"dry_run": False, **_drop_nulls(opcode)}) for opcode in job]
    return [{**opcode, "reason": _without_times(opcode["reason"])} for opcode in decoded]


def _drop_nulls(opcode: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in opcode.items() if value is not None}
