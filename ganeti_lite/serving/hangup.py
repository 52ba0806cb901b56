"""SIGHUP: have the configuration loaded again."""

import signal
from types import FrameType
from typing import Any

from twisted.application.service import Service
from twisted.internet.interfaces import IReactorFromThreads

from .source import SnapshotSource


class Hangup(Service):
    """Has the configuration loaded again on SIGHUP."""

    def __init__(self, reactor: IReactorFromThreads, source: SnapshotSource) -> None:
        self._reactor = reactor
        self._source = source
        self._before: Any = signal.SIG_DFL

    def startService(self) -> None:
        """Take the signal."""
        super().startService()
        self._before = signal.signal(signal.SIGHUP, self._take)

    def stopService(self) -> None:
        """Give the signal back."""
        signal.signal(signal.SIGHUP, self._before)
        super().stopService()

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        self._reactor.callFromThread(self._source.reload)
