"""The cluster that is measured: a few nodes, all of them master candidates that answer, and a job daemon."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from ganeti_lite.constants import LUXI_VERSION
from ganeti_lite.jobs import encode_job, job_name
from ganeti_lite.jobs.transitions import submitted
from ganeti_lite.opcodes import decode_opcode
from ganeti_lite.simulator import MASTER_NAME, ClusterShape, build_config, write_config
from tests.bench.measure import TimingClient
from tests.masterd.daemons import JobCluster, nodes_of

NODES: Final = 5
WAITERS: Final = 1_000

DELAY: Final[dict[str, Any]] = {"OP_ID": "OP_TEST_DELAY", "duration": 0, "on_master": True, "reason": []}
PAUSE: Final = [None, 10, [["opcode", ["=", "OP_ID", "OP_TEST_DELAY"]]], "PAUSE", []]
"""Arguments of the request for a rule that keeps all delays in the queue."""

_OPTIONS: Final = ("--max-clients", str(2 * WAITERS), "--max-connections", str(2 * WAITERS))
"""The waiters are all connections of one process, and it has some more."""


def tag(name: str) -> dict[str, Any]:
    """An opcode that gives the cluster a tag."""
    return {"OP_ID": "OP_TAGS_SET", "kind": "cluster", "name": None, "tags": [name], "reason": []}


def encode_request(method: str, *args: object) -> bytes:
    """A request, without end mark."""
    return json.dumps({"method": method, "args": args, "version": LUXI_VERSION}).encode()


def read_result(answer: bytes) -> Any:
    """The result of a request.

    :raises ValueError: it was refused.
    """
    decoded = json.loads(answer)
    if not decoded["success"]:
        raise ValueError(f"the daemon refused: {decoded['result']}")
    return decoded["result"]


@contextmanager
def bench_cluster(*, candidates: int = NODES, place: str | None = None) -> Iterator[JobCluster]:
    """A cluster without jobs whose daemons run.

    :param candidates: how many nodes, with the master, have a copy of the queue.
    :param place: the directory that its files are below; None for the usual temporary one.
    """
    with TemporaryDirectory(prefix="gl", dir=place) as folder:
        config = build_config(ClusterShape(nodes=NODES, instances=40))
        nodes = sorted(config["nodes"].values(), key=lambda node: node["name"] != MASTER_NAME)
        for number, node in enumerate(nodes):
            node.update(offline=False, drained=False, master_candidate=number < candidates, master_capable=True)
        config["filters"] = {}
        with nodes_of(write_config(Path(folder) / MASTER_NAME, config)) as cluster:
            start(cluster)
            yield cluster


def fill_queue(queue: Path, count: int) -> None:
    """Put so many jobs there, which the candidates count as having, too; no daemon may run."""
    opcode = decode_opcode(DELAY)
    for job_id in range(1, count + 1):
        job = submitted(job_id, [opcode], (int(time.time()), 0))
        (queue / job_name(job_id)).write_bytes(encode_job(job))
    (queue / "serial").write_text(f"{count}\n")


def start(cluster: JobCluster) -> None:
    """Start the job daemon."""
    cluster.start(*_OPTIONS)


@contextmanager
def client_of(cluster: JobCluster, *, waits_for_room: bool = False) -> Iterator[TimingClient]:
    """A connection to the job daemon."""
    with TimingClient(cluster.paths.master_socket, limit=120.0, waits_for_room=waits_for_room) as client:
        yield client


def ask(client: TimingClient, method: str, *args: object) -> Any:
    """The result of a request."""
    return read_result(client.ask(encode_request(method, *args)).raw)


def time_each(client: TimingClient, requests: Sequence[bytes]) -> list[float]:
    """Seconds that each request took, one after the other; none may be refused."""
    times = []
    for request in requests:
        answer = client.ask(request)
        read_result(answer.raw)
        times.append(answer.seconds)
    return times
