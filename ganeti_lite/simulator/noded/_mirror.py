"""The files of the master on disk: what its node daemon is told to write, other daemons of that node read there.

Files of other nodes are in memory only. The job queue of the master is its own daemons' alone.
"""

import os
from pathlib import Path
from typing import Final, Protocol

from ganeti_lite.files import FileSignature, read_file
from ganeti_lite.simulator.edits import replace_file

from .file_tree import FileTree, StoredFile
from .machine import DATA_DIR

_NOT_OURS: Final = "/etc/hosts"
"""It is the real machine's, whatever the cluster's root is."""


class Mirror(Protocol):
    """Where the files of one node are kept beside its own memory."""

    def catch_up(self, files: FileTree) -> FileTree:
        """The files with what others have made of them since."""

    def follow(self, before: FileTree, after: FileTree) -> None:
        """Does likewise with the files."""


class NoMirror:
    """Of a node that is in memory only."""

    def catch_up(self, files: FileTree) -> FileTree:
        return files

    def follow(self, before: FileTree, after: FileTree) -> None:
        pass


class DiskMirror:
    """Does on disk what happens to a node's files, and takes over what others do there.

    :param root: below which they are.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen: dict[str, FileSignature] = {}

    def catch_up(self, files: FileTree) -> FileTree:
        """With the data directory's files as they are on disk now; those that have not changed are not read.

        :raises OSError: the directory cannot be read.
        """
        there = self._look()
        changed = [path for path, signature in there.items() if self._seen.get(path) != signature]
        gone = [path for path in self._seen if path not in there]
        self._seen = there
        read = {path: self._read(path, files.files.get(path)) for path in changed}
        newer = {path: file for path, file in read.items() if file is not files.files.get(path)}
        files = files.write_all(newer) if newer else files
        return files.remove(*gone) if gone else files

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

    def _look(self) -> dict[str, FileSignature]:
        with os.scandir(self._place(DATA_DIR)) as entries:
            return {
                f"{DATA_DIR}/{entry.name}": FileSignature.of(entry.stat())
                for entry in entries
                if entry.is_file() and not entry.name.startswith(".")
            }

    def _read(self, path: str, known: StoredFile | None) -> StoredFile:
        """The file; the very same if its content is."""
        text = read_file(str(self._place(path)))[0].decode("utf-8", "replace")
        if known is not None and known.content == text:
            return known
        return StoredFile(text) if known is None else StoredFile(text, known.mode, known.user, known.group)

    def _place(self, path: str) -> Path:
        return self._root / path.removeprefix("/")
