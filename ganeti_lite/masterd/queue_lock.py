"""The lock of a queue directory: who holds it is the one that writes there.

It is a lock by ``flock`` on the file ``lock``, which Ganeti's daemons take as well: one that executes jobs for as long
as it runs, a node daemon for a moment.
"""

import fcntl
import os
from contextlib import suppress
from typing import Final

from .atomic_write import Owner

LOCK: Final = "lock"
_MODE: Final = 0o640
_ATTEMPTS: Final = 10
"""How often the file may be another one than that which was locked: a daemon that ends removes it."""


class QueueUnavailableError(Exception):
    """The queue cannot be opened; the text says which, and why."""


def lock_queue(queue: str, owner: Owner) -> int:
    """A descriptor; the directory *queue* is locked while it is open.

    :raises QueueUnavailableError: somebody else has it, whom the text names.
    """
    path = f"{queue}/{LOCK}"
    for _ in range(_ATTEMPTS):
        try:
            descriptor = _open(path, owner)
        except OSError as error:
            raise QueueUnavailableError(f"{path}: {error.strerror or error}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = _find_holder(descriptor)
            os.close(descriptor)
            text = f"{path} is held by {holder}: only one daemon can execute the jobs of a queue"
            raise QueueUnavailableError(text) from error
        if _is_still_there(path, descriptor):
            return descriptor
        os.close(descriptor)
    raise QueueUnavailableError(f"{path} is replaced again and again")


def _open(path: str, owner: Owner) -> int:
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        return os.open(path, flags)
    except FileNotFoundError:
        descriptor = os.open(path, flags | os.O_CREAT, _MODE)
    owner.take(descriptor, _MODE)
    return descriptor


def _is_still_there(path: str, descriptor: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    return False


def _find_holder(descriptor: int) -> str:
    """Who has locked the file, in words."""
    status = os.fstat(descriptor)
    device = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    with suppress(OSError, ValueError):
        with open("/proc/locks", encoding="ascii") as locks:
            rows = [line.split() for line in locks]
        pid = next((int(row[4]) for row in rows if len(row) > 5 and row[1] == "FLOCK" and row[5] == device), 0)
        with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as name:
            return f"{name.read().strip()} (process {pid})"
    return "another process"
