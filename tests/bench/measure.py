"""Measuring: a plain blocking client with a clock, and what the kernel knows about a server.

The client does nothing but send a request and read until the answer's end mark, so what it measures is the server.
"""

import math
import socket
import statistics
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Self

from attrs import frozen

END_OF_MESSAGE: Final = b"\x03"
_RECEIVE_SIZE: Final = 1 << 20
_ANSWER_LIMIT: Final = 600.0
"""Seconds without a byte after which a measurement is given up; the real daemon takes minutes for large lists."""


@frozen
class TimedAnswer:
    """One answer.

    :ivar seconds: from sending the request until the answer had come whole.
    :ivar raw: the answer without its end mark.
    """

    seconds: float
    raw: bytes


class TimingClient:
    """One connection to the server at a Unix socket.

    :param limit: seconds without a byte after which a measurement is given up.
    :param waits_for_room: while the server's backlog is full, wait until there is room in it, but no longer than
        ``limit``; Ganeti's own clients find themselves refused in that case, and try again a second later.
    :raises BlockingIOError: the backlog is full.
    """

    def __init__(self, path: Path, *, limit: float = _ANSWER_LIMIT, waits_for_room: bool = False) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            if waits_for_room:
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", math.ceil(limit), 0))
            else:
                self._socket.settimeout(limit)  # which makes connecting fail at once where there is no room
            self._socket.connect(str(path))
            self._socket.settimeout(limit)
        except OSError:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._socket.close()

    def ask(self, request: bytes) -> TimedAnswer:
        """Sends a request (without end mark) and reads its answer.

        :raises ConnectionError: the server closed the connection before the answer's end.
        :raises TimeoutError: nothing came for as long as the limit says.
        """
        chunks: list[bytes] = []
        started = time.perf_counter()
        self.send(request)
        while not chunks or not chunks[-1].endswith(END_OF_MESSAGE):
            chunks.append(self.receive())
        seconds = time.perf_counter() - started
        return TimedAnswer(seconds, b"".join(chunks)[:-1])

    def send(self, request: bytes) -> None:
        """Sends a request (without end mark) and does not wait for its answer."""
        self._socket.sendall(request + END_OF_MESSAGE)

    def receive(self) -> bytes:
        """The next piece of an answer.

        :raises ConnectionError: the server closed the connection before the answer's end.
        :raises TimeoutError: nothing came for as long as the limit says.
        """
        chunk = self._socket.recv(_RECEIVE_SIZE)
        if not chunk:
            raise ConnectionError("the server closed the connection without a whole answer")
        return chunk

    def fileno(self) -> int:
        """The descriptor, for selectors."""
        return self._socket.fileno()

    @property
    def server_pid(self) -> int:
        """The process that listens at the socket (Linux, SO_PEERCRED)."""
        credentials = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        pid, _uid, _gid = struct.unpack("3i", credentials)
        return int(pid)


@frozen
class Effort:
    """How often to measure one thing: at least ``fewest`` times, then until ``most`` times or ``seconds`` are over."""

    fewest: int
    most: int
    seconds: float

    def rounds(self) -> Iterator[int]:
        """Counts the measurements that are due, from 0."""
        limit = time.monotonic() + self.seconds
        for number in range(self.most):
            if number >= self.fewest and time.monotonic() >= limit:
                return
            yield number


def median_seconds(measure: Callable[[], float], effort: Effort) -> float:
    """The median of repeated measurements."""
    return statistics.median([measure() for _ in effort.rounds()])


def seconds_until(seen: Callable[[], bool], limit: float) -> float:
    """Seconds until ``seen``, asked again and again, says yes; what one look takes is the resolution.

    :raises TimeoutError: it did not within ``limit`` seconds.
    """
    started = time.perf_counter()
    while not seen():
        if time.perf_counter() - started > limit:
            raise TimeoutError(f"not seen within {limit:g} s")
    return time.perf_counter() - started


def peak_memory(pid: int) -> int:
    """The most memory, in bytes, that a process has had resident so far (VmHWM of /proc)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"process {pid} has no VmHWM")
