"""Replacing a file so that whoever looks, and whoever starts after a crash, finds the old content or the new one.

The content is on the disk before the name changes hands, and the name before the writer goes on.
"""

import os
from contextlib import suppress

from attrs import frozen

from ganeti_lite.errors import GenericError


class FileWriteError(GenericError):
    """A file, or a change of a folder, could not be brought to the disk; what was there before is still there."""

    @classmethod
    def of(cls, path: str, error: OSError) -> "FileWriteError":
        return cls(f"Cannot write {path}: {error.strerror or error}")


@frozen
class Owner:
    """Whom new files and folders belong to, as numbers; -1 leaves it as the system has it."""

    uid: int = -1
    gid: int = -1

    def take(self, descriptor: int, mode: int) -> None:
        """Have an open file belong to it, with that mode.

        :raises OSError: this process may not give the file away.
        """
        os.fchmod(descriptor, mode)
        if self != Owner():
            os.fchown(descriptor, self.uid, self.gid)


def find_owner(path: str) -> Owner:
    """Whom new versions of what is at *path* belong to: as they do now, as far as this process may give files away."""
    try:
        status = os.stat(path)
    except OSError:
        return Owner()
    if os.geteuid() == 0:
        return Owner(status.st_uid, status.st_gid)
    return Owner(gid=status.st_gid) if status.st_gid in {os.getegid(), *os.getgroups()} else Owner()


def replace_file(path: str, data: bytes, owner: Owner, *, mode: int = 0o640, suffix: str = ".new") -> None:
    """Put *data* in the place of the file at *path*; the name is on the disk only after :func:`sync_folder`.

    :param suffix: what is behind the file's name in that of the draft beside it, which nobody else may write.
    :raises FileWriteError: it cannot be written; there is no draft left.
    """
    draft = path + suffix
    try:
        try:
            _write_draft(draft, data, owner, mode)
            os.rename(draft, path)
        except OSError:
            with suppress(OSError):
                os.unlink(draft)
            raise
    except OSError as error:
        raise FileWriteError.of(path, error) from error


def _write_draft(path: str, data: bytes, owner: Owner, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    try:
        owner.take(descriptor, mode)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: str) -> None:
    """Bring to the disk which names the folder at *path* has.

    :raises FileWriteError: it failed.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise FileWriteError.of(path, error) from error
