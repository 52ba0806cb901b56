"""Which format versions can be read.

``version`` in the file is major · 1,000,000 + minor · 10,000 + revision.
"""

from typing import Final

from ._faults import ConfigFormatError, Fault

MAJOR: Final = 3
NEWEST_KNOWN: Final = (3, 1)


def split_version(version: int) -> tuple[int, int]:
    """(major, minor) of a format version."""
    return version // 1_000_000, version // 10_000 % 100


def check_version(version: int) -> None:
    """Raise :class:`ConfigFormatError` for a format that is not of the 3.x line."""
    major, minor = split_version(version)
    if major != MAJOR:
        text = f"format {major}.{minor} is not one of {MAJOR}.x, the only ones that can be read"
        raise ConfigFormatError([Fault("version", text)])


def is_newer_than_known(version: int) -> bool:
    """Whether the file is of a minor version that did not exist when this was written; it is read all the same."""
    return split_version(version) > NEWEST_KNOWN
