"""The instruments."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from .measure import Effort, TimingClient, median_seconds, peak_memory, seconds_until


@pytest.fixture
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A server that sends everything back, and hangs up after a request that says so."""
    path = tmp_path_factory.mktemp("e") / "socket"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        thread = threading.Thread(target=serve_once, args=(listener,))
        thread.start()
        yield path
        thread.join(timeout=10)
        assert not thread.is_alive()


def serve_once(listener: socket.socket) -> None:
    """One connection."""
    link, _ = listener.accept()
    with link:
        while (data := link.recv(1 << 16)) and data != b"hang up\x03":
            link.sendall(data)


def test_an_answer_is_read_whole(echo: Path) -> None:
    """Answers larger than a socket's buffer are complete, and come without their end mark."""
    with TimingClient(echo) as client:
        for request in (b"x" * 60_000, b"", b"short"):
            answer = client.ask(request)
            assert answer.raw == request
            assert answer.seconds > 0


def test_a_server_that_hangs_up_is_noticed(echo: Path) -> None:
    """A closed connection is an error, not an answer."""
    with TimingClient(echo) as client, pytest.raises(ConnectionError):
        client.ask(b"hang up")


def test_the_server_is_known(echo: Path) -> None:
    """The kernel tells which process listens; its memory can be seen."""
    with TimingClient(echo) as client:
        assert client.server_pid == os.getpid()
        assert peak_memory(client.server_pid) > 1_000_000


@pytest.mark.parametrize(("effort", "times"), [(Effort(3, 5, 0), 3), (Effort(1, 5, 60), 5)])
def test_effort_is_bounded(effort: Effort, times: int) -> None:
    """Never fewer than the fewest, never more than the most, no more once the time is over."""
    figures = iter([5.0, 1.0, 3.0, 2.0, 4.0, 9.0])
    taken = []

    def measure() -> float:
        taken.append(next(figures))
        return taken[-1]

    assert median_seconds(measure, effort) == 3.0
    assert len(taken) == times


def test_waiting_is_bounded() -> None:
    """What never comes is a TimeoutError."""
    with pytest.raises(TimeoutError):
        seconds_until(lambda: False, limit=0.01)
