"""Many clients at once, in one thread."""

import selectors
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from tests.bench.jobs.waiting import await_answers
from tests.bench.measure import END_OF_MESSAGE, TimingClient
from tests.masterd.daemons import JobCluster

from .cluster import ask, client_of, encode_request, read_result

_LIMIT: Final = 120.0


def time_crowd(cluster: JobCluster, clients: int, request: bytes, rounds: int) -> float:
    """Seconds until each of so many clients has sent a request so many times, each when the one before is answered."""
    with ExitStack() as stack:
        crowd = [stack.enter_context(client_of(cluster)) for _ in range(clients)]
        selector = stack.enter_context(selectors.DefaultSelector())
        left = {client.fileno(): rounds for client in crowd}
        answers = {client.fileno(): b"" for client in crowd}
        started = time.perf_counter()
        for client in crowd:
            selector.register(client, selectors.EVENT_READ)
            client.send(request)
        while selector.get_map():
            ready = selector.select(_LIMIT)
            if not ready:
                raise TimeoutError(f"nobody was answered within {_LIMIT:g} s")
            for key, _ in ready:
                _step(key.fileobj, selector, request, left, answers)
        return time.perf_counter() - started


def _step(
    client: object, selector: selectors.BaseSelector, request: bytes, left: dict[int, int], answers: dict[int, bytes]
) -> None:
    """Something has come for a client, who sends its next request if that was a whole answer."""
    assert isinstance(client, TimingClient)
    number = client.fileno()
    answers[number] += client.receive()
    if not answers[number].endswith(END_OF_MESSAGE):
        return
    read_result(answers[number][:-1])
    answers[number] = b""
    left[number] -= 1
    if left[number]:
        client.send(request)
    else:
        selector.unregister(client)


def time_waiters(cluster: JobCluster, job_ids: Sequence[int], waiters: int) -> float:
    """Seconds from the order to cancel queued jobs until all clients that wait for one of them know.

    :param job_ids: the clients are spread evenly over them; they are cancelled one after the other.
    """
    with ExitStack() as stack:
        crowd = [stack.enter_context(client_of(cluster, waits_for_room=True)) for _ in range(waiters)]
        selector = stack.enter_context(selectors.DefaultSelector())
        for number, client in enumerate(crowd):
            job_id = job_ids[number % len(job_ids)]
            client.send(encode_request("WaitForJobChange", job_id, ["status"], ["queued"], 0, 80))
            selector.register(client, selectors.EVENT_READ)
        assert not selector.select(2.0), "somebody was answered before anything had changed"
        with client_of(cluster) as orders:
            started = time.perf_counter()
            for job_id in job_ids:
                assert ask(orders, "CancelJob", job_id)[0]
            for answer in await_answers(selector, crowd):
                assert b'"canceled"' in answer, answer
            return time.perf_counter() - started
