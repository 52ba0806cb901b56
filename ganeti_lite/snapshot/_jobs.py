"""Jobs as frozen values, and all jobs of a queue at one moment.

Times are ``(seconds, microseconds)`` since 1970. What an opcode was given and what it gave stay the bytes that the
job's file has for them, since most questions are about something else.
Source of the shapes: job files of Ganeti 3.0.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import msgspec
from attrs import frozen

from ganeti_lite.constants import JobStatus, LogType

from ._table import Listing

Time: TypeAlias = tuple[int, int]

JsonText: TypeAlias = msgspec.Raw
"""One JSON value as the file has it, not decoded yet."""


class LogEntry(NamedTuple):
    """Something that an opcode said; ``serial`` rises by one from entry to entry of a job, over all of its opcodes."""

    serial: int
    time: Time
    type: LogType
    payload: JsonText


class JobOpcode(msgspec.Struct, frozen=True, eq=False, gc=False):
    """An opcode of a job and how far it has come, by the keys of the job's file, from which it is decoded.

    :ivar input: the opcode with its parameters.
    :ivar log: what it has said; None, too, if nothing.
    :ivar priority: smaller is more urgent; may have changed since the opcode was submitted.
    :ivar start_timestamp: when it began to wait for its locks, ``exec_timestamp`` when it had them,
        ``end_timestamp`` when it was over.
    """

    input: JsonText
    status: JobStatus
    result: JsonText
    log: tuple[LogEntry, ...] | None = None
    priority: int = 0
    start_timestamp: Time | None = None
    exec_timestamp: Time | None = None
    end_timestamp: Time | None = None


@frozen(eq=False)
class Job:
    """A job.

    :ivar is_archived: whether its file is in the archive.
    :ivar livelock: path of the file that the process of the job keeps locked while it lives.
    """

    id: int
    opcodes: tuple[JobOpcode, ...]
    received: Time | None = None
    start: Time | None = None
    end: Time | None = None
    is_archived: bool = False
    livelock: str | None = None
    process_id: int | None = None

    @cached_property
    def status(self) -> JobStatus:
        """The job's status, which follows from its opcodes'."""
        return derive_status([opcode.status for opcode in self.opcodes])

    @property
    def priority(self) -> int:
        """The most urgent priority of the opcodes that are not over; 0 if all are."""
        return min((opcode.priority for opcode in self.opcodes if not opcode.status.is_final), default=0)

    @property
    def log(self) -> Iterator[LogEntry]:
        """The log entries of all opcodes."""
        return (entry for opcode in self.opcodes for entry in opcode.log or ())


@frozen(eq=False)
class UnreadableJob:
    """A job of which there is only the id; ``reason`` says why, and ``is_missing`` whether there is no file."""

    id: int
    reason: str
    is_missing: bool = False


JobRecord: TypeAlias = Job | UnreadableJob

JobKey: TypeAlias = tuple[int, int]
"""A job's id, and how many jobs of that id come before it in the listing: almost always 0."""


def derive_status(statuses: Sequence[JobStatus]) -> JobStatus:
    """The status of a job whose opcodes have *statuses*."""
    found = JobStatus.QUEUED
    for status in statuses:
        match status:
            case JobStatus.CANCELING | JobStatus.CANCELED | JobStatus.ERROR:
                return status
            case JobStatus.WAITING | JobStatus.RUNNING:
                found = status
    return JobStatus.SUCCESS if all(status is JobStatus.SUCCESS for status in statuses) else found


@frozen(eq=False)
class JobTable(Listing[JobKey, JobRecord]):
    """Jobs in order of their ids."""

    ordered: tuple[JobRecord, ...]
    positions: Mapping[JobKey, int]

    @classmethod
    def of(cls, jobs: Iterable[JobRecord]) -> "JobTable":
        """A table of *jobs*."""
        ordered = tuple(sorted(jobs, key=lambda job: job.id))
        seen: Counter[int] = Counter()
        positions: dict[JobKey, int] = {}
        for index, job in enumerate(ordered):
            positions[job.id, seen[job.id]] = index
            seen[job.id] += 1
        return cls(ordered, MappingProxyType(positions))

    def __getitem__(self, key: JobKey) -> JobRecord:
        return self.ordered[self.positions[key]]

    def __iter__(self) -> Iterator[JobKey]:
        return iter(self.positions)

    def __len__(self) -> int:
        return len(self.ordered)


@frozen(eq=False)
class QueueSnapshot:
    """The jobs of a queue at one moment: those that are not archived, or all."""

    jobs: JobTable
