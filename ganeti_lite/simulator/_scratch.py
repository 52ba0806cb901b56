"""The directory that a demonstration's cluster lives in, and its end."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import attrs

from ._names import MASTER_NAME
from .root import ClusterPaths

_SOCKET_PATH_LIMIT: Final = 107
"""Bytes of a Unix socket's path (Linux, unix(7): 108 with the final NUL)."""


class ScratchError(Exception):
    """There is no place for the cluster; the message says why."""


@attrs.frozen
class Scratch:
    """A directory of ours.

    :ivar base: where the cluster's root is in.
    :ivar is_new: whether ``base`` itself was made for it.
    """

    base: Path
    is_new: bool

    @property
    def root(self) -> Path:
        """The root of the cluster; Ganeti's own commands want its last part to be the node's name."""
        return self.base / MASTER_NAME

    @property
    def removable(self) -> Path:
        """All that was made."""
        return self.base if self.is_new else self.root

    def remove(self) -> None:
        """Removes all that was made."""
        shutil.rmtree(self.removable)


def make_scratch(wished: Path | None, temporary: Path | None = None) -> Scratch:
    """An empty directory for a cluster.

    :param wished: a directory that is empty or yet to be made; None for a temporary one.
    :param temporary: where temporary directories are made; by default the usual place.
    :raises ScratchError: it is in use, cannot be made, or its path is too long for a socket below it.
    """
    try:
        return _make_temporary(temporary) if wished is None else _make_wished(wished.absolute())
    except OSError as error:
        raise ScratchError(f"There is no place for the cluster: {error}") from error


def _make_temporary(place: Path | None) -> Scratch:
    """A directory in that place or, where that is too deep for a socket, in /tmp."""
    scratch = Scratch(Path(tempfile.mkdtemp(prefix="ganeti-", dir=place)), is_new=True)
    if _excess(scratch) <= 0:
        return scratch
    scratch.base.rmdir()
    return Scratch(Path(tempfile.mkdtemp(prefix="ganeti-", dir="/tmp")), is_new=True)


def _make_wished(base: Path) -> Scratch:
    excess = _excess(Scratch(base, is_new=False))
    if excess > 0:
        raise ScratchError(
            f"The path {base} is {excess} bytes too long:\n"
            f"a socket below it could not be reached. Please choose a shorter one."
        )
    is_new = not base.exists()
    base.mkdir(parents=True, exist_ok=True)
    if any(base.iterdir()):
        raise ScratchError(f"The directory {base} is not empty.")
    return Scratch(base, is_new)


def _excess(scratch: Scratch) -> int:
    return len(os.fsencode(ClusterPaths(scratch.root).query_socket)) - _SOCKET_PATH_LIMIT
