"""The place of a Unix socket in the file system, and who has it.

A listening socket is reached by the file that it was bound to, under whatever name that file has now. So a daemon's
place can be taken without a moment at which nobody can be reached: its file gets a second name, where it goes on
serving, and another daemon's file is renamed to the first one.
"""

import os
import socket
import stat
from contextlib import suppress
from typing import NamedTuple

PROBE_SECONDS = 1.0
"""How long a probe waits for a connection."""


class SocketInUseError(Exception):
    """Somebody else has the place."""


class SocketIdentity(NamedTuple):
    """What tells one socket's file from another's, under any name."""

    device: int
    inode: int


def identify(path: str) -> SocketIdentity | None:
    """The socket that is at *path*; None if there is none, or something else."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return SocketIdentity(status.st_dev, status.st_ino) if stat.S_ISSOCK(status.st_mode) else None


def is_answering(path: str) -> bool:
    """Whether a daemon listens at *path*. One whose backlog is full does."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(PROBE_SECONDS)
        try:
            probe.connect(path)
        except (BlockingIOError, TimeoutError):
            return True
        except OSError:
            return False
    return True


def clear_place(place: str) -> None:
    """Remove the socket that a daemon which is gone has left at *place*.

    :raises SocketInUseError: a daemon is still there, or what is at *place* is no socket.
    """
    if not os.path.lexists(place):
        return
    if identify(place) is None:
        raise SocketInUseError(f"{place} is in the way: it is no socket")
    if is_answering(place):
        raise SocketInUseError(f"another daemon answers on {place} already")
    with suppress(FileNotFoundError):
        os.unlink(place)


def set_aside(place: str, aside: str) -> None:
    """Let the daemon at *place* be reached at *aside*, too; whatever socket is there gives way.

    :raises SocketInUseError: what is at *aside* is no socket.
    :raises OSError: a name cannot be given.
    """
    if os.path.lexists(aside) and identify(aside) is None:
        raise SocketInUseError(f"{aside} is in the way: it is no socket")
    second_name = f"{aside}.new"
    with suppress(FileNotFoundError):
        os.unlink(second_name)
    os.link(place, second_name)
    os.rename(second_name, aside)
    with suppress(FileNotFoundError):
        os.unlink(second_name)  # renaming does nothing where both are names of one file already


def give_back(place: str, aside: str) -> bool:
    """Put the daemon at *aside* back to *place*; whether there was one that answers, else nothing is done.

    :raises OSError: a name cannot be given.
    """
    if identify(aside) is None or not is_answering(aside):
        return False
    os.rename(aside, place)
    with suppress(FileNotFoundError):
        os.unlink(aside)
    return True
