"""The answers to requests about jobs: adding a method is adding a row to :attr:`JobMethods._ways`."""

from collections.abc import Callable, Collection, Generator, Mapping
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred, inlineCallbacks, maybeDeferred, succeed
from twisted.logger import Logger
from twisted.python.failure import Failure

from ganeti_lite.errors import GanetiError, GenericError, ProgrammerError, RequestParseError
from ganeti_lite.wire.luxi import encode_error, encode_success
from ganeti_lite.wire.requests import JobRequest

from .ended_jobs import EndedJobs
from .filter_rules import FilterRules
from .live_queue import LiveQueue
from .lock_queue import LockQueue
from .shared_queue import SharedQueue
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


class JobMethods:
    """The :class:`~ganeti_lite.serving.gather.JobDaemon` that is this process.

    :param pause: tells the nodes until when the watchers pause.
    :param implemented: the opcodes that can be carried out.
    """

    log = Logger()

    def __init__(
        self,
        queue: SharedQueue,
        live: LiveQueue,
        ended: EndedJobs,
        rules: FilterRules,
        locks: LockQueue,
        pause: Callable[[int | None], Deferred[Any]],
        implemented: Collection[str],
    ) -> None:
        self._queue = queue
        self._live = live
        self._ended = ended
        self._locks = locks
        self._pause = pause
        self._implemented = implemented
        self._ways: Mapping[type, Callable[[Any], Any]] = {
            SubmitJob: self._submit,
            SubmitManyJobs: self._submit_many,
            CancelJob: lambda order: live.cancel(order.job_id, kill=order.kill),
            ArchiveJob: self._archive,
            AutoArchiveJobs: lambda order: ended.archive_old(order.age, order.timeout),
            ChangeJobPriority: lambda order: live.change_priority(order.job_id, order.priority),
            SetDrainFlag: self._set_drain,
            SetWatcherPause: self._set_pause,
            ReplaceFilter: rules.replace,
            DeleteFilter: rules.delete,
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
        submitting = self._live.submit([order.opcodes], is_one=True, ignores_drain=order.ignores_drain)
        ((is_taken, number),) = yield submitting
        if not is_taken:
            raise GenericError(number)
        job_id: int = number
        return job_id

    def _submit_many(self, order: SubmitManyJobs) -> Deferred[list[list[Any]]]:
        return self._live.submit(order.jobs)

    @inlineCallbacks
    def _archive(self, order: ArchiveJob) -> Generator[Deferred[Any], Any, bool]:
        archived = yield self._ended.archive([order.job_id])
        return bool(archived)

    @inlineCallbacks
    def _set_drain(self, order: SetDrainFlag) -> Generator[Deferred[Any], Any, bool]:
        yield self._queue.set_drain(order.is_drained)
        return True

    @inlineCallbacks
    def _set_pause(self, order: SetWatcherPause) -> Generator[Deferred[Any], Any, int | None]:
        yield self._pause(order.until)
        return order.until
