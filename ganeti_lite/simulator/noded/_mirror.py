"""The files of the master on disk: what its node daemon is told to write, other daemons of that node read there.

Files of other nodes are in memory only.
"""

from pathlib import Path
from typing import Final

from ganeti_lite.simulator.edits import replace_file

from .file_tree import FileTree

_NOT_OURS: Final = "/etc/hosts"
"""It is the real machine's, whatever the cluster's root is."""


class DiskMirror:
    """Does on disk what happens to a node's files.

    :param root: below which they are.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def follow(self, before: FileTree, after: FileTree) -> None:
        """Writes files that are new or others now, and removes those that are gone.

        :raises OSError: a file cannot be written.
        """
        for path, file in after.files.items():
            if before.files.get(path) is not file and path != _NOT_OURS:
                place = self._place(path)
                place.parent.mkdir(parents=True, exist_ok=True)
                replace_file(place, file.content.encode("utf-8"), file.mode)
        for path in before.files.keys() - after.files.keys():
            self._place(path).unlink(missing_ok=True)

    def _place(self, path: str) -> Path:
        return self._root / path.removeprefix("/")
