"""The values that every node of a cluster knows, each in a file of its own, one a line."""

from typing import Final

from ganeti_lite.errors import ConfigurationError
from ganeti_lite.paths import GanetiPaths

MAX_SIZE: Final = 128 * 1024
"""Bytes of a file, as Ganeti has it."""


def read_ssconf(paths: GanetiPaths, key: str) -> str:
    """What a file says, without the newline at its end.

    :raises ConfigurationError: there is no such file, or it cannot be read.
    """
    path = paths.ssconf(key)
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(MAX_SIZE).rstrip("\n")
    except OSError as error:
        raise ConfigurationError(f"Can't read ssconf file {path}: {error}") from error
