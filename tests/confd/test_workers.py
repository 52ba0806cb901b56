"""Threads are there from the start, or the daemon does not start."""

import threading

import pytest
from twisted.internet.selectreactor import SelectReactor
from twisted.python.threadpool import ThreadPool

from confd.workers import WorkerThreads


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
