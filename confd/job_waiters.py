"""Who waits for which job to change."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from ganeti_lite.snapshot import JobRecord

from .needs import ChangeNeeded


class _Waiter:
    """Somebody who waits, until there is news for him or his patience ends."""

    def __init__(self, need: ChangeNeeded, leave: Callable[["_Waiter"], None]) -> None:
        self.need = need
        self.news: Deferred[JobRecord] = Deferred(lambda _: self.leave())
        self.timer: IDelayedCall | None = None
        self._leave = leave

    def leave(self) -> None:
        """Wait no longer."""
        self._leave(self)
        if self.timer is not None and self.timer.active():
            self.timer.cancel()

    def tell(self, record: JobRecord) -> None:
        """Hand over the news."""
        self.leave()
        self.news.callback(record)


class JobWaiters:
    """Those who wait, by job.

    :param read: how a job is read when somebody's patience ends.
    """

    def __init__(self, clock: IReactorTime, read: Callable[[int], Deferred[JobRecord]]) -> None:
        self._clock = clock
        self._read = read
        self._by_job: defaultdict[int, dict[_Waiter, None]] = defaultdict(dict)

    @property
    def jobs(self) -> frozenset[int]:
        """The jobs that somebody waits for."""
        return frozenset(self._by_job)

    def add(self, need: ChangeNeeded) -> Deferred[JobRecord]:
        """The job when it is news; when patience ends, as it is then."""
        waiter = _Waiter(need, self._remove)
        self._by_job[need.job_id][waiter] = None
        waiter.timer = self._clock.callLater(need.patience, self._expire, waiter)
        return waiter.news

    def offer(self, records: Iterable[JobRecord]) -> None:
        """Tell those to whom one of these jobs, as it is now, is news."""
        for record in records:
            for waiter in tuple(self._by_job.get(record.id, ())):
                if waiter.need.is_news(record):
                    waiter.tell(record)

    def _remove(self, waiter: _Waiter) -> None:
        job_id = waiter.need.job_id
        self._by_job[job_id].pop(waiter, None)
        if not self._by_job[job_id]:
            del self._by_job[job_id]

    def _expire(self, waiter: _Waiter) -> None:
        self._remove(waiter)
        self._read(waiter.need.job_id).chainDeferred(waiter.news)
