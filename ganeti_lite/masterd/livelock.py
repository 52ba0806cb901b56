"""Livelocks: files that whoever carries jobs out keeps locked for as long as it lives.

Each job's file names one. By it, Ganeti's queue daemon and this one tell jobs that are being carried out from those
whose process has died.
"""

import fcntl
import os
from contextlib import suppress
from typing import Final

from .atomic_write import Owner

_PREFIX: Final = "masterd_"
"""Of the names of this daemon's; those of Ganeti's begin with ``job_``, ``luxi-daemon_`` or ``wconf-daemon_``."""

_MODE: Final = 0o640
_FOLDER_MODE: Final = 0o750


class Livelock:
    """A file of this process's own, locked until :meth:`close`, or until the process dies.

    Files that dead daemons of this kind have left in the folder are removed.

    :ivar path: absolute, another one each time.
    :param folder: where all of them are; it is made if it is missing.
    :param owner: whom new ones belong to.
    :param now: nanoseconds since 1970.
    :raises OSError: it cannot be made.
    """

    def __init__(self, folder: str, owner: Owner, now: int) -> None:
        with suppress(FileExistsError):
            os.mkdir(folder, _FOLDER_MODE)
        _remove_dead(folder)
        self.path: Final = f"{folder}/{_PREFIX}{os.getpid()}_{now}"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        self._descriptor = os.open(self.path, flags, _MODE)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            owner.take(self._descriptor, _MODE)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Let others see that nothing is carried out here any more."""
        if self._descriptor >= 0:
            with suppress(OSError):
                os.unlink(self.path)
            os.close(self._descriptor)
            self._descriptor = -1


def _remove_dead(folder: str) -> None:
    for name in os.listdir(folder):
        if name.startswith(_PREFIX) and not is_held(path := f"{folder}/{name}"):
            with suppress(OSError):
                os.unlink(path)


def is_held(path: str) -> bool:
    """Whether the process that has locked the file at *path* is still alive."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
