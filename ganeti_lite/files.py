"""Looks at the file system: cheap signatures, whole reads."""

import os

from attrs import frozen


@frozen
class FileSignature:
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
    with open(path, "rb") as file:
        signature = FileSignature.of(os.fstat(file.fileno()))
        return file.read(), signature


def read_first_line(path: str) -> str | None:
    """The first line of a small text file, None if there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline(4096).strip() or None
    except OSError:
        return None
