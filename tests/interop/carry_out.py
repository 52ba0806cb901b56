"""Has a job daemon carry out opcodes, and tells what came of each: result, log, changes of the configuration."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import evolve, frozen

from .config_changes import describe_changes
from .job_orders import Chapter, Correction, Opcode
from .luxi import Connection
from .processes import wait_until
from .takeover_script import settle

_OVER: Final = frozenset({"success", "error", "canceled"})
_FIELDS: Final = ("status", "opresult", "oplog")
_PATIENCE: Final = 300.0
"""Seconds for all jobs of a chapter that are submitted at once."""

_LISTED: Final = re.compile(r"(?<=violate them: ).*|(?<=are in use: ).*")
"""Lists in no certain order."""

_MEASURED: Final = re.compile(
    "|".join(
        (
            r"(?<=available )\d+(?= MiB)",
            r"(?<=children=)(?:None|\[\])",
            r"(?<=Communication failure to node )[^ :]+",
            r"(?<=Copy of file )\S*(?=/var/lib/ganeti/)",
            r"(?<=due to )\d+(?= MB)",
            r"(?<=fails syntax check: ).*(?= .current value)",
            r"(?<=on the remote node while leaving the cluster: ).*",
        )
    )
)
"""What differs from one look to the next, or is told in other words by us or by a library."""

_MAC: Final = re.compile(r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b")
_UNORDERED: Final = frozenset({"OP_TAGS_GET", "OP_TAGS_SEARCH"})
"""Opcodes whose results are in no certain order."""
_UNORDERED_LOGS: Final = frozenset({"OP_CLUSTER_REDIST_CONF", "OP_NETWORK_ADD"})
"""Opcodes that tell of nodes or files in no certain order."""

_MOVING: Final = frozenset({"ctime", "doc", "mtime"})
_UNTOLD: Final = ("Configuration data is not consistent", "Communication failure to node gone.example.com")
"""Entries of logs that only Ganeti's have; see the differences."""


@frozen
class Outcome:
    """What came of an opcode, without what differs from one run to the next.

    :ivar status: of its job; ``refused`` if it was not even taken.
    :ivar result: of the opcode; of one that failed, the error's class and arguments.
    :ivar log: types and payloads of the log's entries.
    :ivar changes: lines, see :func:`~tests.interop.config_changes.describe_changes`.
    :ivar correction: if it ends otherwise with us than with Ganeti.
    """

    opcode: Opcode
    status: str
    result: Any
    log: Any
    changes: tuple[str, ...] = ()
    correction: Correction | None = None

    @property
    def ended(self) -> str:
        """In a word."""
        return str(self.result[0]) if self.status == "error" else self.status


@frozen
class JobDaemon:
    """A job daemon, by its socket and the configuration that it writes."""

    connection: Connection
    config: Path

    def carry_out(self, chapter: Chapter) -> Iterator[Outcome]:
        """The outcome of each of a chapter's opcodes, in their order."""
        yield from self._one_by_one(chapter.before)
        before = self._read()
        yield from self._at_once([{**opcode, "dry_run": True} for opcode in chapter.tried])
        yield from self._at_once(chapter.asked)
        outcomes = self._at_once([correction.opcode for correction in chapter.corrected])
        for correction, outcome in zip(chapter.corrected, outcomes, strict=True):
            yield evolve(outcome, correction=correction)
        changes = describe_changes(before, self._read())
        yield Outcome({"OP_ID": "all that should change nothing"}, "success", None, None, tuple(changes))
        yield from self._one_by_one(chapter.after)

    def _one_by_one(self, opcodes: Sequence[Opcode]) -> Iterator[Outcome]:
        for opcode in opcodes:
            before = self._read()
            (outcome,) = self._at_once([opcode])
            yield evolve(outcome, changes=tuple(describe_changes(before, self._read())))

    def _at_once(self, opcodes: Sequence[Opcode]) -> Iterator[Outcome]:
        answers = [self.connection.ask("SubmitJob", [[opcode]]) for opcode in opcodes]
        taken = {index: answer.result for index, answer in enumerate(answers) if answer.error is None}
        jobs = self._await(list(taken.values()))
        for index, (opcode, answer) in enumerate(zip(opcodes, answers, strict=True)):
            if index in taken:
                yield _make_outcome(opcode, *jobs[taken[index]])
            else:
                error = answer.error
                yield Outcome(opcode, "refused", "malformed" if isinstance(error, str) else error[0], None)

    def _await(self, numbers: Sequence[int]) -> dict[int, Any]:
        """Status, results and logs of jobs once they are over, by their numbers."""
        jobs: dict[int, Any] = {}

        def are_over() -> bool:
            rows = self.connection.ask("QueryJobs", [list(numbers), list(_FIELDS)]).result
            jobs.update(zip(numbers, rows, strict=True))
            return all(status in _OVER for status, *_ in rows)

        if numbers:
            wait_until(are_over, f"jobs {numbers} are over", seconds=_PATIENCE)
        return jobs

    def _read(self) -> Any:
        return json.loads(self.config.read_bytes())


def _make_outcome(opcode: Opcode, status: str, results: Sequence[Any], logs: Sequence[Any]) -> Outcome:
    (result,), (log,) = _settle(results), logs
    name = opcode["OP_ID"]
    entries = [
        [kind, _settle(text)]
        for _, _, kind, text in log
        if not str(text).removeprefix(" - WARNING: ").startswith(_UNTOLD)
    ]
    if name in _UNORDERED_LOGS:
        entries.sort()
    if name in _UNORDERED and status == "success" and result is not None:
        result.sort()
    return Outcome(opcode, status, result, entries)


def _settle(value: Any) -> Any:
    """A result or an entry of a log without what differs from one run to the next, or is in our own words."""
    match value:
        case str():
            text = _MAC.sub("MAC", _MEASURED.sub("N", settle(value)))
            return _LISTED.sub(lambda match: ", ".join(sorted(match[0].split(", "))), text)
        case list():
            return [_settle(item) for item in value]
        case dict():
            members = {settle(key): _settle(item) for key, item in value.items() if key not in _MOVING}
            return {key: sorted(item) if key == "tags" else item for key, item in members.items()}
        case _:
            return value
