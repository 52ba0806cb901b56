"""Noticing that files have changed: inotify where it is to be had, and a look every so often always."""

import os
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from twisted.application.service import Service
from twisted.internet.interfaces import IReactorFDSet, IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.filepath import FilePath

try:
    from twisted.internet import inotify  # not later: the daemon may have given up the right to read its modules
except ImportError:
    HAS_INOTIFY = False
else:
    HAS_INOTIFY = True

INTERVAL: Final = 1.0
"""Seconds between looks. A look is one system call; the last resort on file systems without inotify."""

_EVENT: Final = struct.Struct("=iIII")
"""Watch, what has happened, cookie, bytes of the name behind it."""

_READ_SIZE: Final = 64 * 1024


class IWatchReactor(IReactorTime, IReactorFDSet):
    """What watching needs of a reactor."""


class FolderWatch:
    """What has changed in one folder since the last look, by inotify; one descriptor, however many files there are.

    :param on_change: called while there are changes, until :meth:`list_changed` has been asked for them.
    :raises OSError: inotify or the folder cannot be had.
    """

    def __init__(self, path: str, on_change: Callable[[], None], reactor: IWatchReactor) -> None:
        if not HAS_INOTIFY:
            raise OSError("there is no inotify on this system")

        class Notifier(inotify.INotify):
            def doRead(self) -> None:
                on_change()

        self._path, self._identity = path, _identify(path)
        self._moved_away = inotify.IN_DELETE_SELF | inotify.IN_MOVE_SELF | inotify.IN_UNMOUNT | inotify.IN_IGNORED
        self._lost_count = inotify.IN_Q_OVERFLOW
        try:
            self._notifier = Notifier(reactor)
        except inotify.INotifyError as error:
            raise OSError(f"{path} cannot be watched: {error}") from error
        changes = inotify.IN_MOVED_TO | inotify.IN_MOVED_FROM | inotify.IN_CREATE | inotify.IN_DELETE
        changes |= inotify.IN_CLOSE_WRITE | inotify.IN_MODIFY | inotify.IN_ATTRIB
        try:
            self._notifier.watch(FilePath(path), mask=changes | self._moved_away)
        except inotify.INotifyError as error:
            self._notifier.loseConnection()
            raise OSError(f"{path} cannot be watched: {error}") from error
        self._notifier.startReading()

    def list_changed(self) -> frozenset[str] | None:
        """Names of the files that may have changed since the last call; None if any may have.

        After None this watch may be of no more use: the folder itself may have been replaced.
        """
        names: set[str] = set()
        is_sure = _identify(self._path) == self._identity  # a folder further up may have been replaced, or a link
        for mask, name in self._read():
            if mask & (self._moved_away | self._lost_count):
                is_sure = False
            elif name:
                names.add(os.fsdecode(name))
        return frozenset(names) if is_sure else None

    def stop(self) -> None:
        """Give the descriptor back."""
        self._notifier.loseConnection()

    def _read(self) -> list[tuple[int, bytes]]:
        """What has happened and to which file, of all events that there are."""
        events = []
        with suppress(BlockingIOError):
            while data := os.read(self._notifier.fileno(), _READ_SIZE):
                place = 0
                while place < len(data):
                    _, mask, _, size = _EVENT.unpack_from(data, place)
                    place += _EVENT.size + size
                    events.append((mask, data[place - size : place].rstrip(b"\0")))
        return events


def _identify(path: str) -> tuple[int, int] | None:
    """What tells one folder from another; None if there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


class FileWatch(Service):
    """Calls *on_change* whenever the file at *path* may have changed, while the service runs."""

    log = Logger()

    def __init__(self, path: str, reactor: IWatchReactor, on_change: Callable[[], None]) -> None:
        self._folder, self._name = os.path.split(path)
        self._reactor = reactor
        self._on_change = on_change
        self._watch: FolderWatch | None = None
        self._loop = LoopingCall(on_change)
        self._loop.clock = reactor

    def startService(self) -> None:
        """Start watching; the first look is at once."""
        super().startService()
        self._loop.start(INTERVAL, now=True)
        try:
            # The folder, since the file itself is replaced.
            self._watch = FolderWatch(self._folder, self._notice, self._reactor)
        except OSError as error:
            self.log.info("no inotify ({error}): changes are seen within {seconds} s", error=error, seconds=INTERVAL)

    def stopService(self) -> None:
        """Stop watching."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        if self._loop.running:
            self._loop.stop()
        super().stopService()

    def _notice(self) -> None:
        changed = None if self._watch is None else self._watch.list_changed()
        if changed is None or self._name in changed:
            self._on_change()
