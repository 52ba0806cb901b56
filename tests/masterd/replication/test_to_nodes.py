"""The job queue's copies on simulated node daemons, over real sockets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ganeti_lite.config import parse_config
from ganeti_lite.masterd.node_calls import NodeCalls
from ganeti_lite.masterd.replication import Replication
from ganeti_lite.noderpc import TlsFiles
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.simulator import MASTER_NAME, ClusterPaths, ClusterShape, write_cluster
from ganeti_lite.simulator.certification import write_certificates
from tests.simulator.noded.serving import Serving, serving

CANDIDATE = "node2.example.com"


@pytest.fixture
def paths(tmp_path: Path) -> ClusterPaths:
    """A cluster of which two nodes are master candidates."""
    paths = write_cluster(tmp_path / MASTER_NAME, ClusterShape(nodes=2, instances=0))
    write_certificates(paths)
    return paths


@pytest.fixture
def nodes(paths: ClusterPaths) -> Iterator[Serving]:
    """Its node daemons."""
    with serving(paths) as served:
        yield served


def test_a_candidate_has_a_copy(nodes: Serving, paths: ClusterPaths) -> None:
    """Jobs, serial, drain flag and archive are on the candidate as they are on the master."""
    local = GanetiPaths(str(paths.root))
    queue = Path(local.queue_dir)
    texts = {"serial": "2\n", "job-1": "1" * 5000, "job-2": '{"id": "ü"}', "drain": ""}
    queue.mkdir(exist_ok=True)
    for name, text in texts.items():
        (queue / name).write_text(text)

    async def copy() -> tuple[str, ...]:
        files = TlsFiles(str(paths.server_pem), str(paths.client_pem))
        snapshot = parse_config(paths.config.read_bytes())
        calls = NodeCalls.connect(nodes.reactor, files, lambda: snapshot, nodes.daemons.port)
        replication = Replication(nodes.reactor, calls.call_address, local, patience=30.0)
        replication.follow(snapshot)
        await replication.replicate(["serial", "job-1", "job-2", "drain"])
        (queue / "archive/0").mkdir(parents=True, exist_ok=True)
        (queue / "job-1").rename(queue / "archive/0/job-1")
        await replication.archive(["job-1"])
        behind = replication.behind
        replication.stop()
        await calls.stop()
        return behind

    assert nodes.wait(copy) == ()
    files = nodes.machine(CANDIDATE).files.files
    prefix = "/var/lib/ganeti/queue/"
    kept = {path.removeprefix(prefix): file.content for path, file in files.items() if path.startswith(prefix)}
    assert kept == {
        "version": "1\n",  # of every node
        "serial": "2\n",
        "job-2": '{"id": "ü"}',
        "archive/0/job-1": "1" * 5000,
        "drain": "",
    }
