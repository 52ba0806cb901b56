"""The replies of the newest snapshot, in one named cell.

Until what the replies are looked up in is worked out for a new snapshot, the one before goes on answering, so that no
datagram waits; only the very first is taken as it is. A file that is broken or gone changes nothing once there has been
a good one.
"""

from ganeti_lite.serving.source import SnapshotSource

from .prepared import PreparedReplies
from .settling import Settling


class ReplySource:
    """Follows a snapshot source.

    :ivar replies: those of the newest snapshot that is ready.
    """

    def __init__(self, source: SnapshotSource, settling: Settling) -> None:
        self.replies = PreparedReplies(None, source.fault)
        self._source = source
        self._settling = settling

    def follow(self) -> None:
        """Take up what has changed in the source, or is settled now."""
        snapshot = self._settling.snapshot or self.replies.snapshot
        if snapshot is None and self._source.view is not None:
            snapshot = self._source.view.snapshot
        if snapshot is None or snapshot is not self.replies.snapshot:
            self.replies = PreparedReplies(snapshot, self._source.fault)
