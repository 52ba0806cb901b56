"""Who waits for which job to change."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from ganeti_lite.snapshot import JobRecord

from .needs import ChangeNeeded


class _Waiter:
    """Somebody who waits, until there is news for him or his patience ends."""

    def __init__(self, need: ChangeNeeded, number: int, leave: Callable[["_Waiter"], None]) -> None:
        self.need = need
        self.number = number
        self.news: Deferred[Any] = Deferred(lambda _: self.leave())
        self.timer: IDelayedCall | None = None
        self._seen: JobRecord | None = None
        self._leave = leave

    def leave(self) -> None:
        """Wait no longer."""
        self._leave(self)
        if self.timer is not None and self.timer.active():
            self.timer.cancel()

    def see(self, record: JobRecord) -> None:
        """Take the job as it is now, if that is news; a record is looked at once, however often it is offered."""
        if record is not self._seen:
            self._seen = record
            if self.need.is_news(record):
                self.tell(record)

    def tell(self, news: JobRecord | Failure) -> None:
        """Hand over the news, unless he has had some before or has gone."""
        self.leave()
        if not self.news.called:
            self.news.callback(news)


class JobWaiters:
    """Those who wait, by job.

    :ivar arrivals: how many have come so far.
    :param read: how a job is read when somebody's patience ends.
    """

    def __init__(self, clock: IReactorTime, read: Callable[[int], Deferred[JobRecord]]) -> None:
        self.arrivals = 0
        self._clock = clock
        self._read = read
        self._by_job: defaultdict[int, dict[_Waiter, None]] = defaultdict(dict)

    @property
    def jobs(self) -> frozenset[int]:
        """The jobs that somebody waits for."""
        return frozenset(self._by_job)

    def add(self, need: ChangeNeeded) -> Deferred[JobRecord]:
        """The job when it is news; when patience ends, as it is then."""
        self.arrivals += 1
        waiter = _Waiter(need, self.arrivals, self._remove)
        self._by_job[need.job_id][waiter] = None
        waiter.timer = self._clock.callLater(need.patience, self._expire, waiter)
        return waiter.news

    def offer(self, records: Iterable[JobRecord], arrivals: int) -> None:
        """Tell those to whom one of these jobs is news.

        :param arrivals: how many had come when these began to be read; who has come later may know more than that.
        """
        for record in records:
            for waiter in tuple(self._by_job.get(record.id, ())):
                if waiter.number <= arrivals:
                    waiter.see(record)

    def dismiss(self) -> None:
        """Send everybody away."""
        for waiters in tuple(self._by_job.values()):
            for waiter in tuple(waiters):
                waiter.news.cancel()

    def _remove(self, waiter: _Waiter) -> None:
        job_id = waiter.need.job_id
        self._by_job[job_id].pop(waiter, None)
        if not self._by_job[job_id]:
            del self._by_job[job_id]

    def _expire(self, waiter: _Waiter) -> None:
        self._read(waiter.need.job_id).addBoth(waiter.tell)
