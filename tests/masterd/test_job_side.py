"""The job daemon through its life, as a real process: the vote, a stop in the middle of work, what disturbs it."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest

from ganeti_lite.constants import ExitCode
from ganeti_lite.simulator.noded.faults import FaultOrder
from tests.interop.processes import DaemonFailedError, read_log, wait_until

from .daemons import JobCluster, job_cluster

TAG: dict[str, Any] = {"OP_ID": "OP_TAGS_SET", "kind": "cluster", "name": None, "tags": ["kept"]}
SENDING = ("upload_file_single", "write_ssconf_files")
"""The calls that send the configuration to the nodes."""
OTHER = "node2.example.com"


def delay(seconds: float) -> dict[str, Any]:
    """An opcode that has the master wait, whose lock it takes alone."""
    return {"OP_ID": "OP_TEST_DELAY", "duration": seconds, "on_master": True}


@pytest.fixture(scope="module")
def cluster() -> Iterator[JobCluster]:
    """A cluster whose daemon runs before and after each test."""
    with TemporaryDirectory(prefix="gl") as folder, job_cluster(Path(folder)) as made:
        made.start()
        yield made


def read_statuses(cluster: JobCluster, job_id: int) -> list[str]:
    """Of a job's opcodes, from its file."""
    path = cluster.paths.queue_dir / f"job-{job_id}"
    return [opcode["status"] for opcode in json.loads(path.read_bytes())["ops"]]


def test_a_stop_in_the_middle_of_work_loses_nothing(cluster: JobCluster) -> None:
    """What a job has begun is ended, what is left and what waits for locks goes on with the next daemon, once each.

    A client that asks the next daemon is told what it has missed.
    """
    cluster.control.forget_traffic()
    first = cluster.submit(delay(0.5), delay(0.01))
    second = cluster.submit(delay(0.01))
    wait_until(lambda: read_statuses(cluster, first) == ["running", "queued"], "the first job runs")
    wait_until(lambda: read_statuses(cluster, second) == ["waiting"], "the second waits for its lock")
    known, _ = cluster.ask("WaitForJobChange", second, ["status"], None, None, 20)
    assert known == ["waiting"]
    cluster.stop()
    assert read_statuses(cluster, first) == ["success", "queued"]
    assert read_statuses(cluster, second) == ["queued"]
    cluster.start()
    assert cluster.ask("WaitForJobChange", second, ["status"], known, None, 20)[0] != known
    assert cluster.wait(first) == ("success", [None, None])
    assert cluster.wait(second) == ("success", [None])
    assert sum(calls.get("test_delay", 0) for calls in cluster.control.traffic.calls.values()) == 3


def test_a_stop_right_after_a_change_has_it_sent(cluster: JobCluster) -> None:
    """No candidate is left with an older configuration until the next start."""
    before = read_log(cluster.log).count("the client has been stopped")
    cluster.control.order(FaultOrder.from_text(f"*/{call}=slow:0.3") for call in SENDING)
    try:
        assert cluster.run({**TAG, "tags": ["last"]}) == ("success", [None])
        cluster.stop()
    finally:
        cluster.control.order([])
        cluster.start()
    assert read_log(cluster.log).count("the client has been stopped") == before


def test_a_hangup_does_no_harm(cluster: JobCluster) -> None:
    """As for the query daemon, it means that the configuration is to be read again for queries."""
    before = read_log(cluster.log).count("loaded ")
    os.kill(cluster.pid, signal.SIGHUP)
    wait_until(lambda: read_log(cluster.log).count("loaded ") > before, "another load")
    assert cluster.run(delay(0.01)) == ("success", [None])


def test_a_foreign_change_of_the_configuration_is_never_overwritten(cluster: JobCluster) -> None:
    """Jobs that would change it fail with the reason, others go on, and the log says what to do; a new start helps."""
    config = cluster.paths.config
    changed = config.read_bytes() + b"\n"
    draft = config.with_suffix(".edited")
    draft.write_bytes(changed)
    draft.rename(config)
    status, ((kind, (text, *_)),) = cluster.run(TAG)
    assert (status, kind) == ("error", "ConfigurationError")
    assert text == "The configuration file has been modified since the last write, cannot update"
    assert config.read_bytes() == changed
    assert cluster.run(delay(0.01)) == ("success", [None])
    assert "restart this daemon to go on from what is there" in read_log(cluster.log)
    cluster.stop()
    cluster.start()
    assert cluster.run(TAG) == ("success", [None])


def test_only_the_nodes_can_make_it_the_master(cluster: JobCluster) -> None:
    """Without them it ends with the count in its log, unless whoever starts it knows better and says so twice."""
    cluster.stop()
    name = cluster.paths.ssconf("master_node")
    before = name.read_bytes()
    name.chmod(0o644)
    name.write_text(f"{OTHER}\n")
    usurper = attrs.evolve(cluster, paths=attrs.evolve(cluster.paths, master_name=OTHER))
    try:
        with pytest.raises(DaemonFailedError, match=f"ended with status {ExitCode.FAILURE:d};") as caught:
            usurper.start()
        assert f"the vote for this node, {OTHER}, as the master is lost: of 3 nodes" in str(caught.value)
        usurper.start("--no-voting", "--yes-do-it")
        assert usurper.run(delay(0.01))[0] == "success"
        usurper.stop()
    finally:
        name.write_bytes(before)
        cluster.start()
