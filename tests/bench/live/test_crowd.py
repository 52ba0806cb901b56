"""Crowds of clients, at servers with and without room for them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from .crowd import ask_at_once

CLIENTS: Final = 8


@contextmanager
def echo(*, backlog: int, opened: threading.Event) -> Iterator[Path]:
    """A server that, once it is opened, sends every client's request back, one client after the other."""
    with TemporaryDirectory(prefix="gl-") as folder, socket.socket(socket.AF_UNIX) as listener:
        path = Path(folder) / "socket"
        listener.bind(str(path))
        listener.listen(backlog)
        thread = threading.Thread(target=serve, args=(listener, opened))
        thread.start()
        try:
            yield path
        finally:
            opened.set()
            with socket.socket(socket.AF_UNIX) as last:
                last.connect(str(path))
                last.sendall(b"end")
                thread.join(timeout=10)
            assert not thread.is_alive()


def serve(listener: socket.socket, opened: threading.Event) -> None:
    """Until a client says so."""
    opened.wait(30)
    while True:
        link, _ = listener.accept()
        with link:
            if (request := link.recv(100)) == b"end":
                return
            with suppress(BrokenPipeError):  # the client has given up
                link.sendall(request)


def test_all_are_answered_where_there_is_room() -> None:
    """Each client's answer is checked."""
    opened, checked = threading.Event(), list[bytes]()
    opened.set()
    with echo(backlog=CLIENTS, opened=opened) as path:
        burst = ask_at_once(path, b"request", CLIENTS, limit=10, waits_for_room=False, check=checked.append)
    assert burst.answered == CLIENTS
    assert burst.rate == CLIENTS / burst.seconds
    assert checked == [b"request"] * CLIENTS


def test_a_full_backlog_refuses_and_who_waits_is_bounded() -> None:
    """A backlog of 0 has room for one, who waits for an answer in vain as long as the server does nothing."""
    with echo(backlog=0, opened=threading.Event()) as path:
        burst = ask_at_once(path, b"request", CLIENTS, limit=0.2, waits_for_room=False, check=len)
    assert burst.answered == 0


def test_who_waits_for_room_is_answered() -> None:
    """Nobody is refused by a full backlog who waits for room in it."""
    opened = threading.Event()
    opened.set()
    with echo(backlog=0, opened=opened) as path:
        burst = ask_at_once(path, b"request", CLIENTS, limit=10, waits_for_room=True, check=len)
    assert burst.answered == CLIENTS
