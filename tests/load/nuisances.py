"""The others: clients that never read, that send a byte a second, that only sit there; and a flood of datagrams.

Run with a query socket, a kind of :data:`KINDS`, a number, and a request as arguments: so many clients of that kind.
"""

import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from attrs import frozen

from tests.interop.confd_daemons import started
from tests.interop.isolated import PROJECT, Command
from tests.interop.processes import read_log, wait_until

from .askers import END

READY: Final = "all are connected"


@frozen
class Nuisances:
    """How many of each.

    :ivar datagrams: unsigned ones a second.
    """

    never_reading: int = 20
    dribbling: int = 20
    idle: int = 1000
    datagrams: float = 20_000.0


@contextmanager
def annoyed(path: Path, udp_port: int, nuisances: Nuisances, full: bytes, folder: Path) -> Iterator[None]:
    """All of them at once, for as long as the block lasts.

    :param full: a request whose answer is large.
    """
    counts = {"idle": nuisances.idle, "never-reading": nuisances.never_reading, "dribbling": nuisances.dribbling}
    with ExitStack() as stack:
        for kind, count in counts.items():
            log = folder / f"{kind}.log"
            stack.enter_context(_module("nuisances", path, kind, str(count), full.decode(), log=log))
            wait_until(partial(_says, log, READY), f"{kind} clients")
        if nuisances.datagrams:
            stack.enter_context(_module("flood", str(udp_port), str(nuisances.datagrams), log=folder / "flood.log"))
        yield


def _says(log: Path, text: str) -> bool:
    return text in read_log(log)


@contextmanager
def _module(name: str, *arguments: str | Path, log: Path) -> Iterator[None]:
    """A module of this package as a process of its own, which must not have ended before the block does."""
    command: Command = [sys.executable, "-u", "-m", f"tests.load.{name}", *arguments]
    with started(command, log=log, environment={"PYTHONPATH": str(PROJECT)}) as process:
        yield
        assert process.poll() is None, read_log(log)


def never_read(clients: Sequence[socket.socket], request: bytes) -> None:
    """Ask for much, and take nothing of it."""
    for client in clients:
        client.sendall((request + END) * 3)


def dribble(clients: Sequence[socket.socket], request: bytes) -> None:
    """Send a byte a second, for ever."""
    never, place = threading.Event(), 0
    while not never.wait(1.0):
        for client in clients:
            client.sendall(request[place : place + 1])
        place = (place + 1) % len(request)


def sit_there(_clients: Sequence[socket.socket], _request: bytes) -> None:
    """Do nothing."""


KINDS: Final[Mapping[str, Callable[[Sequence[socket.socket], bytes], None]]] = MappingProxyType(
    {"never-reading": never_read, "dribbling": dribble, "idle": sit_there}
)


def _connect(path: str) -> socket.socket:
    client = socket.socket(socket.AF_UNIX)
    client.connect(path)
    return client


def main(path: str, kind: str, count: str, request: str) -> None:
    """Connect, and behave like that until the process is ended."""
    clients = [_connect(path) for _ in range(int(count))]
    print(READY)
    KINDS[kind](clients, request.encode())
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
