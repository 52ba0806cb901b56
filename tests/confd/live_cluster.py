"""A made-up cluster that is up: simulated node daemons and the query daemon, each a process of its own."""

import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from ganeti_lite.constants import ResultStatus
from ganeti_lite.simulator import ClusterPaths, ClusterShape, build_config
from ganeti_lite.simulator.certification import write_certificates
from ganeti_lite.simulator.noded import FaultOrder, NodeControl
from ganeti_lite.simulator.programs import nodes_command_line
from ganeti_lite.simulator.root import write_config
from tests.interop.isolated import PROJECT, Command
from tests.interop.luxi import Connection
from tests.interop.processes import serving

SHAPE: Final = ClusterShape(nodes=5, instances=24, groups=2, networks=1)
OFFLINE_NODE: Final = "node3.example.com"
"""Primary node of some instances; another node, which cannot have any, is offline, too."""

Rows = Mapping[str, dict[str, tuple[int, Any]]]
"""Object's name → field → status and value."""


@frozen
class LiveCluster:
    """A cluster whose nodes answer.

    :ivar pid: of the query daemon.
    :ivar log: of the query daemon.
    """

    paths: ClusterPaths
    control: NodeControl
    pid: int
    log: Path

    def list_rows(self, resource: str, fields: Iterable[str], qfilter: object = None) -> Rows:
        """An answer over a connection of its own."""
        names = ["name", *fields]
        with Connection(self.paths.query_socket) as connection:
            data = connection.ask("Query", [resource, names, qfilter]).result["data"]
        return {
            row[0][1]: {name: (status, value) for name, (status, value) in zip(names, row, strict=True)} for row in data
        }

    def list_at_once(self, *queries: tuple[str, Iterable[str], object]) -> list[Rows]:
        """The answers to queries (resource, fields, filter) by as many clients at the same moment."""
        with ThreadPoolExecutor(len(queries)) as clients:
            return list(clients.map(lambda query: self.list_rows(*query), queries))

    def list_running(self) -> frozenset[str]:
        """What the filter ``status == "running"`` lets through."""
        return frozenset(self.list_rows("instance", (), ["==", "status", "running"]))

    def spoil(self, *orders: str) -> None:
        """Put these faults in place of all others, and start the count of calls over."""
        self.control.order([FaultOrder.from_text(order) for order in orders])
        self.control.forget_traffic()


def is_normal(cell: tuple[int, Any]) -> bool:
    """Whether there is a value."""
    return cell[0] == ResultStatus.NORMAL


def make_config() -> dict[str, Any]:
    """A configuration with instances on a node that is offline."""
    config = build_config(SHAPE)
    node = next(node for node in config["nodes"].values() if node["name"] == OFFLINE_NODE)
    node.update(offline=True, master_candidate=False)
    return config


@contextmanager
def simulated_nodes(folder: Path, config: dict[str, Any] | None = None) -> Iterator[tuple[ClusterPaths, NodeControl]]:
    """A cluster's files below *folder*, and its nodes without faults; by default that of :func:`make_config`."""
    paths = write_config(folder / "node1.example.com", config or make_config())
    write_certificates(paths)
    nodes = nodes_command_line(paths, 0)
    environment = {"PYTHONPATH": str(PROJECT)}
    with (
        serving(nodes, path=paths.node_control, log=paths.root / "nodes.log", environment=environment),
        NodeControl(paths.node_control) as control,
    ):
        yield paths, control


@contextmanager
def live_cluster(folder: Path, *options: str, config: dict[str, Any] | None = None) -> Iterator[LiveCluster]:
    """The same with a query daemon that was given those options."""
    with simulated_nodes(folder, config) as (paths, control):
        twistd = Path(sys.executable).with_name("twistd")
        command: Command = [twistd, "--nodaemon", "--pidfile=", "ganeti-confd", "--root", paths.root]
        command += ["--bind", "127.0.0.1", "--port", "0", "--node-port", str(control.port), *options]
        log = paths.root / "confd.log"
        environment = {"GANETI_HOSTNAME": paths.master_name, "PYTHONPATH": str(PROJECT)}
        with serving(command, path=paths.query_socket, log=log, environment=environment) as daemon:
            yield LiveCluster(paths, control, daemon.pid, log)


def read_config(paths: ClusterPaths) -> dict[str, Any]:
    """The configuration as it is on disk."""
    config: dict[str, Any] = json.loads(paths.config.read_bytes())
    return config


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._start
