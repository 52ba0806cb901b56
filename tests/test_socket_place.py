"""Taking the place of a socket, and giving it back."""

import os
import socket
from pathlib import Path

import pytest

from ganeti_lite.socket_place import SocketInUseError, clear_place, give_back, identify, is_answering, set_aside


def listen(path: Path) -> socket.socket:
    """A socket that is listened on."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    return listener


def test_who_answers(tmp_path: Path) -> None:
    """A socket answers while somebody listens on it; a file, or nothing, never does."""
    path = tmp_path / "s"
    assert not is_answering(str(path))
    with listen(path):
        assert is_answering(str(path))
    assert not is_answering(str(path))
    (tmp_path / "file").write_text("")
    assert not is_answering(str(tmp_path / "file"))


def test_identity_is_kept_under_another_name(tmp_path: Path) -> None:
    """A renamed socket is the same one, a new one at the old name is another; a file or a link is none."""
    with listen(tmp_path / "s"):
        before = identify(str(tmp_path / "s"))
        os.rename(tmp_path / "s", tmp_path / "t")
        assert identify(str(tmp_path / "t")) == before is not None
        with listen(tmp_path / "s"):
            assert identify(str(tmp_path / "s")) != before
    (tmp_path / "link").symlink_to(tmp_path / "t")
    assert identify(str(tmp_path / "link")) is None
    assert identify(str(tmp_path / "nothing")) is None


def test_stale_socket_is_removed(tmp_path: Path) -> None:
    """A socket that nobody listens on is out of the way, and so is none."""
    path = tmp_path / "s"
    with listen(path):
        pass
    clear_place(str(path))
    assert not path.exists()
    clear_place(str(path))


def test_living_socket_is_left_alone(tmp_path: Path) -> None:
    """A socket that a daemon listens on stays, and the error says so."""
    with listen(tmp_path / "s"), pytest.raises(SocketInUseError, match="another daemon"):
        clear_place(str(tmp_path / "s"))
    assert (tmp_path / "s").exists()


def test_what_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    """A file or a link is never removed or replaced."""
    path, link = tmp_path / "file", tmp_path / "link"
    path.write_text("precious")
    link.symlink_to(path)
    with listen(tmp_path / "s"):
        for precious in (path, link):
            with pytest.raises(SocketInUseError, match="no socket"):
                clear_place(str(precious))
            with pytest.raises(SocketInUseError, match="no socket"):
                set_aside(str(tmp_path / "s"), str(precious))
    assert path.read_text() == "precious"


def test_aside_and_back_twice(tmp_path: Path) -> None:
    """Setting aside leaves the place reachable, too; doing either twice changes nothing and leaves no name behind."""
    place, aside = str(tmp_path / "s"), str(tmp_path / "aside")
    with listen(tmp_path / "s"):
        for _ in range(2):
            set_aside(place, aside)
            assert is_answering(place)
            assert is_answering(aside)
        assert sorted(os.listdir(tmp_path)) == ["aside", "s"]
        os.unlink(place)
        assert give_back(place, aside)
        assert not give_back(place, aside)
        assert is_answering(place)
        assert os.listdir(tmp_path) == ["s"]


def test_an_old_socket_aside_gives_way(tmp_path: Path) -> None:
    """What a daemon that is gone has left aside is replaced."""
    with listen(tmp_path / "aside"):
        pass
    with listen(tmp_path / "s"):
        set_aside(str(tmp_path / "s"), str(tmp_path / "aside"))
        assert is_answering(str(tmp_path / "aside"))
