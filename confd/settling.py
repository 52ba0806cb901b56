"""What is worked out a moment after each new snapshot: relations that nobody should wait for, and what leads nowhere.

It takes the interpreter for as long as some queries do, and would take turns with one that runs. So the first ones
after a change go ahead of it, however long they take, up to a limit; and when the configuration changes without a
pause, it is done for one snapshot in a while.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from twisted.application.service import Service
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from ganeti_lite.serving.printable import printable
from ganeti_lite.serving.source import Runner, SnapshotSource
from ganeti_lite.snapshot import ClusterSnapshot, DanglingReference, find_dangling

SETTLE_SECONDS: Final = 0.25
"""How long after a change it is begun; what comes meanwhile is included."""

SETTLE_PATIENCE: Final = 5.0
"""How much longer it waits for an end of long answers; then it goes on beside them, since replies are made from it."""

MAX_DANGLING_LOGGED: Final = 20


class Settling(Service):
    """Follows a snapshot source, while the service runs.

    :ivar snapshot: the newest one that is worked out; None before the first.
    :param run: runs the work in a worker thread.
    :param on_settled: called after each change of :attr:`snapshot`.
    :param is_answering: whether long answers are being made just now.
    """

    log = Logger()

    def __init__(
        self,
        source: SnapshotSource,
        clock: IReactorTime,
        run: Runner,
        on_settled: Callable[[], None] = lambda: None,
        is_answering: Callable[[], bool] = lambda: False,
    ) -> None:
        self.snapshot: ClusterSnapshot | None = None
        self.on_settled = on_settled
        self._source = source
        self._clock = clock
        self._run = run
        self._is_answering = is_answering
        self._latest = 0.0
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
            self._latest = self._clock.seconds() + SETTLE_SECONDS + SETTLE_PATIENCE
            self._wait()

    def _wait(self) -> None:
        self._timer = self._clock.callLater(SETTLE_SECONDS, self._begin_in_time)

    def _begin_in_time(self) -> None:
        self._timer = None
        if self._is_answering() and self._clock.seconds() < self._latest:
            self._wait()
        else:
            self._begin()

    def _newest(self) -> ClusterSnapshot | None:
        return None if self._source.view is None else self._source.view.snapshot

    def _begin(self) -> None:
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
