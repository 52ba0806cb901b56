"""Bringing what answers need: from the nodes, the job queue, the job daemon, this node's files."""

from collections.abc import Callable
from typing import Any, Protocol

from twisted.internet.defer import Deferred, succeed

from ganeti_lite.paths import GanetiPaths
from ganeti_lite.wire.requests import JobRequest

from .job_queue import JobQueue
from .needs import ChangeNeeded, JobDaemonNeeded, JobsNeeded, LocksNeeded, Need, NodesNeeded, StateNeeded
from .nodes import AskNodes
from .state import StateReader

Gather = Callable[[Need], Deferred[Any]]
"""Brings what is needed; fails with a :class:`~ganeti_lite.errors.GanetiError` if it cannot be had."""


class JobDaemon(Protocol):
    """Who executes jobs and keeps the locks: another process or a part of this one."""

    def answer(self, request: JobRequest, frame: bytes) -> Deferred[bytes]:
        """The whole answer message, with terminator, to a request that came as *frame*, which has none."""

    def list_locks(self) -> Deferred[object]:
        """What :class:`~ganeti_lite.serving.needs.LocksNeeded` stands for."""


class Gatherer:
    """Brings anything that is needed.

    :param now: seconds since 1970.
    """

    def __init__(
        self,
        paths: GanetiPaths,
        ask_nodes: AskNodes,
        queue: JobQueue,
        job_daemon: JobDaemon,
        now: Callable[[], float],
    ) -> None:
        self._ask_nodes = ask_nodes
        self._queue = queue
        self._job_daemon = job_daemon
        self._read_state = StateReader(paths, now)

    def __call__(self, need: Need) -> Deferred[Any]:
        """What *need* stands for, as its class says."""
        match need:
            case NodesNeeded(calls):
                return self._ask_nodes(calls)
            case JobsNeeded(selection) if selection.ids is None:
                return self._queue.list_all(with_archive=selection.with_archive)
            case JobsNeeded(selection):
                return self._queue.find(selection.ids or ())
            case ChangeNeeded():
                return self._queue.await_change(need)
            case LocksNeeded():
                return self._job_daemon.list_locks()
            case JobDaemonNeeded(request, frame):
                return self._job_daemon.answer(request, frame)
            case StateNeeded():
                return succeed(self._read_state())
