"""A configuration without a file: it is only remembered."""

from collections.abc import Callable

from twisted.internet.defer import Deferred, fail, maybeDeferred

from ganeti_lite.masterd.units import Change
from ganeti_lite.snapshot import ClusterSnapshot


class Config:
    """Stands in for the configuration's writer; a candidate never gets a change.

    :ivar refusal: why a change cannot be written.
    """

    def __init__(self, snapshot: ClusterSnapshot, now: float) -> None:
        self.snapshot = snapshot
        self.refusal: Exception | None = None
        self._now = now

    def apply(self, change: Change, tell: Callable[[str], None] = lambda _: None) -> Deferred[ClusterSnapshot]:
        """Change it."""
        tell("node2 did not get it")
        return fail(self.refusal) if self.refusal else maybeDeferred(self._change, change)

    def _change(self, change: Change) -> ClusterSnapshot:
        self.snapshot = change(self.snapshot, self._now)
        return self.snapshot
