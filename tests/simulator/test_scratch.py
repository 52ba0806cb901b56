"""The directory of a demonstration."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ganeti_lite.simulator import ClusterPaths
from ganeti_lite.simulator._scratch import Scratch, ScratchError, make_scratch

SOCKET_PATH_LIMIT = 107


def socket_length(scratch: Scratch) -> int:
    """Bytes of the path of the cluster's query socket."""
    return len(os.fsencode(ClusterPaths(scratch.root).query_socket))


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty directory with a short name; pytest's own are too deep for sockets."""
    with TemporaryDirectory(dir="/tmp") as name:
        yield Path(name)


def test_a_temporary_directory_is_removed_whole() -> None:
    """Without a wish there is a new directory with room for the cluster, and removing it leaves nothing."""
    scratch = make_scratch(None)
    scratch.root.mkdir()
    scratch.remove()
    assert not scratch.base.exists()


def test_deep_temporary_directories_are_avoided(place: Path) -> None:
    """A socket below the usual temporary directory would be out of reach: another one is taken, and none left there."""
    deep = place / ("d" * 80)
    deep.mkdir()
    scratch = make_scratch(None, temporary=deep)
    try:
        assert socket_length(scratch) <= SOCKET_PATH_LIMIT
        assert not list(deep.iterdir())
    finally:
        scratch.base.rmdir()


def test_a_wished_directory_is_made_and_removed(place: Path) -> None:
    """A directory that did not exist goes with the cluster."""
    scratch = make_scratch(place / "a/b")
    scratch.root.mkdir()
    scratch.remove()
    assert not (place / "a/b").exists()


def test_an_empty_directory_stays(place: Path) -> None:
    """A directory that existed is emptied, not removed."""
    scratch = make_scratch(place)
    scratch.root.mkdir()
    scratch.remove()
    assert list(place.iterdir()) == []


def test_a_directory_in_use_is_refused(place: Path) -> None:
    """Nothing is put beside other files."""
    (place / "mine").touch()
    with pytest.raises(ScratchError, match="not empty"):
        make_scratch(place)


def test_too_long_a_path_is_refused(place: Path) -> None:
    """The error says that a socket could not be reached there; nothing is made."""
    wished = place / ("d" * 100)
    with pytest.raises(ScratchError, match="too long"):
        make_scratch(wished)
    assert not wished.exists()


def test_the_longest_possible_path_is_taken(place: Path) -> None:
    """The limit is the kernel's, to the byte."""
    room = SOCKET_PATH_LIMIT - socket_length(Scratch(place, is_new=False)) - 1
    scratch = make_scratch(place / ("d" * room))
    assert socket_length(scratch) == SOCKET_PATH_LIMIT
    with pytest.raises(ScratchError, match="1 bytes too long"):
        make_scratch(place / ("e" * (room + 1)))


def test_a_place_that_cannot_be_made_is_refused(place: Path) -> None:
    """A file in the way is told as such."""
    (place / "file").touch()
    with pytest.raises(ScratchError, match="no place for the cluster"):
        make_scratch(place / "file/x")
