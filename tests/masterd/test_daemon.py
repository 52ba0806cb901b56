"""The job daemon as a real process: what clients and nodes see of jobs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from ganeti_lite.constants import ExitCode
from ganeti_lite.masterd.livelock import is_held
from tests.interop.isolated import PROJECT

from .daemons import JobCluster, job_cluster

DELAY = {"OP_ID": "OP_TEST_DELAY", "duration": 0.01, "on_master": True}
INSTANCE = "instance"


def set_tags(name: str, *tags: str) -> dict[str, Any]:
    """An opcode that gives an instance tags."""
    return {"OP_ID": "OP_TAGS_SET", "kind": "instance", "name": name, "tags": list(tags)}


@pytest.fixture(scope="module")
def cluster() -> Iterator[JobCluster]:
    """A cluster that several tests share."""
    with TemporaryDirectory(prefix="gl") as folder, job_cluster(Path(folder)) as made:
        made.start()
        yield made


def read_config(cluster: JobCluster) -> Any:
    """The configuration on disk."""
    return json.loads(cluster.paths.config.read_bytes())


def first_instance(cluster: JobCluster) -> str:
    """The full name of an instance."""
    names: list[str] = [instance["name"] for instance in read_config(cluster)["instances"].values()]
    return min(names)


def test_a_job_is_done(cluster: JobCluster) -> None:
    """A delay on the master ends well; its file says so, and which file shows that its daemon is alive."""
    job_id = cluster.submit(DELAY)
    assert cluster.wait(job_id) == ("success", [None])
    name = f"job-{job_id}"
    data = (cluster.paths.root / f"var/lib/ganeti/queue/{name}").read_bytes()
    job = json.loads(data)
    assert job["ops"][0]["status"] == "success"
    assert is_held(job["livelock"])
    assert Path(job["livelock"]).parent == cluster.paths.root / "var/run/ganeti/livelocks"


def test_a_change_is_in_the_file_and_in_the_next_answer(cluster: JobCluster) -> None:
    """Tags that a job has set are in config.data and in this daemon's answers when the job has ended."""
    name = first_instance(cluster)
    serial = read_config(cluster)["serial_no"]
    assert cluster.run(set_tags(name, "fresh", "new")) == ("success", [None])
    config = read_config(cluster)
    (instance,) = [item for item in config["instances"].values() if item["name"] == name]
    assert config["serial_no"] == serial + 1
    assert {"fresh", "new"} <= set(instance["tags"])
    ((row,),) = [cluster.ask("Query", "instance", ["tags"], ["==", "name", name])["data"]]
    assert {"fresh", "new"} <= set(row[0][1])


def test_opcodes_that_cannot_be_carried_out_are_refused(cluster: JobCluster) -> None:
    """At submission, by name."""
    with cluster.connect() as connection:
        answer = connection.ask("SubmitJob", [[{"OP_ID": "OP_CLUSTER_DESTROY", "reason": []}]])
    assert "OP_CLUSTER_DESTROY" in str(answer.error)


def start_in_vain(cluster: JobCluster, hostname: str, *twistd: str) -> subprocess.CompletedProcess[str]:
    """What becomes of one more job daemon, with options of twistd."""
    program = Path(sys.executable).with_name("twistd")
    return subprocess.run(
        [program, "--nodaemon", "--pidfile=", *twistd, "ganeti-masterd", "--root", cluster.paths.root],
        env={**os.environ, "GANETI_HOSTNAME": hostname, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_there_is_only_one(cluster: JobCluster) -> None:
    """While one has the queue, no other starts; it says who has it."""
    done = start_in_vain(cluster, cluster.paths.master_name)
    assert done.returncode == ExitCode.FAILURE
    assert f"(process {cluster.pid})" in done.stderr


def test_only_the_master_executes_jobs(cluster: JobCluster) -> None:
    """Elsewhere it does not start, with the exit code that Ganeti's daemons have for that."""
    done = start_in_vain(cluster, "node2.example.com")
    assert done.returncode == ExitCode.NOT_MASTER
    assert "node2.example.com, is not the master" in done.stderr
