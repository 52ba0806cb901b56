"""The answers to requests about jobs: adding a method is adding a row to :attr:`JobMethods._ways`."""

from collections.abc import Callable, Collection, Generator, Mapping
from functools import partial
from typing import Any, Final, Protocol

from twisted.internet.defer import Deferred, inlineCallbacks, maybeDeferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from ganeti_lite.errors import GanetiError, GenericError, ProgrammerError, RequestParseError
from ganeti_lite.snapshot import ClusterSnapshot, FilterRule, Job
from ganeti_lite.wire.luxi import encode_error, encode_success
from ganeti_lite.wire.noderpc import RpcResult
from ganeti_lite.wire.requests import JobRequest

from .changes import add, remove, update
from .live_queue import LiveQueue
from .lock_queue import LockQueue
from .submission import (
    ArchiveJob,
    AutoArchiveJobs,
    CancelJob,
    ChangeJobPriority,
    DeleteFilter,
    ReplaceFilter,
    SetDrainFlag,
    SetWatcherPause,
    SubmitJob,
    SubmitManyJobs,
    decode_order,
)
from .units import Change

PAUSE_TIMEOUT: Final = 60.0
"""Seconds that a node has for being told of the watcher's pause."""

ARCHIVE_BATCH: Final = 10
"""Jobs that are archived at once; then the time is looked at."""


class Apply(Protocol):
    """Writes a change of the configuration."""

    def __call__(self, change: Change, tell: Callable[[str], None], /) -> Deferred[ClusterSnapshot]: ...


class Call(Protocol):
    """Calls nodes."""

    def __call__(
        self, method: str, arguments: Mapping[str, list[Any]], timeout: float, /
    ) -> Deferred[Mapping[str, RpcResult]]: ...


