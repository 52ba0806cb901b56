"""The files that Ganeti keeps on a node, as a frozen value: what a real node has below its root, in memory.

Paths are as on an ordinary installation, without the root of a virtual cluster's node; the texts of errors have it.
Transitions return the tree as it is afterwards.
"""

from collections.abc import Mapping
from errno import ENOENT
from os import strerror
from posixpath import dirname
from typing import Final, Self

import attrs

_DIRECTORIES: Final = frozenset(
    {
        "/etc",
        "/etc/ganeti",
        "/var/lib/ganeti",
        "/var/lib/ganeti/queue",
        "/var/lib/ganeti/queue/archive",
        "/var/lib/ganeti/rapi",
    }
)
"""Of every node, as the package and the node daemon make them."""


@attrs.frozen
class StoredFile:
    """One file.

    :ivar mode: permissions.
    :ivar mtime: seconds since 1970; None for whenever it was written.
    """

    content: str
    mode: int = 0o640
    user: str = "root"
    group: str = "root"
    mtime: float | None = None


@attrs.frozen
class FileTree:
    """The files of one node.

    :ivar root: of a node in a virtual cluster; empty on an ordinary installation.
    :ivar files: by path.
    :ivar directories: those that are there, be they empty or not.
    """

    root: str = ""
    files: Mapping[str, StoredFile] = attrs.field(factory=dict, repr=False)
    directories: frozenset[str] = _DIRECTORIES

    def local(self, path: str) -> str:
        """The path with the root: where a real node has it."""
        return f"{self.root}{path}"

    def write(self, path: str, file: StoredFile) -> Self:
        """With the file, in place of any other of that path.

        :raises FileNotFoundError: there is no directory for it.
        """
        if dirname(path) not in self.directories:
            raise FileNotFoundError(ENOENT, strerror(ENOENT), self.local(path))
        return self.write_all({path: file})

    def write_all(self, files: Mapping[str, StoredFile]) -> Self:
        """With all these files, whose directories are there."""
        return attrs.evolve(self, files={**self.files, **files})

    def remove(self, *paths: str) -> Self:
        """Without these files, as far as they are there."""
        gone = frozenset(paths)
        return attrs.evolve(self, files={path: file for path, file in self.files.items() if path not in gone})

    def make_directory(self, path: str) -> Self:
        """With that directory."""
        return attrs.evolve(self, directories=self.directories | {path})

    def rename(self, old: str, new: str) -> Self:
        """With the file under another path, whose directory is made if it is not there.

        :raises FileNotFoundError: there is no such file.
        """
        if old not in self.files:
            raise FileNotFoundError(ENOENT, strerror(ENOENT), self.local(old), None, self.local(new))
        files = dict(self.files)
        files[new] = files.pop(old)
        return attrs.evolve(self, files=files, directories=self.directories | {dirname(new)})

    def below(self, directory: str) -> Mapping[str, StoredFile]:
        """The files in a directory and everywhere below it."""
        prefix = directory.rstrip("/") + "/"
        return {path: file for path, file in self.files.items() if path.startswith(prefix)}
