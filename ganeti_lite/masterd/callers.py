"""Who asks the job daemon: queries that reach it belong to the query daemon, and this is how their senders are found.

Each client process that sends a query is logged once in a while, with what tells it from others, and how often it
has asked since the last time.
"""

import socket
import struct
from collections import Counter
from collections.abc import Callable
from typing import Final

from attrs import frozen
from twisted.logger import Logger

INTERVAL: Final = 300.0
"""Seconds in which a caller's queries of one method make one line of the log."""

MAX_CALLERS: Final = 1000
"""Callers whose queries are counted separately; of more, the oldest are told and forgotten."""

_CREDENTIALS: Final = struct.Struct("3i")
"""Process, user and group id, as the kernel tells them of a Unix socket's other end."""


@frozen
class Caller:
    """The process at the other end of a connection.

    :ivar program: its name as the kernel has it; empty if that cannot be had any more.
    """

    pid: int
    uid: int
    program: str

    def __str__(self) -> str:
        return f"pid {self.pid}, uid {self.uid}, {self.program or 'gone by now'}"


NOBODY: Final = Caller(0, 0, "")


def identify_caller(connection: socket.socket) -> Caller:
    """Who connected a Unix socket; :data:`NOBODY` if the kernel does not say."""
    try:
        raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    except OSError:
        return NOBODY
    pid, uid, _gid = _CREDENTIALS.unpack(raw)
    return Caller(pid, uid, _read_program(pid))


def _read_program(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8", errors="backslashreplace") as file:
            name = file.read(64).strip()
    except OSError:
        return ""
    return name if name.isprintable() else ascii(name)


class QueryLog:
    """Counts queries by caller and method, and logs each pair once in :data:`INTERVAL` seconds.

    :ivar total: queries since the start, by method.
    """

    log = Logger()

    def __init__(self, seconds: Callable[[], float]) -> None:
        self.total: Counter[str] = Counter()
        self._seconds = seconds
        self._told: dict[tuple[Caller, str], tuple[float, int]] = {}

    def note(self, caller: Caller, method: str) -> None:
        """A caller has sent a query."""
        self.total[method] += 1
        now = self._seconds()
        told_at, since = self._told.get((caller, method), (-INTERVAL, 0))
        if now - told_at < INTERVAL:
            self._told[caller, method] = told_at, since + 1
            return
        self._forget_oldest(now)
        self._told[caller, method] = now, 0
        self.log.info(
            "query {method} on the job socket, from {caller} ({more} more since the last such line)",
            method=method,
            caller=caller,
            more=since,
        )

    def _forget_oldest(self, now: float) -> None:
        expired = [key for key, (told_at, since) in self._told.items() if now - told_at >= INTERVAL and not since]
        for key in expired:
            del self._told[key]
        while len(self._told) >= MAX_CALLERS:
            del self._told[next(iter(self._told))]
