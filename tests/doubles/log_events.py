"""What is logged while a test runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from twisted.logger import ILogObserver, LogEvent, LogLevel, formatEvent, globalLogPublisher
from zope.interface import implementer


class LogLines:
    """The events so far."""

    def __init__(self) -> None:
        self.events: list[LogEvent] = []

    @property
    def lines(self) -> list[str]:
        """Their texts."""
        return [formatEvent(event) for event in self.events]

    @property
    def failures(self) -> list[str]:
        """The texts of those that report a fault of the program itself."""
        return [formatEvent(event) for event in self.events if event.get("log_level") is LogLevel.critical]


@contextmanager
def logged() -> Iterator[LogLines]:
    """The lines that are logged while the block runs."""
    lines = LogLines()

    @implementer(ILogObserver)
    def observe(event: LogEvent) -> None:
        lines.events.append(event)

    globalLogPublisher.addObserver(observe)
    try:
        yield lines
    finally:
        globalLogPublisher.removeObserver(observe)
