"""Many clients that wait for one job: what they cost while nothing happens, and how soon they are told."""

import os
import selectors
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from attrs import frozen

from tests.bench.measure import END_OF_MESSAGE, TimingClient

from .queue import BenchQueue, encode_wait

IDLE_SECONDS: Final = 5.0
WAKE_LIMIT: Final = 30.0


@frozen
class Waiting:
    """What waiting costs.

    :ivar idle: share of one processor that the server uses while nothing happens.
    :ivar slowest: seconds from the change of the job's file until the last of all waiters knows.
    """

    idle: float
    slowest: float


def measure_waiting(socket_path: Path, queue: BenchQueue, job_id: int, waiters: int) -> Waiting:
    """Let that many clients wait for a job, leave them alone for a while, then change it."""
    queue.rewrite(job_id, status="queued", log=[])
    with ExitStack() as stack:
        clients = [
            stack.enter_context(TimingClient(socket_path, limit=WAKE_LIMIT, waits_for_room=True))
            for _ in range(waiters)
        ]
        for client in clients:
            client.send(encode_wait(job_id))
        pid = clients[0].server_pid
        selector = stack.enter_context(selectors.DefaultSelector())
        for client in clients:
            selector.register(client, selectors.EVENT_READ)
        assert not selector.select(1.0), "somebody was answered before anything had changed"
        before = processor_seconds(pid)
        assert not selector.select(IDLE_SECONDS), "somebody was answered before anything had changed"
        idle = (processor_seconds(pid) - before) / IDLE_SECONDS
        started = time.perf_counter()
        queue.rewrite(job_id, status="running")
        for answer in await_answers(selector, clients):
            assert b'"running"' in answer, answer
        return Waiting(idle, time.perf_counter() - started)


def await_answers(selector: selectors.BaseSelector, clients: Sequence[TimingClient]) -> list[bytes]:
    """The answers that all of *clients* get.

    :raises TimeoutError: one of them gets none.
    """
    answers = {id(client): b"" for client in clients}
    waiting = len(clients)
    while waiting:
        ready = selector.select(WAKE_LIMIT)
        if not ready:
            raise TimeoutError(f"{waiting} of {len(clients)} were not told within {WAKE_LIMIT:g} s")
        for key, _ in ready:
            client = key.fileobj
            assert isinstance(client, TimingClient)
            answers[id(client)] += client.receive()
            if answers[id(client)].endswith(END_OF_MESSAGE):
                selector.unregister(client)
                waiting -= 1
    return list(answers.values())


def processor_seconds(pid: int) -> float:
    """Processor time that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
