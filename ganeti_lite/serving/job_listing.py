"""All jobs of a queue as they were read last, and the view that queries have of them: a value."""

from typing import Final

from attrs import frozen

from ganeti_lite.jobs import JobFolder
from ganeti_lite.query import QueueView
from ganeti_lite.snapshot import JobTable, QueueSnapshot

from .garbage import keep_for_long, uncollected

MANY_JOBS: Final = 5_000
"""Jobs that are worth the time that keeping them for long takes."""


@frozen(eq=False)
class JobListing:
    """A queue's jobs; none before the first reading."""

    folder: JobFolder
    view: QueueView | None = None

    def read(self, changed: frozenset[str] | None) -> tuple["JobListing", QueueView]:
        """The listing as it is now, and its view; blocks while it reads.

        :param changed: names of all files that have changed; None if any may have.
        :raises QueueUnreadableError: the directory cannot be listed.
        """
        with uncollected():
            folder = self.folder.read_all() if changed is None else self.folder.read_changed(changed)
            if folder is self.folder and self.view is not None:
                return self, self.view
            snapshot = QueueSnapshot(JobTable.of(folder.records))
            view = QueueView(snapshot) if self.view is None else self.view.followed_by(snapshot)
        if self.view is None and len(view.snapshot.jobs) > MANY_JOBS:
            keep_for_long()
        return JobListing(folder, view), view
