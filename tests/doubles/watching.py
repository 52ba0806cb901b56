"""A reactor whose time the test moves, and which looks at descriptors when the test says so."""

import select
from typing import Any

from twisted.internet.interfaces import IReadDescriptor, IWriteDescriptor
from twisted.internet.task import Clock
from zope.interface import implementer

from ganeti_lite.serving.watch import IWatchReactor


@implementer(IWatchReactor)
class WatchingClock(Clock):
    """A clock that descriptors can be added to.

    :ivar readers: those that want to be told when there is something to read.
    """

    def __init__(self) -> None:
        super().__init__()
        self.readers: list[Any] = []
        self.writers: list[Any] = []

    def notice(self) -> None:
        """Tell those that have something to read, once."""
        ready = select.select([reader.fileno() for reader in self.readers], [], [], 0)[0]
        for reader in [reader for reader in self.readers if reader.fileno() in ready]:
            reader.doRead()
        self.advance(0)

    def addReader(self, reader: IReadDescriptor) -> None:  # noqa: N802 - Twisted's name
        """Have *reader* told."""
        if reader not in self.readers:
            self.readers.append(reader)

    def removeReader(self, reader: IReadDescriptor) -> None:  # noqa: N802 - as above
        """Tell it no longer."""
        if reader in self.readers:
            self.readers.remove(reader)

    def addWriter(self, writer: IWriteDescriptor) -> None:  # noqa: N802 - as above
        """Remember *writer*."""
        self.writers.append(writer)

    def removeWriter(self, writer: IWriteDescriptor) -> None:  # noqa: N802 - as above
        """Forget it."""
        if writer in self.writers:
            self.writers.remove(writer)

    def removeAll(self) -> list[Any]:  # noqa: N802 - as above
        """Forget everybody."""
        removed = [*self.readers, *self.writers]
        self.readers, self.writers = [], []
        return removed

    def getReaders(self) -> list[Any]:  # noqa: N802 - as above
        """Those that wait for something to read."""
        return list(self.readers)

    def getWriters(self) -> list[Any]:  # noqa: N802 - as above
        """Those that wait to write."""
        return list(self.writers)
