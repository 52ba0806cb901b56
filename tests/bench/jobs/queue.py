"""A made-up queue on disk, and what is asked about it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from attrs import frozen

from ganeti_lite.constants import LUXI_VERSION, ItemType
from ganeti_lite.simulator import MASTER_NAME, ClusterPaths, ClusterShape, build_config, write_config
from ganeti_lite.simulator.jobs import make_jobs, write_job
from tests.bench.scenarios import encode_query

LIST: Final = encode_query(ItemType.JOB, ["id", "status", "summary"], None)
READY: Final = encode_query(ItemType.GROUP, ["name"], None)
"""Answered as soon as the daemon serves; has nothing of jobs in it."""


def encode_wait(job_id: int) -> bytes:
    """A request that waits for a queued job of no log entries to change."""
    args = [job_id, ["status"], ["queued"], 0, 80]
    return json.dumps({"method": "WaitForJobChange", "args": args, "version": LUXI_VERSION}).encode()


@frozen
class BenchQueue:
    """A cluster with a queue of *count* jobs.

    :ivar jobs: what is in their files, by id.
    """

    paths: ClusterPaths
    jobs: dict[int, dict[str, Any]]

    @property
    def count(self) -> int:
        """How many jobs there are."""
        return len(self.jobs)

    def rewrite(self, job_id: int, **changes: Any) -> None:
        """Replace a job's file by one whose only opcode has *changes*."""
        job = self.jobs[job_id]
        self.jobs[job_id] = {**job, "ops": [{**job["ops"][0], **changes}]}
        write_job(self.paths.queue_dir, self.jobs[job_id])


@contextmanager
def queue_on_disk(count: int) -> Iterator[BenchQueue]:
    """A cluster of few instances and many jobs in a temporary directory, removed with the block."""
    with TemporaryDirectory(prefix="bench-") as folder:
        config = build_config(ClusterShape(nodes=5, instances=40))
        paths = write_config(Path(folder) / MASTER_NAME, config)
        names = sorted(instance["name"] for instance in config["instances"].values())
        queue = BenchQueue(paths, {job["id"]: job for job in make_jobs(names, count)})
        for job in queue.jobs.values():
            write_job(paths.queue_dir, job)
        yield queue
