"""Worker threads: they are there from the start, and what runs in them is counted."""

import queue
import threading
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

import pytest
from twisted.internet.defer import CancelledError
from twisted.internet.interfaces import IReactorFromThreads
from twisted.internet.selectreactor import SelectReactor
from twisted.python.threadpool import ThreadPool
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


class RefusedThread(threading.Thread):
    """What Python does where the system has no thread left."""

    def start(self) -> None:
        """Fail."""
        raise RuntimeError("can't start new thread")


class ThreadlessPool(ThreadPool):
    """A pool on a system that has no thread left."""

    threadFactory = RefusedThread  # noqa: N815 - Twisted's name


def names_of_threads(pool: str) -> list[str]:
    """The threads of that pool that run now."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(f"PoolThread-{pool}-")]


def test_threads_are_made_at_the_start() -> None:
    """Before anything is to be done all threads are there, and none is left after the end."""
    workers = WorkerThreads(SelectReactor(), "early", 3)
    workers.startService()
    assert len(names_of_threads("early")) == 3
    workers.stopService()
    assert names_of_threads("early") == []


def test_without_threads_there_is_no_start() -> None:
    """A system that has no thread left makes the start fail, with the reason, and not the first long query."""
    workers = WorkerThreads(SelectReactor(), "none", 3, ThreadlessPool)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        workers.startService()
