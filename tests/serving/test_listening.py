"""When the daemon listens for queries, what it does about daemons that are there already, and about its file."""

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twisted.internet.protocol import ServerFactory
from twisted.internet.testing import MemoryReactorClock

from ganeti_lite.serving.listening import BACKLOG, PATIENCE, SOCKET_MODE, QueryPort
from ganeti_lite.socket_place import identify, is_answering


class Doubt:
    """Whether listening is refused, to be changed by the test."""

    def __init__(self, refusal: str | None = None) -> None:
        self.refusal = refusal

    def __call__(self) -> str | None:
        return self.refusal


def make_port(path: Path, doubt: Doubt, aside: Path | None = None) -> tuple[QueryPort, MemoryReactorClock]:
    """A started port on a reactor that accepts nobody: clients wait in the backlog."""
    reactor = MemoryReactorClock()
    port = QueryPort(str(path), ServerFactory(), reactor, doubt, None if aside is None else str(aside))
    port.startService()
    return port, reactor


def is_listening(port: QueryPort) -> bool:
    """Whether clients can connect now; asked by a function, since a type checker takes properties for constants."""
    return port.is_listening


@contextmanager
def other_daemon(path: Path) -> Iterator[socket.socket]:
    """Somebody else who listens at *path*."""
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        yield other


def reaches(path: Path, listener: socket.socket) -> bool:
    """Whether who connects at *path* comes to *listener*, behind those who have only looked whether it is there."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        client.sendall(b"hello")
        listener.setblocking(False)
        try:
            while True:
                with listener.accept()[0] as accepted:
                    if accepted.recv(5) == b"hello":
                        return True
        except BlockingIOError:
            return False


def test_listens_with_the_right_mode(tmp_path: Path) -> None:
    """The socket is for owner and group, nothing else is left beside it, and a crowd may wait."""
    port, _ = make_port(tmp_path / "q", Doubt())
    assert port.is_listening
    assert is_answering(str(tmp_path / "q"))
    assert stat.S_IMODE(os.stat(tmp_path / "q").st_mode) == SOCKET_MODE == 0o660
    assert os.listdir(tmp_path) == ["q"]
    assert BACKLOG >= 1000


def test_refused_and_later_allowed(tmp_path: Path) -> None:
    """It does not listen while it is refused; a review that finds nothing against it starts it."""
    doubt = Doubt("not the master")
    port, _ = make_port(tmp_path / "q", doubt)
    assert not port.is_listening
    assert os.listdir(tmp_path) == []
    doubt.refusal = None
    port.review()
    before = identify(str(tmp_path / "q"))
    port.review()
    assert is_listening(port)
    assert identify(str(tmp_path / "q")) == before
    doubt.refusal = "not any more"
    port.review()
    assert not is_listening(port)
    assert os.listdir(tmp_path) == []


def test_stopped_port_does_not_start_by_a_review(tmp_path: Path) -> None:
    """After the service has stopped, nothing makes it listen."""
    port, _ = make_port(tmp_path / "q", Doubt())
    port.stopService()
    port.review()
    assert not port.is_listening
    assert os.listdir(tmp_path) == []


def test_a_living_daemon_is_left_alone(tmp_path: Path) -> None:
    """Where a daemon listens this one does not, until the other is gone."""
    with other_daemon(tmp_path / "q") as other:
        port, _ = make_port(tmp_path / "q", Doubt())
        assert not port.is_listening
        assert reaches(tmp_path / "q", other)
        assert os.listdir(tmp_path) == ["q"]
    port.review()
    assert is_listening(port)


def test_a_file_that_is_removed_is_made_anew(tmp_path: Path) -> None:
    """Somebody who removes the socket shuts the clients out for a moment after the next review, no longer."""
    port, reactor = make_port(tmp_path / "q", Doubt())
    (tmp_path / "q").unlink()
    port.review()
    reactor.advance(PATIENCE)
    assert is_listening(port)
    assert is_answering(str(tmp_path / "q"))


def test_the_file_of_another_daemon_survives_our_end(tmp_path: Path) -> None:
    """A daemon that has put its own socket in our place keeps it when we stop."""
    port, reactor = make_port(tmp_path / "q", Doubt())
    (tmp_path / "q").unlink()
    with other_daemon(tmp_path / "q") as other:
        port.review()
        reactor.advance(PATIENCE)
        assert not port.is_listening
        port.stopService()
        assert reaches(tmp_path / "q", other)


def test_taking_over_and_giving_back(tmp_path: Path) -> None:
    """A daemon that listens at the place is reached aside while we run, and at the place again afterwards."""
    place, aside = tmp_path / "q", tmp_path / "aside"
    with other_daemon(place) as other:
        port, _ = make_port(place, Doubt(), aside)
        assert port.is_listening
        assert not reaches(place, other)
        assert reaches(aside, other)
        assert sorted(os.listdir(tmp_path)) == ["aside", "q"]
        port.stopService()
        assert reaches(place, other)
        assert os.listdir(tmp_path) == ["q"]


def test_a_daemon_that_starts_again_is_moved_again(tmp_path: Path) -> None:
    """The other daemon, started anew, binds the place; the next review has it aside again, its old socket gone."""
    place, aside = tmp_path / "q", tmp_path / "aside"
    with other_daemon(place):
        port, reactor = make_port(place, Doubt(), aside)
    place.unlink()
    with other_daemon(place) as other:
        port.review()
        reactor.advance(PATIENCE)
        assert is_listening(port)
        assert not reaches(place, other)
        assert reaches(aside, other)


def test_a_daemon_that_starts_is_not_disturbed(tmp_path: Path) -> None:
    """It removes what is there, binds, and listens; a review after each step leaves the place to it."""
    place, aside = tmp_path / "q", tmp_path / "aside"
    with other_daemon(place):
        port, reactor = make_port(place, Doubt(), aside)
    place.unlink()
    port.review()
    assert not place.exists()
    with socket.socket(socket.AF_UNIX) as starting:
        starting.bind(str(place))
        port.review()
        starting.listen()
        port.review()
        reactor.advance(PATIENCE)
        assert is_listening(port)
        assert not reaches(place, starting)
        assert reaches(aside, starting)


def test_a_lost_place_is_not_taken_after_the_end(tmp_path: Path) -> None:
    """A daemon that stops while it waits for its place leaves nothing that would take it."""
    port, reactor = make_port(tmp_path / "q", Doubt())
    (tmp_path / "q").unlink()
    port.review()
    port.stopService()
    reactor.advance(PATIENCE)
    assert not port.is_listening
    assert os.listdir(tmp_path) == []


def test_a_dead_daemon_is_not_put_back(tmp_path: Path) -> None:
    """If the other daemon is gone at the end, its dead socket is not put where clients would find it."""
    place, aside = tmp_path / "q", tmp_path / "aside"
    with other_daemon(place):
        port, _ = make_port(place, Doubt(), aside)
    port.stopService()
    assert not place.exists()


def test_refusal_gives_the_place_back(tmp_path: Path) -> None:
    """A node that is the master no longer leaves the place to the other daemon."""
    doubt = Doubt()
    place, aside = tmp_path / "q", tmp_path / "aside"
    with other_daemon(place) as other:
        port, _ = make_port(place, doubt, aside)
        doubt.refusal = "not the master any more"
        port.review()
        assert not port.is_listening
        assert reaches(place, other)
