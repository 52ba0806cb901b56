"""The replies of the newest snapshot, in one named cell.

A new snapshot's relations are derived in a worker thread first; until they are, the one before goes on answering, so
that no datagram waits. A file that is broken or gone changes nothing once there has been a good one.
"""

from functools import partial

from twisted.logger import Logger
from twisted.python.failure import Failure

from ganeti_lite.snapshot import ClusterSnapshot

from .datagrams import derive_relations
from .prepared import PreparedReplies
from .source import Runner, SnapshotSource


class ReplySource:
    """Follows a snapshot source.

    :ivar replies: those of the newest snapshot that is ready.
    :param run: runs the deriving in a worker thread, one snapshot after the other.
    """

    log = Logger()

    def __init__(self, source: SnapshotSource, run: Runner) -> None:
        self.replies = PreparedReplies(None, source.fault)
        self._source = source
        self._run = run
        self._followed: ClusterSnapshot | None = None

    def follow(self) -> None:
        """Take up what has changed in the source."""
        if self._source.view is None:
            self.replies = PreparedReplies(None, self._source.fault)
            return
        snapshot = self._source.view.snapshot
        if snapshot is self._followed:
            return
        self._followed = snapshot
        deriving = self._run(partial(derive_relations, snapshot))
        deriving.addErrback(self._complain)
        deriving.addCallback(lambda _: self._take(snapshot))

    def _complain(self, failure: Failure) -> None:
        self.log.failure("deriving relations", failure)

    def _take(self, snapshot: ClusterSnapshot) -> None:
        self.replies = PreparedReplies(snapshot)
