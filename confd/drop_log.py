"""Counting what is dropped, and telling the log at a bounded rate: one line in an interval, however much it was."""

from collections import Counter
from typing import Final

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

INTERVAL: Final = 10.0
"""Seconds that drops are counted before a line tells of them."""


class DropLog:
    """Counts by reason.

    :ivar totals: all that were ever dropped, by reason.
    """

    log = Logger()

    def __init__(self, clock: IReactorTime) -> None:
        self.totals: Counter[str] = Counter()
        self._clock = clock
        self._recent: Counter[str] = Counter()
        self._last_senders: dict[str, tuple[str, int]] = {}
        self._due: IDelayedCall | None = None

    def add(self, reason: str, sender: tuple[str, int]) -> None:
        """Count one datagram from *sender*."""
        self.totals[reason] += 1
        self._recent[reason] += 1
        self._last_senders[reason] = sender
        if self._due is None:
            self._due = self._clock.callLater(INTERVAL, self.summarize)

    def summarize(self) -> None:
        """Tell now what has been counted since the last line."""
        if self._due is not None and self._due.active():
            self._due.cancel()
        self._due = None
        if self._recent:
            parts = [f"{count} {reason} ({self._tell_sender(reason)})" for reason, count in self._recent.most_common()]
            self.log.warn("dropped {count} datagrams: {parts}", count=self._recent.total(), parts=", ".join(parts))
        self._recent.clear()
        self._last_senders.clear()

    def _tell_sender(self, reason: str) -> str:
        host, port = self._last_senders[reason]
        return f"last from {host} port {port}"
