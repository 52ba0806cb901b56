"""The job daemon killed at any moment: no job is lost or done twice, nothing is unreadable, no number comes again."""

import json
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from attrs import define, field

from ganeti_lite.simulator import ClusterShape
from tests.interop.processes import wait_until

from .daemons import FINAL, JobCluster, job_cluster

DELAY: dict[str, Any] = {"OP_ID": "OP_TEST_DELAY", "duration": 0.001, "on_master": True, "reason": []}
TAGS: dict[str, Any] = {"OP_ID": "OP_TAGS_SET", "kind": "cluster", "name": None, "tags": ["killed"], "reason": []}


@pytest.fixture
def cluster() -> Iterator[JobCluster]:
    """A cluster of its own; ten jobs may run at once."""
    with TemporaryDirectory(prefix="gl") as folder, job_cluster(Path(folder), ClusterShape(3, 6)) as made:
        yield made


@define
class Stream:
    """A client that submits and archives jobs until the daemon is gone.

    :ivar accepted: the numbers that it was told.
    """

    cluster: JobCluster
    accepted: list[int] = field(factory=list)

    def run(self) -> None:
        """Go on until there is no answer."""
        try:
            with self.cluster.connect() as connection:
                while True:
                    answers = connection.ask("SubmitManyJobs", [[[DELAY], [TAGS, DELAY]]])
                    if not answers.raw:
                        return
                    self.accepted += [number for is_taken, number in answers.result if is_taken]
                    if len(self.accepted) % 3 == 0:
                        connection.ask("AutoArchiveJobs", [0, 1])
        except OSError:
            return


def kill_often(cluster: JobCluster, times: int) -> None:
    """Kill the daemon that many times in a stream of jobs; look at everything in the end."""
    draw = random.Random(times)
    accepted: list[int] = []
    for _ in range(times):
        cluster.start()
        stream = Stream(cluster)
        client = threading.Thread(target=stream.run)
        client.start()
        client.join(draw.uniform(0.0, 0.6))
        cluster.kill()
        client.join()
        accepted += stream.accepted
    cluster.start()
    last = cluster.submit(DELAY)
    assert cluster.wait(last)[0] == "success"
    assert sorted(accepted) == accepted, "a number was given twice"
    assert last > max(accepted, default=0)
    look_at_jobs(cluster, accepted)
    json.loads(cluster.paths.config.read_bytes())
    assert len(accepted) > times


def look_at_jobs(cluster: JobCluster, accepted: list[int]) -> None:
    """Every job that was accepted is there, and over; no more delays have reached the nodes than were ordered."""

    def list_statuses() -> dict[int, str]:
        rows = cluster.ask("Query", "job", ["id", "status", "archived"], None)["data"]
        return {row[0][1]: row[1][1] for row in rows}

    wait_until(lambda: FINAL.issuperset(list_statuses().values()), "all jobs are over")
    assert set(accepted) <= list_statuses().keys()
    calls = sum(counts.get("test_delay", 0) for counts in cluster.control.traffic.calls.values())
    assert calls <= len(list_statuses())


def test_a_kill(cluster: JobCluster) -> None:
    """Whatever it was doing, it is picked up again."""
    kill_often(cluster, 1)


@pytest.mark.bench
def test_two_hundred_kills(cluster: JobCluster) -> None:
    """Often enough to meet what is rare."""
    kill_often(cluster, 200)
