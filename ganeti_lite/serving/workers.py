"""Worker threads that live as long as the daemon."""

from collections.abc import Callable
from typing import TypeVar

from twisted.application.service import Service
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorFromThreads
from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool

T = TypeVar("T")
R = TypeVar("R")


class WorkerThreads(Service):
    """A thread pool; called with a function, it brings that function's result.

    All threads are made at the start: one that the system refuses later, when it has none left, would be missed by
    those who wait for it.

    :ivar under_way: how many functions it was given whose results it has not brought yet.
    :param size: how many functions may run at once.
    """

    def __init__(
        self,
        reactor: IReactorFromThreads,
        name: str,
        size: int,
        make_pool: Callable[[int, int, str], ThreadPool] = ThreadPool,
    ) -> None:
        self.under_way = 0
        self._reactor = reactor
        self._pool = make_pool(size, size, name)

    def __call__(self, function: Callable[[], T], /) -> Deferred[T]:
        """Run *function* in a thread; it waits for one until the service is started."""
        self.under_way += 1
        return deferToThreadPool(self._reactor, self._pool, function).addBoth(self._count_down)

    def _count_down(self, outcome: R) -> R:
        self.under_way -= 1
        return outcome

    def startService(self) -> None:
        """Make the threads; raises RuntimeError if the system has none."""
        super().startService()
        self._pool.start()

    def stopService(self) -> None:
        """Let what runs finish, then end the threads."""
        super().stopService()
        self._pool.stop()
