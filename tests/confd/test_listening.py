"""When the daemon listens for queries, and what it does about sockets that are there already."""

import socket
import stat
from pathlib import Path

import pytest
from twisted.internet.protocol import ServerFactory
from twisted.internet.testing import MemoryReactor

from confd.listening import BACKLOG, SOCKET_MODE, QueryPort, SocketInUseError, remove_stale_socket


class Doubt:
    """Whether listening is refused, to be changed by the test."""

    def __init__(self, refusal: str | None = None) -> None:
        self.refusal = refusal

    def __call__(self) -> str | None:
        return self.refusal


def make_port(path: Path, doubt: Doubt) -> tuple[QueryPort, MemoryReactor]:
    """A started port on a reactor that only remembers."""
    reactor = MemoryReactor()
    port = QueryPort(str(path), ServerFactory(), reactor, doubt)
    port.startService()
    return port, reactor


def is_listening(port: QueryPort) -> bool:
    """Whether clients can connect now; asked by a function, since a type checker takes properties for constants."""
    return port.is_listening


def test_listens_with_the_right_mode(tmp_path: Path) -> None:
    """The socket is for owner and group, and a crowd may wait."""
    port, reactor = make_port(tmp_path / "q", Doubt())
    assert port.is_listening
    ((address, _, backlog, mode, _),) = reactor.unixServers
    assert (address, backlog, mode) == (str(tmp_path / "q"), BACKLOG, SOCKET_MODE)
    assert stat.S_IMODE(mode) == 0o660


def test_refused_and_later_allowed(tmp_path: Path) -> None:
    """It does not listen while it is refused; a review that finds nothing against it starts it."""
    doubt = Doubt("not the master")
    port, reactor = make_port(tmp_path / "q", doubt)
    assert not port.is_listening
    assert not reactor.unixServers
    doubt.refusal = None
    port.review()
    port.review()
    assert is_listening(port)
    assert len(reactor.unixServers) == 1
    doubt.refusal = "not any more"
    port.review()
    assert not is_listening(port)


def test_stopped_port_does_not_start_by_a_review(tmp_path: Path) -> None:
    """After the service has stopped, nothing makes it listen."""
    port, _ = make_port(tmp_path / "q", Doubt())
    port.stopService()
    port.review()
    assert not port.is_listening


def test_stale_socket_is_removed(tmp_path: Path) -> None:
    """A socket that nobody listens on is out of the way."""
    path = tmp_path / "q"
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(path))
    remove_stale_socket(str(path))
    assert not path.exists()
    remove_stale_socket(str(path))


def test_living_socket_is_left_alone(tmp_path: Path) -> None:
    """A socket that a daemon listens on stays, and the error names it."""
    path = tmp_path / "q"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        with pytest.raises(SocketInUseError, match="another daemon"):
            remove_stale_socket(str(path))
        port, _ = make_port(path, Doubt())
        assert not port.is_listening
    assert path.exists()


def test_what_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    """A file or a link is never removed."""
    path = tmp_path / "q"
    path.write_text("precious")
    with pytest.raises(SocketInUseError, match="no socket"):
        remove_stale_socket(str(path))
    link = tmp_path / "link"
    link.symlink_to(path)
    with pytest.raises(SocketInUseError, match="no socket"):
        remove_stale_socket(str(link))
    assert path.read_text() == "precious"
