"""Which job files have changed: what a watch of the queue directory notices, collected until somebody asks."""

from collections.abc import Callable
from typing import Final, TypeAlias

from twisted.logger import Logger

from .watch import FolderWatch, IWatchReactor

MAX_NAMES: Final = 10_000
"""Names that are remembered; when more have changed, all files are compared, which then costs less."""


OpenWatch: TypeAlias = Callable[[str, Callable[[], None], IWatchReactor], FolderWatch]
"""Makes a watch as :class:`FolderWatch` does, and fails as it does."""


class QueueChanges:
    """Follows the directory at *path* from the first question on.

    :param on_change: called with the names of files that have just changed, None for any.
    :param open_watch: how the directory is watched.
    """

    log = Logger()

    def __init__(
        self,
        path: str,
        reactor: IWatchReactor,
        on_change: Callable[[frozenset[str] | None], None],
        open_watch: OpenWatch = FolderWatch,
    ) -> None:
        self._path = path
        self._reactor = reactor
        self._on_change = on_change
        self._open_watch = open_watch
        self._watch: FolderWatch | None = None
        self._names: set[str] | None = None
        self._complaint = ""

    @property
    def is_watched(self) -> bool:
        """Whether changes are noticed."""
        return self._watch is not None

    def start(self) -> None:
        """Watch the directory, if that can be and is not done yet."""
        if self._watch is not None:
            return
        self._names = None
        try:
            self._watch = self._open_watch(self._path, self.collect, self._reactor)
        except OSError as error:
            if str(error) != self._complaint:
                self._complaint = str(error)
                self.log.info("all job files are compared at each question, for want of inotify: {error}", error=error)

    def collect(self) -> None:
        """Take up what has been noticed until now."""
        if self._watch is None:
            return
        fresh = self._watch.list_changed()
        if fresh is not None and not fresh:
            return
        if fresh is None:
            self.stop()  # the directory may be another one now
        if fresh is None or self._names is None or len(self._names) > MAX_NAMES:
            self._names = None
        else:
            self._names |= fresh
        self._on_change(fresh)

    def take(self) -> frozenset[str] | None:
        """The names of all files that have changed since the last time, None for any; they are forgotten here."""
        self.start()
        self.collect()
        taken = None if self._names is None else frozenset(self._names)
        self._names = None if self._watch is None else set()
        return taken

    def forget(self) -> None:
        """Know no longer what has changed: anything may have."""
        self._names = None

    def stop(self) -> None:
        """Watch no longer; whatever changes from now on may be anything."""
        if self._watch is not None:
            self._watch.stop()
        self._watch, self._names = None, None
