"""Which format versions are read."""

import pytest

from ganeti_lite.config import ConfigFormatError, is_newer_than_known, load_config

from .test_golden import GOLDEN

DATA = (GOLDEN / "config-3.1.json").read_bytes()


def of_version(version: int) -> bytes:
    """The same configuration in another format version."""
    return DATA.replace(b'"version":3010000', b'"version":%d' % version)


@pytest.mark.parametrize(
    ("version", "is_newer"),
    [(3000000, False), (3010000, False), (3010002, False), (3020000, True), (3990000, True)],
)
def test_formats_of_the_3_line_are_read(version: int, is_newer: bool) -> None:
    """Any 3.x is read; whether it is newer than this program can be told."""
    snapshot = load_config(of_version(version)).snapshot
    assert snapshot.version == version
    assert is_newer_than_known(snapshot.version) is is_newer


@pytest.mark.parametrize(("version", "shown"), [(2160000, "2.16"), (2070000, "2.7"), (4000000, "4.0"), (0, "0.0")])
def test_other_formats_are_refused(version: int, shown: str) -> None:
    """Any other version is one fault, whatever else may be strange in such a file."""
    with pytest.raises(ConfigFormatError) as caught:
        load_config(of_version(version).replace(b'"nodes":{', b'"nodes":5,"x":{'))
    assert str(caught.value) == f"version: format {shown} is not one of 3.x, the only ones that can be read"
