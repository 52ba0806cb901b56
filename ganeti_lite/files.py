"""Looks at the file system: cheap signatures, whole reads."""

import errno
import os
import time
from collections.abc import Callable
from typing import Final, NamedTuple

_PIECE: Final = 1024 * 1024

_STAMP_CLOCK: Final = 5
"""CLOCK_REALTIME_COARSE of Linux's <time.h>, by which files get their times; it moves every 1 to 10 ms."""

REST_LOOKS: Final = 10
"""How often it is looked whether a file is at rest; a step of the clock lies between."""


class FileSignature(NamedTuple):
    """What tells one content of a file from another without reading it; times in nanoseconds."""

    device: int
    inode: int
    size: int
    mtime: int
    ctime: int

    @classmethod
    def of(cls, status: os.stat_result) -> "FileSignature":
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def read_signature(path: str) -> FileSignature | None:
    """The signature of the file at *path* now, None if it cannot be looked at."""
    try:
        return FileSignature.of(os.stat(path))
    except OSError:
        return None


def read_file(path: str) -> tuple[bytes, FileSignature]:
    """The content of a file and the signature that it had before it was read; raises OSError."""
    # Not by a file object, which costs as much again: a queue has thousands of small files.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        signature = FileSignature.of(os.fstat(descriptor))
        data = os.read(descriptor, signature.size + 1)
        while len(data) > signature.size and (more := os.read(descriptor, _PIECE)):  # it has grown meanwhile
            data += more
        return data, signature
    finally:
        os.close(descriptor)


def read_file_at_rest(
    path: str,
    pause: Callable[[float], object] = time.sleep,
    now: Callable[[], int] = lambda: time.clock_gettime_ns(_STAMP_CLOCK),
    read: Callable[[str], tuple[bytes, FileSignature]] = read_file,
) -> tuple[bytes, FileSignature]:
    """The content of a file that nobody wrote to meanwhile, and a signature that differs after any later change.

    A file that is changed twice within one step of the clock may look the same after both, and who has read it in
    between would never know. So it is read when that step is over; of a file that is replaced all the time some
    version is brought, with a signature that no file has. It takes some milliseconds right after a change: not to be
    called where others wait.

    :param now: nanoseconds since 1970 by the clock that files get their times from.
    :raises OSError: it cannot be read, or is written to all the time.
    """
    step = max(time.clock_getres(_STAMP_CLOCK), 0.001)
    for _ in range(REST_LOOKS):
        if _is_at_rest(os.stat(path), now(), step):
            data, signature = read(path)
            if read_signature(path) == signature:
                return data, signature
        pause(step)
    data, signature = read(path)
    after = read_signature(path)
    if after is not None and after.inode == signature.inode and after != signature:
        raise OSError(errno.EBUSY, "it is being written to all the time", path)
    return data, signature._replace(inode=-1)


def _is_at_rest(status: os.stat_result, now: int, step: float) -> bool:
    """Whether the step of the clock in which a file was changed is over, or a future one of a clock that went back."""
    age = now - status.st_ctime_ns
    return age > 0 or age < -1e9 * step


def read_first_line(path: str) -> str | None:
    """The first line of a small text file, None if there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline(4096).strip() or None
    except OSError:
        return None
