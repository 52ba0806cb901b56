"""Who asks the job daemon: queries that reach it belong to the query daemon, and this is how their senders are found.

Each client process that sends a query is logged once in a while, with what tells it from others, and how often it
has asked since the last time.
"""

from collections import Counter
from collections.abc import Callable, Hashable
from typing import Final

from twisted.internet.defer import Deferred, succeed
from twisted.logger import Logger

from ganeti_lite.errors import LuxiError, RequestParseError
from ganeti_lite.serving.luxi import Answerer
from ganeti_lite.serving.needs import Answer
from ganeti_lite.serving.peers import Peer
from ganeti_lite.serving.printable import printable
from ganeti_lite.wire.luxi import decode_request, encode_error
from ganeti_lite.wire.requests import METHODS

INTERVAL: Final = 300.0
"""Seconds in which a caller's queries of one method make one line of the log."""

MAX_CALLERS: Final = 1000
"""Callers whose queries are counted separately; of more, the oldest are forgotten."""

QUERIES: Final = frozenset(name for name in METHODS if name.startswith("Query"))
"""Methods that only ask; waiting for a job is part of having it done."""

_LONGEST_QUERY: Final = 4096
"""Bytes of a request that is decoded to see which method it is for; what is longer brings opcodes, as a rule."""


class QueryLog:
    """Counts queries by caller and method, and logs each pair once in :data:`INTERVAL` seconds.

    :ivar total: queries since the start, by method.
    """

    log = Logger()

    def __init__(self, seconds: Callable[[], float]) -> None:
        self.total: Counter[str] = Counter()
        self._seconds = seconds
        self._told: dict[tuple[Hashable, str], tuple[float, int]] = {}

    def note(self, caller: Hashable, method: str) -> None:
        """A caller has sent a query."""
        self.total[method] += 1
        now = self._seconds()
        told_at, since = self._told.get((caller, method), (-INTERVAL, 0))
        if now - told_at < INTERVAL:
            self._told[caller, method] = told_at, since + 1
            return
        self._forget(now)
        self._told[caller, method] = now, 0
        self.log.info(
            "query {method} on the job socket, from {caller} ({more} more since the last such line)",
            method=method,
            caller=describe_caller(caller),
            more=since,
        )

    def _forget(self, now: float) -> None:
        expired = [key for key, (told_at, since) in self._told.items() if now - told_at >= INTERVAL and not since]
        for key in expired:
            del self._told[key]
        while len(self._told) >= MAX_CALLERS:
            del self._told[next(iter(self._told))]


def describe_caller(caller: Hashable) -> str:
    """A client's process, user and program, as far as they can be had."""
    return f"{caller}, {_read_program(caller.pid)}" if isinstance(caller, Peer) else "an unknown process"


def _read_program(pid: int) -> str:
    """The name of a process's program; it chooses that itself, so what cannot be printed is escaped."""
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8", errors="backslashreplace") as file:
            return printable(file.read(64).strip())
    except OSError:
        return "gone by now"


def watch_queries(answer: Answerer, log: QueryLog, query_socket: str | None) -> Answerer:
    """*answer*, but queries are noted.

    :param query_socket: where they belong, if they are refused here; None to answer them.
    """

    def judge(frame: bytes, client: Hashable) -> Deferred[Answer]:
        method = find_query(frame)
        if method is None:
            return answer(frame, client)
        log.note(client, method)
        if query_socket is None:
            return answer(frame, client)
        return succeed(Answer(encode_error(LuxiError(f"{method} is a query: send it to {query_socket}"))))

    return judge


def find_query(frame: bytes) -> str | None:
    """The method of a request that is a query; None for all others."""
    if len(frame) > _LONGEST_QUERY and b'"Query' not in frame:
        return None
    try:
        method = decode_request(frame).method
    except RequestParseError:
        return None
    return method if method in QUERIES else None
