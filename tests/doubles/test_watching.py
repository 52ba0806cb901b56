"""The watching clock is what it stands for."""

import os
import socket

from twisted.internet.abstract import FileDescriptor
from twisted.internet.interfaces import IReactorFDSet, IReactorTime
from zope.interface.verify import verifyObject

from ganeti_lite.serving.watch import IWatchReactor

from .watching import WatchingClock


class Reader(FileDescriptor):
    """Reads from a socket."""

    def __init__(self, source: socket.socket) -> None:
        super().__init__()
        self.source = source
        self.read: list[bytes] = []

    def fileno(self) -> int:
        """The socket's descriptor."""
        return self.source.fileno()

    def doRead(self) -> None:
        """Take what there is."""
        self.read.append(os.read(self.fileno(), 100))


def test_it_is_a_reactor() -> None:
    """It has what watching needs of a reactor."""
    for interface in (IWatchReactor, IReactorFDSet, IReactorTime):
        verifyObject(interface, WatchingClock())


def test_readers_are_told_when_the_test_says_so() -> None:
    """Who has something to read is told once, and nobody else."""
    clock = WatchingClock()
    here, there = socket.socketpair()
    with here, there:
        reader, removed = Reader(here), Reader(here)
        for each in (reader, removed, reader):
            clock.addReader(each)
        clock.removeReader(removed)
        assert clock.getReaders() == [reader]
        clock.notice()
        assert reader.read == []
        there.send(b"news")
        clock.notice()
        assert (reader.read, removed.read) == ([b"news"], [])
        assert clock.removeAll() == [reader]
        assert clock.getReaders() == []
