"""The one writer of the configuration: one named cell with the newest version, and an orderly queue of changes to it.

Each change sees the snapshot that the one before it has left. It is on the disk before anybody is told, and on its way
to the other nodes when its Deferred fires; few kinds of change wait until it has arrived there.
"""

from collections.abc import Callable, Generator
from functools import partial
from typing import Any, Protocol

from twisted.internet.defer import Deferred, DeferredLock, inlineCallbacks, succeed
from twisted.logger import Logger

from ganeti_lite.masterd.units import Change
from ganeti_lite.serving.source import Runner
from ganeti_lite.snapshot import ClusterSnapshot

from .config_file import ConfigFile, ConfigVersion, ForeignChangeError


class Distribute(Protocol):
    """Sends a version to the other nodes.

    Returns at once. The Deferred fires once the change may go on, with what went wrong by then, a line each; *tell* is
    called with each such line, now or later.
    """

    def __call__(
        self, before: ClusterSnapshot | None, after: ConfigVersion, tell: Callable[[str], None]
    ) -> Deferred[None]: ...


def _send_nothing(before: ClusterSnapshot | None, after: ConfigVersion, tell: Callable[[str], None]) -> Deferred[None]:
    del before, after, tell
    return succeed(None)


def _tell_nobody(line: str) -> None:
    del line


def _follow_nothing(snapshot: ClusterSnapshot) -> None:
    del snapshot


class Configuration(Protocol):
    """The configuration, to those who change it.

    :ivar snapshot: the newest one; what is in it is on the disk.
    """

    @property
    def snapshot(self) -> ClusterSnapshot: ...

    def apply(self, change: Change, tell: Callable[[str], None] = ...) -> Deferred[ClusterSnapshot]:
        """Change it; see :meth:`ConfigWriter.apply`."""


class ConfigWriter:
    """The :class:`Configuration` that is the file.

    :param current: what :meth:`ConfigFile.read` has read.
    :param run: runs the writing in a worker thread.
    :param now: the time, in seconds since 1970.
    :param follow: called with the newest snapshot when a change goes on.
    """

    log = Logger()

    def __init__(
        self,
        file: ConfigFile,
        current: ConfigVersion,
        run: Runner,
        now: Callable[[], float],
        distribute: Distribute = _send_nothing,
        follow: Callable[[ClusterSnapshot], None] = _follow_nothing,
    ) -> None:
        self._file = file
        self._current = current
        self._run = run
        self._now = now
        self._distribute = distribute
        self._follow = follow
        self._lock = DeferredLock()

    @property
    def snapshot(self) -> ClusterSnapshot:
        return self._current.snapshot

    @inlineCallbacks
    def apply(
        self, change: Change, tell: Callable[[str], None] = _tell_nobody
    ) -> Generator[Deferred[Any], Any, ClusterSnapshot]:
        """Change the configuration; fires with the snapshot after that change, once it is written.

        It is no error if other nodes do not get it: *tell* is called with a line for each, maybe after this fired.

        :raises GanetiError: *change* refuses, or the file cannot be written; then everything is as it was.
        """
        snapshot, arrival = yield self._lock.run(self._write, change, tell)
        yield arrival
        self._follow(self.snapshot)
        return snapshot  # type: ignore[no-any-return]  # what _write returns

    def distribute(self, tell: Callable[[str], None] = _tell_nobody) -> Deferred[None]:
        """Send the newest version to the other nodes whether or not it has changed, as when a daemon starts."""
        return self._distribute(None, self._current, tell)

    @inlineCallbacks
    def _write(
        self, change: Change, tell: Callable[[str], None]
    ) -> Generator[Deferred[Any], Any, tuple[ClusterSnapshot, Deferred[None]]]:
        """The snapshot after *change*, and what fires once it has arrived where it must be."""
        before = self._current
        try:
            after: ConfigVersion = yield self._run(partial(self._file.write, before, change, self._now()))
        except ForeignChangeError as error:
            advice = "see who else writes it, then restart this daemon to go on from what is there"
            self.log.error("{error}: {advice}", error=str(error), advice=advice)
            raise
        if after is before:
            return after.snapshot, succeed(None)
        self._current = after
        self.log.debug("wrote {path}, serial {serial}", path=self._file.path, serial=after.snapshot.serial_no)
        return after.snapshot, self._distribute(before.snapshot, after, tell)
