"""The two daemons beside each other: either works while the other is down."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from ganeti_lite.clients.luxi import LuxiClient
from tests.confd.daemons import command_line, environment_of
from tests.interop.luxi import Connection
from tests.interop.processes import serving, wait_until

from .daemons import JobCluster, job_cluster

DELAY: dict[str, Any] = {"OP_ID": "OP_TEST_DELAY", "duration": 0.01, "on_master": True}
TAG: dict[str, Any] = {"OP_ID": "OP_TAGS_SET", "kind": "cluster", "name": None, "tags": ["apart"]}


@pytest.fixture
def cluster() -> Iterator[JobCluster]:
    """A cluster whose job daemon runs."""
    with TemporaryDirectory(prefix="gl") as folder, job_cluster(Path(folder)) as made:
        made.start()
        yield made


@contextmanager
def confd(cluster: JobCluster, *options: str) -> Iterator[Connection]:
    """A client of a query daemon beside it."""
    paths = cluster.paths
    command = command_line(paths, "--node-port", str(cluster.port), *options)
    environment = environment_of(paths.master_name)
    with (
        serving(command, path=paths.query_socket, log=paths.root / "confd.log", environment=environment),
        Connection(paths.query_socket) as connection,
    ):
        yield connection


def list_instances(connection: Connection) -> list[Any]:
    """All instances with something of the configuration and something that runs."""
    rows: list[Any] = connection.ask("Query", ["instance", ["name", "pnode", "oper_state"], None]).result["data"]
    return rows


def test_listings_go_on_without_the_job_daemon(cluster: JobCluster) -> None:
    """And job requests are refused with a clear error, until it is back."""
    with confd(cluster, "--forward-jobs", str(cluster.paths.master_socket)) as connection:
        before = list_instances(connection)
        cluster.kill()
        assert list_instances(connection) == before
        refused = connection.ask("SubmitJob", [[{**DELAY, "reason": []}]]).error
        assert refused[0] == "LuxiError"
        assert "nothing was done" in refused[1][0]
        cluster.start()
        job_id = connection.ask("SubmitJob", [[{**DELAY, "reason": []}]]).result
        assert cluster.wait(job_id) == ("success", [None])


def test_locks_are_told_by_who_keeps_them(cluster: JobCluster) -> None:
    """Where there is no wconfd, the query daemon has the job daemon asked."""
    long = cluster.submit({"OP_ID": "OP_TEST_DELAY", "duration": 30, "on_master": True})
    query = ["lock", ["name", "mode", "owner"], ["==", "mode", "exclusive"]]
    with confd(cluster, "--forward-jobs", str(cluster.paths.master_socket)) as connection:
        wait_until(lambda: bool(connection.ask("Query", query).result["data"]), "the master's lock is held")
        ((name, mode, owner),) = connection.ask("Query", query).result["data"]
    assert name[1].startswith("node/")
    assert (mode[1], owner[1]) == ("exclusive", [str(long)])
    cluster.ask("CancelJob", long, True)
    assert cluster.wait(long)[0] == "error"


def test_jobs_go_on_without_the_query_daemon(cluster: JobCluster) -> None:
    """What they have done is seen by the next one that is asked."""
    with confd(cluster) as connection:
        assert list_instances(connection)
    assert cluster.run(TAG) == ("success", [None])
    with confd(cluster) as connection:
        assert "apart" in connection.ask("QueryTags", ["cluster", ""]).result


def test_both_sockets_answer_the_same(cluster: JobCluster) -> None:
    """Queries are answered by the same code on either; jobs and locks, too."""
    cluster.run(TAG)
    questions: list[tuple[str, list[Any]]] = [
        ("Query", ["instance", ["name", "pnode", "tags", "serial_no", "oper_state", "status"], None]),
        ("Query", ["node", ["name", "pinst_cnt", "mtotal", "role"], ["!", ["==", "offline", True]]]),
        ("Query", ["group", ["name", "node_list"], None]),
        ("Query", ["network", ["name", "free_count"], None]),
        ("Query", ["job", ["id", "status", "summary"], None]),
        ("Query", ["filter", ["uuid"], None]),
        ("Query", ["os", ["name", "variants"], None]),
        ("Query", ["nonsense", ["name"], None]),
        ("QueryFields", ["lock", None]),
        ("QueryInstances", [[], ["name"], False]),
        ("QueryClusterInfo", []),
        ("QueryConfigValues", [["cluster_name", "drain_flag"]]),
        ("QueryTags", ["cluster", ""]),
        ("WaitForJobChange", [1, ["status"], None, None, 1]),
        ("WaitForJobChange", [999, ["status"], None, None, 1]),
    ]
    with confd(cluster) as asked, ExitStack() as stack:
        jobs = stack.enter_context(cluster.connect())
        for method, args in questions:
            assert asked.ask(method, args).decoded == jobs.ask(method, args).decoded, (method, args)


def test_who_asks_on_the_job_socket_is_in_the_log(cluster: JobCluster) -> None:
    """With process, user and method; orders are not mentioned."""
    with LuxiClient.connect(str(cluster.paths.master_socket)) as client:
        client.call("QueryConfigValues", [["cluster_name"]])
    cluster.run(DELAY)
    log = cluster.log.read_text()
    assert "query QueryConfigValues on the job socket, from process" in log
    assert "SubmitJob on the job socket" not in log
