"""Signatures and reads of files."""

import os
from pathlib import Path

import pytest

from ganeti_lite.files import read_file, read_first_line, read_signature


def test_signature_tells_replacement_of_equal_size_and_time(tmp_path: Path) -> None:
    """A file that is replaced by one of the same size and time is another one."""
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"one")
    other.write_bytes(b"two")
    for file in (path, other):
        os.utime(file, ns=(10**18, 10**18))
    before = read_signature(str(path))
    other.rename(path)
    assert before is not None
    assert read_signature(str(path)) != before


def test_signature_tells_rewriting_in_place_with_the_old_time(tmp_path: Path) -> None:
    """A file rewritten in place, its time put back, is another one."""
    path = tmp_path / "a"
    path.write_bytes(b"one")
    os.utime(path, ns=(10**18, 10**18))
    before = read_signature(str(path))
    path.write_bytes(b"two")
    os.utime(path, ns=(10**18, 10**18))
    assert read_signature(str(path)) != before


def test_missing_file_has_no_signature(tmp_path: Path) -> None:
    """What cannot be looked at has no signature."""
    assert read_signature(str(tmp_path / "nosuch")) is None


def test_read_brings_content_and_signature(tmp_path: Path) -> None:
    """A read brings the bytes and the signature that goes with them."""
    path = tmp_path / "a"
    path.write_bytes(b"\x00content")
    assert read_file(str(path)) == (b"\x00content", read_signature(str(path)))
    with pytest.raises(FileNotFoundError):
        read_file(str(tmp_path / "nosuch"))


@pytest.mark.parametrize(
    ("content", "line"), [(b"node1\n", "node1"), (b"node1", "node1"), (b"", None), (b"\n", None), (b"\xff\n", "\ufffd")]
)
def test_first_line(tmp_path: Path, content: bytes, line: str | None) -> None:
    """The first line without its end; none of an empty file."""
    path = tmp_path / "a"
    path.write_bytes(content)
    assert read_first_line(str(path)) == line


def test_first_line_of_no_file(tmp_path: Path) -> None:
    """A file that is not there has no first line."""
    assert read_first_line(str(tmp_path / "nosuch")) is None
