"""The daemons of Ganeti that do what confd does not: luxid takes jobs, wconfd keeps the locks."""

from typing import Final

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from ganeti_lite.clients.luxi import ClientError
from ganeti_lite.clients.luxi_twisted import ILuxiReactor, call
from ganeti_lite.errors import GenericError
from ganeti_lite.socket_place import is_answering
from ganeti_lite.wire.calls import MalformedAnswerError, RequestRefused
from ganeti_lite.wire.requests import JobRequest

from .relay import JobRelay

LOCKS_TIMEOUT: Final = 30.0
"""Seconds that the daemon which keeps the locks may take to list them."""


class OtherDaemons:
    """The :class:`~ganeti_lite.serving.gather.JobDaemon` that consists of other processes.

    :param wconfd_socket: path of the socket of the daemon that keeps the locks.
    :param locks_timeout: in seconds.
    """

    def __init__(
        self, relay: JobRelay, wconfd_socket: str, reactor: ILuxiReactor, locks_timeout: float = LOCKS_TIMEOUT
    ) -> None:
        self._relay = relay
        self._wconfd_socket = wconfd_socket
        self._reactor = reactor
        self._locks_timeout = locks_timeout

    def answer(self, _request: JobRequest, frame: bytes) -> Deferred[bytes]:
        """What the job daemon answers; fails with :class:`~ganeti_lite.errors.LuxiError` if it does not."""
        return self._relay.ask(frame)

    def has_lock_keeper(self) -> bool:
        """Whether there is a daemon that keeps the locks and nothing else: wconfd."""
        return is_answering(self._wconfd_socket)

    def list_locks(self) -> Deferred[object]:
        """What the daemon that keeps the locks says; fails with :class:`GenericError` if it does not."""
        asking = call(self._reactor, self._wconfd_socket, "listLocksWaitingStatus", [], self._locks_timeout)
        return asking.addErrback(_explain_locks)


def _explain_locks(failure: Failure) -> Failure:
    if failure.check(ClientError, MalformedAnswerError, RequestRefused) is None:
        return failure
    raise GenericError(f"The daemon that keeps the locks does not tell them: {failure.getErrorMessage()}")
