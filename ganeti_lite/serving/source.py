"""The snapshot source: one named cell with the newest good view of config.data, and what keeps it new.

* A new file is read and parsed in a worker thread and swapped in with one assignment.
* A file that is broken, cut off or gone never replaces a good view; it is logged once, with what is wrong and where.
* Who is about to answer calls :meth:`SnapshotSource.refresh` first, so that nobody who has seen the file change is
  answered from before that change.
"""

from collections.abc import Callable, Generator, Iterable
from functools import partial
from itertools import count
from typing import Any, Final, Protocol, TypeVar

from attrs import frozen
from twisted.internet import defer
from twisted.internet.defer import Deferred, inlineCallbacks, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from ganeti_lite.config import ConfigFormatError, LoadedConfig, is_newer_than_known, load_config
from ganeti_lite.files import FileSignature, read_file_at_rest, read_signature
from ganeti_lite.query import View

from .garbage import keep_for_long, uncollected
from .printable import printable

RELOAD_PATIENCE = 10.0
"""Seconds that a query waits for a changed file to be loaded before it is answered from the last snapshot."""

START_PATIENCE = 120.0
"""Seconds that a query waits for the very first load, before which it can only be refused."""

ATTEMPTS: Final = 3
"""Loads in a row of a file that changes all the time, if nobody waits for more: then the next look goes on."""

T = TypeVar("T")


class Runner(Protocol):
    """Runs a function somewhere else and brings its result."""

    def __call__(self, function: Callable[[], T], /) -> Deferred[T]: ...


@frozen
class _Load:
    """The outcome of one look at the file."""

    loaded: LoadedConfig
    view: View
    signature: FileSignature


class SnapshotSource:
    """Follows one configuration file.

    :ivar view: the newest good view; None before the first.
    :ivar fault: why the file as it is now was not taken; empty if it was.
    :ivar has_looked: whether one of the two says what became of the file, for the first time or anew.
    :param run: runs the loading in a worker thread.
    :param on_change: called after each change of :attr:`view` or :attr:`fault`.
    """

    log = Logger()

    def __init__(
        self, path: str, clock: IReactorTime, run: Runner, on_change: Callable[[], None] = lambda: None
    ) -> None:
        self.path = path
        self.view: View | None = None
        self.fault = "Configuration not yet loaded"
        self.has_looked = False
        self.on_change = on_change
        self._clock = clock
        self._run = run
        self._loaded: LoadedConfig | None = None
        self._tried: FileSignature | None = None
        self._has_tried = False
        self._loading: Deferred[None] | None = None
        self._begun = 0
        self._waiting: dict[Deferred[None], int] = {}  # after which load each may go on: the first begun since it came

    def refresh(self) -> Deferred[None]:
        """Fires once the view is of the file as it is now or later, or when patience ends (:data:`RELOAD_PATIENCE`)."""
        if self._loading is None and self._is_current():
            return succeed(None)
        waiter: Deferred[None] = Deferred(self._waiting.__delitem__)
        self._waiting[waiter] = self._begun + 1
        self._start()
        waiter.addTimeout(START_PATIENCE if self.view is None else RELOAD_PATIENCE, self._clock)
        waiter.addErrback(self._go_on_late)
        return waiter

    def check(self) -> None:
        """Load the file if it has changed, without waiting for it."""
        if not self._is_current():
            self._start()

    def reload(self) -> None:
        """Load the file even if it looks unchanged."""
        self._has_tried = False
        self._start()

    def _is_current(self) -> bool:
        return self._has_tried and self._tried == read_signature(self.path)

    def _start(self) -> None:
        if self._loading is None:
            loading = self._loading = self._load_until_current()
            loading.addBoth(self._finish)
            loading.addErrback(lambda failure: self.log.failure("loading {path}", failure, path=self.path))

    def _finish(self, outcome: T) -> T:
        self._loading = None
        self._release(tuple(self._waiting))
        return outcome

    def _release(self, waiters: Iterable[Deferred[None]]) -> None:
        """Let those go on who still wait."""
        for waiter in waiters:
            if self._waiting.pop(waiter, None) is not None:
                waiter.callback(None)

    def _go_on_late(self, failure: Failure) -> None:
        failure.trap(defer.TimeoutError)
        self.log.warn("{path} has changed and takes long to load: answering from before", path=self.path)

    @inlineCallbacks
    def _load_until_current(self) -> Generator[Deferred[Any], Any, None]:
        """Load, and again while the file changes meanwhile, for as long as somebody waits for that."""
        for attempt in count():
            if self._is_current() or (attempt >= ATTEMPTS and not self._waiting):
                return
            self._begun += 1
            self._has_tried, self._tried = True, read_signature(self.path)
            try:
                result: _Load = yield self._run(partial(_load, self.path, self._loaded, self.view))
            except OSError as error:
                self._tried = None  # a file that is there may be readable at the next look, though it looks the same
                self._refuse(error.strerror or str(error), is_repeatable=True)
            except ConfigFormatError as error:
                self._refuse(str(error))
            except Exception:  # a bug met by some content of the file; that content is not tried again
                self.log.failure("loading {path}", path=self.path)
                self._refuse("it makes this program fail: see the log")
            else:
                self._accept(result)
            self._release([waiter for waiter, needed in self._waiting.items() if needed <= self._begun])

    def _accept(self, load: _Load) -> None:
        self._loaded, self.view, self.fault, self._tried = load.loaded, load.view, "", load.signature
        self.has_looked = True
        snapshot = load.view.snapshot
        self.log.info(
            "loaded {path}, serial {serial}: {instances} instances, {nodes} nodes",
            path=self.path,
            serial=snapshot.serial_no,
            instances=len(snapshot.instances),
            nodes=len(snapshot.nodes),
        )
        self._log_oddities(load.loaded)
        self.on_change()

    def _refuse(self, reason: str, *, is_repeatable: bool = False) -> None:
        """Go on without the file; a fault that each look finds again is told once."""
        fault = f"Cannot load configuration from {self.path}: {reason}"
        if is_repeatable and self.has_looked and fault == self.fault:
            return
        self.fault = fault
        self.has_looked = True
        going_on = "answering from the last good one" if self.view is not None else "there is nothing to answer from"
        self.log.error("{fault}; {going_on}", fault=printable(self.fault), going_on=going_on)
        self.on_change()

    def _log_oddities(self, loaded: LoadedConfig) -> None:
        snapshot = loaded.snapshot
        if is_newer_than_known(snapshot.version):
            self.log.warn("format version {version} is newer than this program", version=snapshot.version)
        if loaded.unknown_keys:
            keys = printable(", ".join(loaded.unknown_keys))
            self.log.warn("keys that are not known, and ignored: {keys}", keys=keys)


def _load(path: str, previous: LoadedConfig | None, view: View | None) -> _Load:
    """Read and parse the file; runs in a worker thread."""
    data, signature = read_file_at_rest(path)
    with uncollected():
        loaded = load_config(data, previous)
        following = View(loaded.snapshot) if view is None else view.followed_by(loaded.snapshot)
    keep_for_long()
    return _Load(loaded, following, signature)
