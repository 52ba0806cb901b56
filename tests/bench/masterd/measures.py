"""The measurements, each on a cluster of its own, so that none suffers from what another has left."""

import time
from collections.abc import Iterator
from statistics import median
from typing import Final

from attrs import frozen

from ganeti_lite.simulator.noded.faults import FaultOrder
from tests.bench.measure import TimingClient, peak_memory
from tests.masterd.daemons import JobCluster

from .cluster import (
    DELAY,
    PAUSE,
    WAITERS,
    ask,
    bench_cluster,
    client_of,
    encode_request,
    fill_queue,
    start,
    tag,
    time_each,
)
from .crowd import time_crowd, time_waiters

CLIENTS: Final = 10
BATCH: Final = 1_000
SUBMIT: Final = encode_request("SubmitJob", [DELAY])
WAKE_JOBS: Final = 10
SLOW: Final = 0.02
"""Seconds that a slow node takes for each file of the queue, as real ones do."""

_FAST_DISK: Final = "/dev/shm"  # noqa: S108 - only a directory of its own is made in it
"""Where an fsync costs nothing."""


@frozen
class Figure:
    """One result.

    :ivar unit: ``s``, ``/min``, ``B`` or ``%``.
    :ivar target: the most that it may be, or of rates the least; None: no such limit.
    """

    what: str
    value: float
    unit: str
    target: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether it keeps the target."""
        if self.target is None:
            return None
        return self.value >= self.target if self.unit == "/min" else self.value <= self.target


def measure_submission(count: int) -> Iterator[Figure]:
    """Jobs that stay in the queue: one after the other, from several clients at once, in one request."""
    with bench_cluster() as cluster, client_of(cluster) as client:
        ask(client, "ReplaceFilter", *PAUSE)
        seconds = sum(time_each(client, [SUBMIT] * count))
        yield Figure("submissions, one client", 60 * count / seconds, "/min", 2_000)
        seconds = time_crowd(cluster, CLIENTS, SUBMIT, count // CLIENTS)
        yield Figure(f"submissions, {CLIENTS} clients", 60 * count / seconds, "/min", 2_000)
        cluster.control.order([FaultOrder.from_text(f"*/jobqueue_update=slow:{SLOW}")])
        seconds = time_crowd(cluster, CLIENTS, SUBMIT, count // CLIENTS)
        yield Figure(f"submissions, {CLIENTS} clients, slow nodes", 60 * count / seconds, "/min", 2_000)
        cluster.control.order([])
        (seconds,) = time_each(client, [encode_request("SubmitManyJobs", [[DELAY]] * BATCH)])
        yield Figure(f"SubmitManyJobs of {BATCH:,}", 60 * BATCH / seconds, "/min", 2_000)


def measure_queue(jobs: int) -> Iterator[Figure]:
    """What a new daemon needs to take up so many jobs that wait in the queue, orders beside them, and memory."""
    with bench_cluster() as cluster:
        yield Figure("start, empty queue", time_start(cluster), "s")
        with client_of(cluster) as client:
            ask(client, "ReplaceFilter", *PAUSE)
            memory = peak_memory(client.server_pid)
        cluster.stop()
        fill_queue(cluster.paths.queue_dir, jobs)
        where = f"{jobs:,} queued: "
        yield Figure(f"{where}start", time_start(cluster), "s", 10)
        with client_of(cluster) as client:
            yield Figure(f"{where}first submission", client.ask(SUBMIT).seconds, "s", 1)
            yield from _measure_orders(client, where)
            yield Figure("memory for each queued job", (peak_memory(client.server_pid) - memory) / jobs, "B", 20_000)
            yield Figure(f"{where}peak memory", peak_memory(client.server_pid), "B", 400e6)


def _measure_orders(client: TimingClient, where: str) -> Iterator[Figure]:
    """Orders for the first jobs."""
    ids = range(1, 21)
    orders = {
        "submission": [SUBMIT] * 20,
        "priority": [encode_request("ChangeJobPriority", job_id, -10) for job_id in ids],
        "cancellation": [encode_request("CancelJob", job_id) for job_id in ids],
        "archiving": [encode_request("ArchiveJob", job_id) for job_id in ids],
    }
    for what, requests in orders.items():
        yield Figure(f"{where}{what}", median(time_each(client, requests)), "s", 0.15)
    listing = encode_request("Query", "job", ["id", "status", "summary"], None)
    yield Figure(f"{where}listing, first", client.ask(listing).seconds, "s", 10)
    yield Figure(f"{where}listing, again", median(time_each(client, [listing] * 5)), "s", 0.15)
    time_each(client, [SUBMIT])
    yield Figure(f"{where}listing, after a submission", client.ask(listing).seconds, "s", 0.5)


def measure_waking() -> Iterator[Figure]:
    """Clients that wait for jobs to change."""
    with bench_cluster() as cluster, client_of(cluster) as client:
        ask(client, "ReplaceFilter", *PAUSE)
        ids = [ask(client, "SubmitJob", [DELAY]) for _ in range(WAKE_JOBS + 1)]
        yield Figure(f"{WAITERS:,} waiters of one job, all told", time_waiters(cluster, ids[:1], WAITERS), "s", 2)
        seconds = time_waiters(cluster, ids[1:], WAITERS)
        yield Figure(f"{WAITERS:,} waiters of {WAKE_JOBS} jobs, all told", seconds, "s", 3)


def measure_job(count: int) -> Iterator[Figure]:
    """A job that changes the configuration, from its submission until a client knows its end."""
    with bench_cluster() as cluster:
        whole = _time_jobs(cluster, count)
    with bench_cluster(candidates=1) as cluster:
        alone = _time_jobs(cluster, count)
    with bench_cluster(place=_FAST_DISK) as cluster:
        in_memory = _time_jobs(cluster, count)
    yield Figure("a tag set: whole job", whole, "s", 0.25)
    yield Figure("of it for the candidates", 100 * (1 - alone / whole), "%")
    yield Figure("of it for the disk", 100 * (1 - in_memory / whole), "%")


def _time_jobs(cluster: JobCluster, count: int) -> float:
    with client_of(cluster) as client:
        return median(_time_job(client, f"tag{number}") for number in range(count))


def _time_job(client: TimingClient, name: str) -> float:
    started = time.perf_counter()
    job_id = ask(client, "SubmitJob", [tag(name)])
    status = None
    while status != ["success"]:
        status = ask(client, "WaitForJobChange", job_id, ["status"], status, None, 80)[0]
        assert status[0] not in ("error", "canceled"), status
    return time.perf_counter() - started


def time_start(cluster: JobCluster) -> float:
    """Seconds from the start of a new daemon until it takes jobs."""
    cluster.stop()
    started = time.perf_counter()
    start(cluster)
    return time.perf_counter() - started
