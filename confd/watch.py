"""Noticing that a file has changed: inotify where it is to be had, and a look every so often always."""

from collections.abc import Callable
from typing import Final

from twisted.application.service import Service
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.filepath import FilePath

INTERVAL: Final = 1.0
"""Seconds between looks. A look is one system call; the last resort on file systems without inotify."""


class FileWatch(Service):
    """Calls *on_change* whenever the file at *path* may have changed, while the service runs."""

    log = Logger()

    def __init__(self, path: str, clock: IReactorTime, on_change: Callable[[], None]) -> None:
        self._path = FilePath(path)
        self._on_change = on_change
        self._loop = LoopingCall(on_change)
        self._loop.clock = clock
        self._stop_inotify: Callable[[], None] = lambda: None

    def startService(self) -> None:
        """Start watching; the first look is at once."""
        super().startService()
        self._loop.start(INTERVAL, now=True)
        try:
            self._stop_inotify = _start_inotify(self._path, self._on_change)
        except (ImportError, OSError) as error:
            self.log.info("no inotify ({error}): changes are seen within {seconds} s", error=error, seconds=INTERVAL)

    def stopService(self) -> None:
        """Stop watching."""
        self._stop_inotify()
        if self._loop.running:
            self._loop.stop()
        super().stopService()


def _start_inotify(path: FilePath[str], on_change: Callable[[], None]) -> Callable[[], None]:
    """Watch the directory of *path*, since the file itself is replaced; returns how to stop."""
    from twisted.internet import inotify  # noqa: PLC0415 - the import fails where there is no inotify

    def notice(_watch: object, changed: FilePath[bytes], _mask: int) -> None:
        if changed.basename() == path.asBytesMode().basename():
            on_change()

    notifier = inotify.INotify()
    notifier.startReading()
    mask = inotify.IN_MOVED_TO | inotify.IN_CLOSE_WRITE | inotify.IN_CREATE | inotify.IN_DELETE
    try:
        notifier.watch(path.parent(), mask=mask, callbacks=[notice])
    except BaseException:
        notifier.loseConnection()
        raise
    return notifier.loseConnection
