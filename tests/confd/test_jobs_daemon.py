"""Jobs, as the daemon answers them as a real process: what is in the queue's directory at that moment."""

import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, Final

import pytest

from ganeti_lite.paths import GanetiPaths
from ganeti_lite.simulator import ClusterPaths, ClusterShape, build_config, replace_config, write_cluster
from tests.clients.scripted_server import ScriptedServer, succeed
from tests.jobs.queues import Queue
from tests.serving.gathered import LOCKS

from .daemons import PATIENCE, Daemon, running

SHAPE: Final = ClusterShape(nodes=2, instances=2)
NO_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})
SHARE: Final = 20_000
"""Names that one file has where very many jobs are made: some file systems allow no more than 65,000."""


@pytest.fixture(scope="module")
def paths() -> Iterator[ClusterPaths]:
    """A cluster's files; the path is short enough for sockets."""
    with TemporaryDirectory(prefix="gl") as name:
        yield write_cluster(Path(name) / "node1.example.com", SHAPE)


@pytest.fixture(scope="module")
def daemon(paths: ClusterPaths) -> Iterator[Daemon]:
    """A daemon that several tests share."""
    with running(paths) as started:
        yield started


@pytest.fixture
def queue(paths: ClusterPaths) -> Iterator[Queue]:
    """The queue's directory, which is there during the test only."""
    queue = Queue(paths.queue_dir)
    yield queue
    rmtree(queue.path)


def list_jobs(daemon: Daemon, qfilter: object = None) -> dict[int, Any]:
    """The statuses of all jobs by id."""
    rows = daemon.ask("Query", ["job", ["id", "status"], qfilter]).result["data"]
    return {cells[0][1]: cells[1][1] for cells in rows}


@contextmanager
def asked(daemon: Daemon, method: str, args: object, texts: Mapping[str, str] = NO_TEXTS) -> Iterator[socket.socket]:
    """A connection over which this has been asked, with *texts* put in place of others."""
    request = json.dumps({"method": method, "args": args})
    for place, text in texts.items():
        request = request.replace(place, text)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE)
        connection.connect(str(daemon.paths.query_socket))
        connection.sendall(request.encode() + b"\x03")
        yield connection


def receive(connection: socket.socket) -> Any:
    """The result that comes over a connection."""
    data = b""
    while not data.endswith(b"\x03"):
        data += connection.recv(1 << 20)
    return json.loads(data[:-1])["result"]


def test_the_next_answer_shows_the_change(daemon: Daemon, queue: Queue) -> None:
    """A hundred times in a row a job's file is replaced and shows in the very next answer, as in the one by id."""
    for count in range(100):
        status = ("queued", "running", "success")[count % 3]
        queue.write(count % 4, status)
        assert list_jobs(daemon)[count % 4] == status
        assert daemon.ask("QueryJobs", [[count % 4], ["status"]]).result == [[status]]
    queue.archive(3)
    assert list(list_jobs(daemon)) == [0, 1, 2]
    archived = daemon.ask("QueryJobs", [None, ["id", "archived"]]).result
    assert archived == [[0, False], [1, False], [2, False], [3, True]]


def test_who_waits_is_woken(daemon: Daemon, queue: Queue) -> None:
    """A client that waits for a job is answered when its file changes, and not before; who is in a hurry, at once."""
    queue.write(7, "queued")
    with asked(daemon, "WaitForJobChange", [7, ["status"], ["queued"], None, 60]) as patient:
        for status in ("running", "success"):
            with asked(daemon, "WaitForJobChange", [7, ["id"], [7], None, 0]) as hasty:
                assert receive(hasty) == [[7], []]
            queue.write(7, status)
            if status == "running":
                assert receive(patient) == [["running"], []]
                request = {"method": "WaitForJobChange", "args": [7, ["status"], ["running"], None, 60]}
                patient.sendall(json.dumps(request).encode() + b"\x03")
        assert receive(patient) == [["success"], []]
    answer = daemon.ask("WaitForJobChange", [99, ["status"], None, None, 60])
    assert answer.error == ["JobLost", ["Can't load job file"]]


