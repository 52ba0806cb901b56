"""What a query about jobs needs to be told, and what may have changed for one who waits. Pure."""

import json
from collections.abc import Sequence

from attrs import frozen

from ganeti_lite.constants import ItemType
from ganeti_lite.errors import GenericError, JobLost
from ganeti_lite.job_ids import check_job_id, parse_job_id
from ganeti_lite.snapshot import Job, JobRecord, LogEntry, UnreadableJob

from .cells import encode_json
from .evaluate import evaluate_objects
from .fields import FIELDS, encode_log_entry
from .plan import QueryPlan, check_classic
from .qfilter import Literal, list_requested_keys

ID_FIELD = "id"
ARCHIVED_FIELD = "archived"
"""Only who wants to see whether a job is archived is shown the archived ones."""


@frozen
class JobSelection:
    """Which jobs a query is about.

    :ivar ids: these, in this order, each once, whether they exist or not; None for all that there are.
    :ivar with_archive: whether archived ones are among all.
    """

    ids: tuple[int, ...] | None
    with_archive: bool


def select_jobs(plan: QueryPlan) -> JobSelection:
    """The jobs that a ``Query`` is about.

    :raises GenericError: something else than an id is asked for by id.
    """
    ids = list(map(_read_id, list_requested_keys(plan.qfilter, ID_FIELD)))
    return select_jobs_by_id(plan, ids)


def select_jobs_by_id(plan: QueryPlan, ids: Sequence[int]) -> JobSelection:
    """The jobs that a classic query is about; all if there are no *ids*."""
    with_archive = any(field.name == ARCHIVED_FIELD for field in plan.fields)
    return JobSelection(tuple(dict.fromkeys(ids)) or None, with_archive)


def _read_id(key: Literal) -> int:
    try:
        return parse_job_id(key) if isinstance(key, str) else check_job_id(key)
    except ValueError as error:
        raise GenericError(str(error)) from error


@frozen
class JobWatch:
    """What somebody who waits for a job to change knows of it.

    :ivar fields: names of the fields whose values count.
    :ivar previous: the values that are known, as decoded JSON; anything else than a list of values for none.
    :ivar last_serial: of the newest log entry that is known; None for none.
    """

    fields: tuple[str, ...]
    previous: object
    last_serial: int | None

    def is_news(self, record: JobRecord) -> bool:
        """Whether there is something to tell: a change, a new log entry, or that nothing more will follow."""
        if not isinstance(record, Job) or record.status.is_final:
            return True
        if self._list_news(record):
            return True
        return not _is_same(json.loads(self._values(record)), self.previous)

    def describe(self, record: JobRecord) -> bytes:
        """The values of the fields and the new log entries, as JSON.

        A field that does not exist leaves nothing to tell: its answer has neither values nor entries.

        :raises JobLost: there is no such job any more, or its file is damaged.
        """
        if isinstance(record, UnreadableJob):
            raise JobLost("Can't load job file" if record.is_missing else record.reason)
        return b"[%b,[%b]]" % (self._values(record), b",".join(map(encode_log_entry, self._list_news(record))))

    @property
    def _is_answerable(self) -> bool:
        return all(name in FIELDS[ItemType.JOB] for name in self.fields)

    def _values(self, record: Job) -> bytes:
        if not self._is_answerable:
            return encode_json([None] * len(self.fields))
        return evaluate_objects(check_classic(ItemType.JOB, self.fields), [record])[1:-1]

    def _list_news(self, record: Job) -> Sequence[LogEntry]:
        if not self._is_answerable:
            return ()
        last = self.last_serial
        return [entry for entry in record.log if last is None or entry.serial > last]


def _is_same(value: object, other: object) -> bool:
    """Whether two JSON values, however deep, are equal: ``1`` and ``1.0`` are, ``1`` and ``true`` are not."""
    pending = [(value, other)]
    while pending:
        match pending.pop():
            case (list(one), list(two)) if len(one) == len(two):
                pending.extend(zip(one, two, strict=True))
            case (dict(one), dict(two)) if one.keys() == two.keys():
                pending.extend((one[key], two[key]) for key in one)
            case (list() | dict(), _) | (_, list() | dict()):
                return False
            case (one, two) if one != two or isinstance(one, bool) is not isinstance(two, bool):
                return False
    return True
