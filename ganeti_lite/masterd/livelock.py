"""Livelocks: files that the processes of Ganeti 3's jobs keep locked while they live."""

import fcntl
import os


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