def test_a_crowd_is_woken(daemon: Daemon, queue: Queue) -> None:
    """Three hundred clients that wait for one job are all told its change; those that have left cost nothing."""
    queue.write(7, "queued")
    wait = ("WaitForJobChange", [7, ["status"], ["queued"], None, 60])
    with ExitStack() as stack:
        crowd = [stack.enter_context(asked(daemon, *wait)) for _ in range(300)]
        for connection in crowd[::10]:
            connection.close()
        assert list_jobs(daemon) == {7: "queued"}
        queue.write(7, "running")
        told = [receive(connection) for index, connection in enumerate(crowd) if index % 10]
        assert told == [[["running"], []]] * 270
    assert list_jobs(daemon) == {7: "running"}


def test_deep_filters_on_jobs(daemon: Daemon, queue: Queue) -> None:
    """A filter of a thousand levels is a filter."""
    for job_id in range(3):
        queue.write(job_id, "running")
    deep = '["!",["&",' * 500 + '[">","id",0]' + "]]" * 500
    with asked(daemon, "Query", ["job", ["id"], "PLACE"], {'"PLACE"': deep}) as connection:
        assert receive(connection)["data"] == [[[0, 1]], [[0, 2]]]


def test_locks_are_those_of_the_daemon_that_keeps_them(daemon: Daemon) -> None:
    """Without that daemon the query fails and the connection goes on; with it the locks are rows."""
    query = ["lock", ["name", "mode"], None]
    assert daemon.ask("Query", query).error[0] == "GenericError"
    with ScriptedServer(Path(GanetiPaths(str(daemon.paths.root)).wconfd_socket), lambda *_: succeed(LOCKS)):
        assert daemon.ask("Query", query).result["data"] == [[[0, "cluster/BGL"], [0, "shared"]]]


def test_a_queue_that_cannot_be_listed(daemon: Daemon, queue: Queue) -> None:
    """That is an error of its own class; when the directory is back its jobs are."""
    queue.write(1, "queued")
    assert list_jobs(daemon) == {1: "queued"}
    queue.path.rename(queue.path.with_name("away"))
    error_class, (text,) = daemon.ask("Query", ["job", ["id"], None]).error
    assert (error_class, "No such file or directory" in text) == ("BlockDeviceError", True)
    queue.path.with_name("away").rename(queue.path)
    queue.write(1, "running")
    assert list_jobs(daemon) == {1: "running"}


def test_a_cluster_without_nodes(daemon: Daemon) -> None:
    """A configuration that has no nodes is answered: nothing is there, and nobody is the master."""
    config = build_config(SHAPE)
    replace_config(daemon.paths.config, {**config, "nodes": {}})
    try:
        assert daemon.ask("Query", ["node", ["name"], None]).result["data"] == []
        assert daemon.ask("QueryNodes", [[], ["name"], False]).result == []
        assert daemon.ask("QueryExports", [[], False]).result == []
        assert daemon.ask("QueryConfigValues", [["master_node"]]).result == [None]
        assert daemon.ask("Query", ["cluster", ["master_node"], None]).result["data"] == [[[2, None]]]
        assert daemon.ask("QueryTags", ["cluster", ""]).result == config["cluster"]["tags"]
        assert len(daemon.ask("Query", ["instance", ["name", "pnode", "status"], None]).result["data"]) == 2
        assert daemon.ask("QueryClusterInfo", []).error[0] == "OpPrereqError"
    finally:
        replace_config(daemon.paths.config, config)
    assert len(daemon.ask("Query", ["node", ["name"], None]).result["data"]) == 2


@pytest.mark.parametrize(
    "count", [2000, pytest.param(100_000, marks=pytest.mark.bench(reason="making so many files takes seconds"))]
)
def test_very_many_jobs(daemon: Daemon, queue: Queue, count: int) -> None:
    """So many files are listed, and a change of one of them is in the next answer."""
    for start in range(0, count, SHARE):
        name = queue.path / queue.write(start, "success")
        for job_id in range(start + 1, min(start + SHARE, count)):
            os.link(name, queue.path / f"job-{job_id}")
    assert list_jobs(daemon) == dict.fromkeys(range(count), "success")
    queue.write(count - 5, "running")
    assert list_jobs(daemon, ["!", ["=~", "status", "success"]]) == {count - 5: "running"}
