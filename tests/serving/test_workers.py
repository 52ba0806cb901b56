"""Worker threads: what runs in them, and how it is counted."""

import queue
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

from twisted.internet.defer import CancelledError
from twisted.internet.interfaces import IReactorFromThreads
from zope.interface import implementer
from zope.interface.verify import verifyObject

from ganeti_lite.serving.workers import WorkerThreads


@implementer(IReactorFromThreads)
class Inbox:
    """The part of a reactor that threads talk to: keeps what they want called until the test calls it."""

    def __init__(self) -> None:
        self._calls: queue.Queue[Callable[[], Any]] = queue.Queue()

    def callFromThread(  # noqa: N802 - Twisted's name
        self,
        callable: Callable[..., Any],  # noqa: A002 - as above
        *args: object,
        **kwargs: object,
    ) -> None:
        """Keep the call."""
        self._calls.put(partial(callable, *args, **kwargs))

    def take_one(self) -> None:
        """Do the next call; waits for it."""
        self._calls.get(timeout=10)()


def test_the_inbox_is_a_reactor_for_threads() -> None:
    """The stand-in has the interface of the real thing."""
    assert verifyObject(IReactorFromThreads, Inbox())


def test_what_is_under_way_is_counted() -> None:
    """Each function counts from when it is given, running or not, until its result or failure is brought."""
    inbox, go_on = Inbox(), Event()
    workers = WorkerThreads(inbox, "test", 1)
    results: list[object] = []
    workers(go_on.wait).addCallback(results.append)
    workers(lambda: 1 // 0).addErrback(lambda failure: results.append(failure.type))
    assert workers.under_way == 2
    workers.startService()
    assert workers.under_way == 2
    go_on.set()
    inbox.take_one()
    assert (workers.under_way, results) == (1, [True])
    inbox.take_one()
    assert (workers.under_way, results) == (0, [True, ZeroDivisionError])
    workers.stopService()


def test_who_does_not_wait_any_more_is_not_counted() -> None:
    """A result that nobody wants is not under way, and counts no second time when it comes."""
    inbox, go_on = Inbox(), Event()
    workers = WorkerThreads(inbox, "test", 1)
    workers.startService()
    unwanted = workers(go_on.wait)
    unwanted.addErrback(lambda failure: failure.trap(CancelledError))
    unwanted.cancel()
    assert workers.under_way == 0
    go_on.set()
    inbox.take_one()
    assert workers.under_way == 0
    workers.stopService()
