"""Bringing what answers need: from the nodes, the job queue, the daemon that keeps the locks, this node's files."""

import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure

from ganeti_lite.clients.luxi import ClientError
from ganeti_lite.clients.luxi_twisted import ILuxiReactor, call
from ganeti_lite.errors import GenericError
from ganeti_lite.files import read_file, read_signature
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.query import ClusterState
from ganeti_lite.wire.calls import MalformedAnswerError, RequestRefused

from .job_queue import JobQueue
from .needs import ChangeNeeded, JobsNeeded, LocksNeeded, Need, NodesNeeded, RelayNeeded, StateNeeded
from .nodes import AskNodes
from .relay import JobRelay

Gather = Callable[[Need], Deferred[Any]]
"""Brings what is needed; fails with a :class:`~ganeti_lite.errors.GanetiError` if it cannot be had."""

LOCKS_TIMEOUT: Final = 30.0
"""Seconds that the daemon which keeps the locks may take to list them."""


class Gatherer:
    """Brings anything that is needed.

    :param now: seconds since 1970.
    :param locks_timeout: in seconds.
    """

    def __init__(
        self,
        paths: GanetiPaths,
        ask_nodes: AskNodes,
        queue: JobQueue,
        relay: JobRelay,
        reactor: ILuxiReactor,
        now: Callable[[], float],
        locks_timeout: float = LOCKS_TIMEOUT,
    ) -> None:
        self._paths = paths
        self._ask_nodes = ask_nodes
        self._queue = queue
        self._relay = relay
        self._reactor = reactor
        self._now = now
        self._locks_timeout = locks_timeout
        self._architecture = (platform.architecture()[0].replace("bit", "bits"), platform.machine())
        self._build = f"(ganeti-lite) version {_find_version()}"

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
                return self._ask_for_locks()
            case RelayNeeded(frame):
                return self._relay.ask(frame)
            case StateNeeded():
                return succeed(self._read_state())

    def _ask_for_locks(self) -> Deferred[object]:
        path = self._paths.wconfd_socket
        return call(self._reactor, path, "listLocksWaitingStatus", [], self._locks_timeout).addErrback(_explain_locks)

    def _read_state(self) -> ClusterState:
        return ClusterState(
            is_drained=read_signature(self._paths.drain_flag) is not None,
            watcher_pause=read_pause(self._paths.watcher_pause, self._now()),
            architecture=self._architecture,
            build=self._build,
        )


def _explain_locks(failure: Failure) -> Failure:
    if failure.check(ClientError, MalformedAnswerError, RequestRefused) is None:
        return failure
    raise GenericError(f"The daemon that keeps the locks does not tell them: {failure.getErrorMessage()}")


def read_pause(path: str, now: float) -> int | None:
    """Until when the watcher pauses, in seconds since 1970; None if it does not, or if that cannot be read."""
    try:
        text = read_file(path)[0].strip()
    except OSError:
        return None
    until = int(text) if text.isdigit() else 0
    return until if until > now else None


def _find_version() -> str:
    try:
        return version("ganeti-lite")
    except PackageNotFoundError:
        return "unknown"
