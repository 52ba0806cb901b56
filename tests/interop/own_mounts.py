"""A process that has some directories of the system for itself, as have all that it starts from then on."""

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

_CLONE_NEWNS: Final = 0x00020000
"""From ``linux/sched.h``; Python knows it from version 3.12 on."""


@contextmanager
def own_directory(path: Path) -> Iterator[None]:
    """An empty directory is at *path*, for this process (once its other threads have ended) and its children only.

    Needs root. The process keeps a table of mounts of its own behind the block, with what was mounted before.

    :raises OSError: the kernel refuses.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNS) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    path.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as own:
        Path(own).chmod(0o755)
        _mount("--make-rprivate", "/")
        _mount("--bind", own, path)
        try:
            yield
        finally:
            subprocess.run(["umount", path], check=True, capture_output=True)


def _mount(*arguments: str | Path) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)
