"""Looks at the file system: cheap signatures, whole reads."""

import os
from typing import Final, NamedTuple

_PIECE: Final = 1024 * 1024


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


def read_first_line(path: str) -> str | None:
    """The first line of a small text file, None if there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline(4096).strip() or None
    except OSError:
        return None
