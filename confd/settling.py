"""What is worked out a moment after each new snapshot: relations that nobody should wait for, and what leads nowhere.

It takes the interpreter for as long as some queries do, so the first ones after a change go ahead of it; and when the
configuration changes without a pause, it is done for one snapshot in a while.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from twisted.application.service import Service
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from ganeti_lite.snapshot import ClusterSnapshot, DanglingReference, find_dangling

from .printable import printable
from .source import Runner, SnapshotSource

SETTLE_SECONDS: Final = 0.25
"""How long after a change it is begun; what comes meanwhile is included."""

MAX_DANGLING_LOGGED: Final = 20


class Settling(Service):
    """Follows a snapshot source, while the service runs.

    :ivar snapshot: the newest one that is worked out; None before the first.
    :param run: runs the work in a worker thread.
    :param on_settled: called after each change of :attr:`snapshot`.
    """

    log = Logger()

    def __init__(
        self, source: SnapshotSource, clock: IReactorTime, run: Runner, on_settled: Callable[[], None] = lambda: None
    ) -> None:
        self.snapshot: ClusterSnapshot | None = None
        self.on_settled = on_settled
        self._source = source
        self._clock = clock
        self._run = run
        self._begun: ClusterSnapshot | None = None
        self._dangling: frozenset[DanglingReference] = frozenset()
        self._timer: IDelayedCall | None = None

    def stopService(self) -> None:
        """Begin nothing any more."""
        super().stopService()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def follow(self) -> None:
        """Take up what has changed in the source."""
        if self.running and self._timer is None and self._newest() is not self._begun:
            self._timer = self._clock.callLater(SETTLE_SECONDS, self._begin)

    def _newest(self) -> ClusterSnapshot | None:
        return None if self._source.view is None else self._source.view.snapshot

    def _begin(self) -> None:
        self._timer = None
        snapshot = self._begun = self._newest()
        if snapshot is not None:
            working = self._run(partial(_work_out, snapshot))
            working.addCallback(partial(self._take, snapshot))
            working.addErrback(partial(self.log.failure, "working out what belongs to a snapshot"))

    def _take(self, snapshot: ClusterSnapshot, dangling: Sequence[DanglingReference]) -> None:
        self.snapshot = snapshot
        self._log_dangling(dangling)
        self.on_settled()

    def _log_dangling(self, dangling: Sequence[DanglingReference]) -> None:
        """Log the references that did not dangle before."""
        fresh = [reference for reference in dangling if reference not in self._dangling]
        self._dangling = frozenset(dangling)
        for reference in fresh[:MAX_DANGLING_LOGGED]:
            self.log.warn("dangling reference: {reference}", reference=printable(reference))
        if len(fresh) > MAX_DANGLING_LOGGED:
            self.log.warn("and {count} more dangling references", count=len(fresh) - MAX_DANGLING_LOGGED)


def _work_out(snapshot: ClusterSnapshot) -> Sequence[DanglingReference]:
    """Derive what takes long; runs in a worker thread."""
    snapshot.derive_relations()
    return list(find_dangling(snapshot))
