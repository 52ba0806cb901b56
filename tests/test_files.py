"""Signatures and reads of files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ganeti_lite.files import REST_LOOKS, FileSignature, read_file, read_file_at_rest, read_first_line, read_signature


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


class Changing:
    """A file that somebody changes while the reader pauses, and a clock that moves meanwhile."""

    def __init__(self, path: Path, *changes: Callable[[], object]) -> None:
        path.write_bytes(b"first")
        self.path = path
        self.pauses = 0
        self.time = os.stat(path).st_ctime_ns
        self._changes = list(changes)

    def pause(self, seconds: float) -> None:
        """Let a step of the clock pass."""
        self.pauses += 1
        self.time += int(seconds * 1e9)
        if self._changes:
            self._changes.pop(0)()
            self.time = os.stat(self.path).st_ctime_ns

    def read(self) -> tuple[bytes, FileSignature]:
        """Read the file as it comes to rest."""
        return read_file_at_rest(str(self.path), self.pause, lambda: self.time)


def test_a_file_is_read_when_its_moment_is_over(tmp_path: Path) -> None:
    """A file that was changed in this very moment may be changed again without looking different, so it is waited."""
    path = tmp_path / "a"
    changing = Changing(path, lambda: path.write_bytes(b"other"))
    content, signature = changing.read()
    assert (content, changing.pauses) == (b"other", 2)
    assert signature == read_signature(str(path))
    assert changing.read() == (content, signature)
    assert changing.pauses == 2


def test_a_time_in_the_future_is_not_waited_for(tmp_path: Path) -> None:
    """A clock that was put back since the file was written holds nobody up."""
    changing = Changing(tmp_path / "a")
    changing.time -= 10**12
    assert changing.read()[0] == b"first"
    assert changing.pauses == 0


def test_a_file_that_is_always_replaced_is_read_but_not_known(tmp_path: Path) -> None:
    """A file that is never at rest is read all the same, with a signature that no file has."""
    path = tmp_path / "a"
    changing = Changing(path, *[lambda: path.write_bytes(b"again")] * REST_LOOKS)
    content, signature = changing.read()
    assert content == b"again"
    assert signature != read_signature(str(path))


def test_a_file_that_is_always_written_to_is_not_read(tmp_path: Path) -> None:
    """What is read while it is being written in place may be of no version, so it is refused."""
    changing = Changing(tmp_path / "a")

    def read_overtaken(path: str) -> tuple[bytes, FileSignature]:
        found = read_file(path)
        with open(path, "ab") as file:
            file.write(b"more")
        return found

    with pytest.raises(OSError, match="written to all the time"):
        read_file_at_rest(str(changing.path), changing.pause, lambda: changing.time, read_overtaken)


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