class JobMethods:
    """The :class:`~ganeti_lite.serving.gather.JobDaemon` that is this process.

    :param snapshot: the newest configuration.
    :param implemented: the opcodes that can be carried out.
    :param clock: what an order may take is measured by.
    :param now: seconds since 1970.
    :param new_uuid: makes one for a rule.
    """

    log = Logger()

    def __init__(
        self,
        queue: LiveQueue,
        locks: LockQueue,
        apply: Apply,
        call: Call,
        snapshot: Callable[[], ClusterSnapshot],
        implemented: Collection[str],
        clock: IReactorTime,
        now: Callable[[], float],
        new_uuid: Callable[[], str],
    ) -> None:
        self._queue = queue
        self._locks = locks
        self._apply = apply
        self._call = call
        self._snapshot = snapshot
        self._implemented = implemented
        self._clock = clock
        self._now = now
        self._new_uuid = new_uuid
        self._ways: Mapping[type, Callable[[Any], Any]] = {
            SubmitJob: self._submit,
            SubmitManyJobs: self._submit_many,
            CancelJob: lambda order: self._queue.cancel(order.job_id, kill=order.kill),
            ArchiveJob: self._archive,
            AutoArchiveJobs: self._archive_old,
            ChangeJobPriority: lambda order: self._queue.change_priority(order.job_id, order.priority),
            SetDrainFlag: self._set_drain,
            SetWatcherPause: self._set_pause,
            ReplaceFilter: self._replace_rule,
            DeleteFilter: self._delete_rule,
        }

    def list_locks(self) -> Deferred[object]:
        """Who holds which locks, and who waits for them."""
        return succeed(self._locks.listing())

    def answer(self, request: JobRequest, frame: bytes) -> Deferred[bytes]:
        """Do what is asked for, and say what came of it; never fails."""
        del frame
        answering: Deferred[Any] = maybeDeferred(self._carry_out, request)
        answering.addCallbacks(encode_success, partial(self._explain, request.method))
        return answering

    def _carry_out(self, request: JobRequest) -> Any:
        order = decode_order(request.method, request.args, self._implemented)
        return self._ways[type(order)](order)

    def _explain(self, method: str, failure: Failure) -> bytes:
        error = failure.value
        if isinstance(error, GanetiError | RequestParseError):
            return encode_error(error)
        self.log.failure("answering {method}", failure, method=method)
        return encode_error(ProgrammerError("The request failed for an internal reason: see the log"))

    @inlineCallbacks
    def _submit(self, order: SubmitJob) -> Generator[Deferred[Any], Any, int]:
        if not order.ignores_drain:
            self._refuse_if_drained()
        ((is_taken, number),) = yield self._queue.submit([order.opcodes], is_one=True)
        if not is_taken:
            raise GenericError(number)
        job_id: int = number
        return job_id

    def _submit_many(self, order: SubmitManyJobs) -> Deferred[list[list[Any]]]:
        self._refuse_if_drained()
        return self._queue.submit(order.jobs)

    def _refuse_if_drained(self) -> None:
        if self._queue.is_drained:
            raise GenericError("Queue drained")

    @inlineCallbacks
    def _archive(self, order: ArchiveJob) -> Generator[Deferred[Any], Any, bool]:
        archived = yield self._queue.archive([order.job_id])
        return bool(archived)

    @inlineCallbacks
    def _archive_old(self, order: AutoArchiveJobs) -> Generator[Deferred[Any], Any, list[int]]:
        """How many jobs were archived, and how many were not looked at before the time was up."""
        deadline = self._clock.seconds() + order.timeout
        jobs = yield self._queue.list_over()
        latest = self._now() - order.age
        archived = looked_at = 0
        while looked_at < len(jobs) and self._clock.seconds() < deadline:
            batch = jobs[looked_at : looked_at + ARCHIVE_BATCH]
            looked_at += len(batch)
            moved = yield self._queue.archive([job.id for job in batch if order.age < 0 or _ended_at(job) < latest])
            archived += len(moved)
        return [archived, len(jobs) - looked_at]

    @inlineCallbacks
    def _set_drain(self, order: SetDrainFlag) -> Generator[Deferred[Any], Any, bool]:
        yield self._queue.set_drain(order.is_drained)
        return True

    @inlineCallbacks
    def _set_pause(self, order: SetWatcherPause) -> Generator[Deferred[Any], Any, int | None]:
        """Tell the master and the candidates; one that does not answer keeps its watcher as it is."""
        snapshot = self._snapshot()
        candidates = {node.uuid for node in snapshot.nodes.values() if node.master_candidate}
        arguments: dict[str, list[Any]] = {
            uuid: [order.until] for uuid in sorted({*candidates, snapshot.cluster.master_node})
        }
        yield self._call("set_watcher_pause", arguments, PAUSE_TIMEOUT)
        return order.until

    @inlineCallbacks
    def _replace_rule(self, order: ReplaceFilter) -> Generator[Deferred[Any], Any, str]:
        rule = FilterRule(
            uuid=order.uuid or self._new_uuid(),
            watermark=self._queue.last_id,
            priority=order.priority,
            predicates=tuple(_freeze(predicate.to_json()) for predicate in order.predicates),
            action=_freeze(order.action.to_json()),
            reason_trail=(*order.reason_trail, ("luxid", "", int(self._now() * 1e6) * 1000)),
        )
        yield self._apply(partial(_put_rule, rule), _tell_nobody)
        return rule.uuid

    @inlineCallbacks
    def _delete_rule(self, order: DeleteFilter) -> Generator[Deferred[Any], Any, None]:
        yield self._apply(partial(_drop_rule, order.uuid), _tell_nobody)


def _tell_nobody(line: str) -> None:
    """What goes wrong on the way to other nodes is logged where it does."""
    del line


def _put_rule(rule: FilterRule, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    return (update if rule.uuid in snapshot.filters else add)(snapshot, rule, now)


def _drop_rule(uuid: str, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    rule = snapshot.filters.get(uuid)
    if rule is None:
        raise GenericError(f"Filter rule with UUID {uuid} does not exist")
    return remove(snapshot, rule, now)


def _freeze(value: object) -> Any:
    """JSON as the configuration keeps it."""
    match value:
        case list():
            return tuple(map(_freeze, value))
        case _:
            return value


def _ended_at(job: Job) -> float:
    """When a job ended, in seconds since 1970; infinitely late if it says nothing of that."""
    time_of = job.end or job.start
    return float("inf") if time_of is None else time_of[0] + time_of[1] / 1e6
