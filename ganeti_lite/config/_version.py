"""Which format versions can be read, and which of them as they are.

``version`` in the file is major · 1,000,000 + minor · 10,000 + revision.
"""

from typing import Final

from ._faults import ConfigFormatError, Fault
from .upgrades import STEPS

MAJOR: Final = 3
NEWEST_KNOWN: Final = (3, 1)

_READABLE: Final = f"{{}}.{{}} to {{}}.{{}} and {MAJOR}.x".format(*min(STEPS), *max(STEPS))


def split_version(version: int) -> tuple[int, int]:
    """(major, minor) of a format version."""
    return version // 1_000_000, version // 10_000 % 100


def check_version(version: int) -> None:
    """Raise :class:`ConfigFormatError` for a format that cannot be read, with what can be done about it."""
    major, minor = found = split_version(version)
    if major == MAJOR or found in STEPS:
        return
    advice = "upgrade the cluster with Ganeti's cfgupgrade" if found < max(STEPS) else "it needs a newer program"
    raise ConfigFormatError([Fault("version", f"format {major}.{minor} is none of {_READABLE}: {advice}")])


def is_older(version: int) -> bool:
    """Whether a file of this version, which can be read, must be upgraded before it is structured."""
    return split_version(version) in STEPS


def is_newer_than_known(version: int) -> bool:
    """Whether the file is of a minor version that did not exist when this was written; it is read all the same."""
    return split_version(version) > NEWEST_KNOWN


def find_write_fault(version: int) -> str | None:
    """Why a file of this version, which can be read, must not be written; None if it may.

    The next one that reads it expects what was there before, and for an older version that cannot be had any more.
    """
    major, minor = split_version(version)
    if is_older(version):
        return f"format {major}.{minor} is an older one: upgrade the cluster with Ganeti's cfgupgrade first"
    if is_newer_than_known(version):
        return f"format {major}.{minor} is newer than this program, which can read it but must not write it"
    return None
