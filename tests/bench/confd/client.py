"""Measuring: a plain client with a clock. It signs its requests beforehand, so that what it measures is the server."""

import hmac
import itertools
import json
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Self

from attrs import frozen

LARGEST: Final = 65536
_ANSWER_LIMIT: Final = 10.0
"""Seconds without a reply after which a measurement is given up."""

_LARGE_REPLY: Final = 10_000
"""Bytes of a reply from which on only one is awaited, since more may be too much for the socket's buffer."""

_SALTS: Final = 64
"""Different requests that are sent in turn, as those of a real client are all different."""


def seal(key: bytes, request_type: int, query: object, rsalt: str) -> bytes:
    """A signed request."""
    message = json.dumps({"protocol": 1, "type": request_type, "query": query, "rsalt": rsalt})
    salt = str(int(time.time()))
    signature = hmac.new(key, (salt + message).encode(), "sha1").hexdigest()
    return b"plj0" + json.dumps({"msg": message, "salt": salt, "hmac": signature}).encode()


def seal_many(key: bytes, request_type: int, query: object) -> Sequence[bytes]:
    """The same request under different salts as long as a UUID."""
    return [seal(key, request_type, query, f"{number:036}") for number in range(_SALTS)]


@frozen
class Effort:
    """How to measure.

    :ivar rounds: how often each server has its turn.
    :ivar seconds: how long a turn takes.
    :ivar under_way: requests that are not yet replied to; with one alone it is measured how fast an idle processor
        wakes up.
    """

    rounds: int = 5
    seconds: float = 0.4
    under_way: int = 4


@frozen
class Rate:
    """What one client gets that asks the same all the time.

    :ivar reply_size: bytes of a reply.
    """

    per_second: float
    reply_size: int


class ConfdTimer:
    """A client of the server at a UDP port of the loopback interface."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(_ANSWER_LIMIT)
        self._socket.connect(("127.0.0.1", port))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._socket.close()

    def ask(self, datagram: bytes) -> bytes:
        """The reply to a datagram.

        :raises TimeoutError: there is none.
        """
        self._socket.send(datagram)
        return self._socket.recv(LARGEST)

    def is_served(self, datagram: bytes) -> bool:
        """Whether there is a reply, within a moment."""
        self._socket.settimeout(0.1)
        try:
            return bool(self.ask(datagram))
        except (TimeoutError, ConnectionRefusedError):
            return False
        finally:
            self._socket.settimeout(_ANSWER_LIMIT)

    def measure_rate(self, datagrams: Sequence[bytes], effort: Effort) -> Rate:
        """Requests a second."""
        size, count = len(self.ask(datagrams[0])), 0
        under_way = effort.under_way if size < _LARGE_REPLY else 1
        send, receive, upcoming = self._socket.send, self._socket.recv, itertools.cycle(datagrams)
        for _ in range(under_way):
            send(next(upcoming))
        started = time.perf_counter()
        limit = started + effort.seconds
        while count % 16 or time.perf_counter() < limit:
            receive(LARGEST)
            send(next(upcoming))
            count += 1
        taken = time.perf_counter() - started
        for _ in range(under_way):
            receive(LARGEST)
        return Rate(count / taken, size)


@frozen
class Latencies:
    """How long replies took, in seconds."""

    count: int
    median: float
    percentile_99: float
    longest: float

    @classmethod
    def of(cls, taken: Sequence[float]) -> "Latencies":
        """The figures of single measurements, at least one."""
        ordered = sorted(taken)
        return cls(len(ordered), statistics.median(ordered), ordered[int(0.99 * (len(ordered) - 1))], ordered[-1])


class Pinger:
    """Pings a server every few milliseconds, while something else goes on.

    :ivar taken: seconds that each reply took.
    """

    def __init__(self, timer: ConfdTimer, key: bytes, interval: float = 0.004) -> None:
        self.taken: list[float] = []
        self._timer = timer
        self._key = key
        self._interval = interval
        self._end = threading.Event()

    @contextmanager
    def pinging(self) -> Iterator[None]:
        """For as long as the block lasts, from a thread."""
        thread = threading.Thread(target=self._ping)
        thread.start()
        try:
            yield
        finally:
            self._end.set()
            thread.join()

    def _ping(self) -> None:
        while not self._end.wait(self._interval):
            datagram = seal(self._key, 0, None, "ping")
            started = time.perf_counter()
            self._timer.ask(datagram)
            self.taken.append(time.perf_counter() - started)


def ping_while(port: int, key: bytes, action: Callable[[], Any]) -> Latencies:
    """How long pings take while *action* runs."""
    with ConfdTimer(port) as timer:
        pinger = Pinger(timer, key)
        with pinger.pinging():
            action()
    return Latencies.of(pinger.taken)
