"""Many clients that ask the same at the same moment, each over a connection of its own."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

from attrs import frozen

from tests.bench.measure import TimingClient

_MEETING_LIMIT: Final = 30.0
"""Seconds until the last client has started."""


@frozen
class Burst:
    """What became of one crowd.

    :ivar answered: how many got a whole answer; the others were refused, or waited in vain.
    :ivar seconds: from when all set out until the last of them was done.
    """

    answered: int
    seconds: float

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.answered / self.seconds


def ask_at_once(
    path: Path, request: bytes, clients: int, *, limit: float, waits_for_room: bool, check: Callable[[bytes], object]
) -> Burst:
    """Has that many clients connect and ask.

    :param limit: seconds that each of them waits for its answer.
    :param waits_for_room: whether they wait for room in the server's backlog; else a full one refuses them.
    :param check: is given each answer once all have come, and raises an error if it is wrong.
    """
    started = 0.0

    def note_start() -> None:
        nonlocal started
        started = time.perf_counter()

    together = threading.Barrier(clients, note_start, _MEETING_LIMIT)

    def ask() -> bytes | None:
        together.wait()
        with (
            suppress(BlockingIOError, ConnectionError, TimeoutError),
            TimingClient(path, limit=limit, waits_for_room=waits_for_room) as client,
        ):
            return client.ask(request).raw
        return None

    with ThreadPoolExecutor(clients) as pool:
        waiting = [pool.submit(ask) for _ in range(clients)]
        raw = [each.result() for each in waiting]
        seconds = time.perf_counter() - started
    answers = [answer for answer in raw if answer is not None]
    for answer in answers:
        check(answer)
    return Burst(len(answers), seconds)
