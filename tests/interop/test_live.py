"""What only the nodes know: the real daemon and ours ask the same node daemons, and answer the same."""

import random
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

import pytest

from .compare import Comparison, Pair, comparable, outcome
from .isolated import AS_ROOT, PROJECT, Command
from .luxi import Answer, Connection
from .processes import serving
from .reference_cluster import LIBRARY, ReferenceCluster, node_name
from .tally import Tally

pytestmark = pytest.mark.interop

LIVE: Final = {
    "instance": ["status", "oper_state", "oper_ram", "oper_vcpus", "console"],
    "node": [
        *("bootid", "cnodes", "csockets", "cnos", "ctotal", "mtotal", "mnode", "mfree", "dtotal", "dfree"),
        *("sptotal", "spfree"),
    ],
    "export": ["node", "export"],
}
CONFIGURED: Final = {
    "instance": ["name", "pnode", "admin_state", "be/vcpus"],
    "node": ["name", "role", "offline", "pinst_cnt"],
    "export": ["node", "nosuch"],
}
MOVING: Final = {"mnode": 512, "mfree": 2048, "dtotal": 2048, "dfree": 2048, "mtotal": 16}
"""Figures that change from one moment to the next, and by how many MiB they may differ between two answers."""

STATUSES: Final = (
    *("running", "ERROR_up", "ERROR_down", "ERROR_wrongnode", "ERROR_nodedown", "ERROR_nodeoffline"),
    *("ADMIN_down", "ADMIN_offline", "USER_down"),
)
SETS: Final = 15
FAKE: Final = "var/run/ganeti/fake-hypervisor"


@contextmanager
def daemon_in_namespace(reference: ReferenceCluster, folder: Path) -> Iterator[Path]:
    """Our daemon where it reaches the cluster's nodes."""
    socket, log = folder / "ours", folder / "ours.log"
    command: Command = ["ip", "netns", "exec", reference.namespace]
    command += [Path(sys.executable).with_name("twistd"), "--nodaemon", "--pidfile=", *AS_ROOT, "ganeti-confd"]
    command += ["--root", reference.root, "--query-socket", socket, "--bind", "127.0.0.1", "--port", "0"]
    environment = {"GANETI_HOSTNAME": reference.hostname, "PYTHONPATH": str(PROJECT)}
    with serving(command, path=socket, log=log, environment=environment):
        yield socket


def moved(reference: ReferenceCluster, name: str, source: int, target: int | None) -> AbstractContextManager[None]:
    """An instance that runs on *target* (nowhere if None) instead of *source*, though nobody told Ganeti."""

    @contextmanager
    def move() -> Iterator[None]:
        at_home = reference.node_root(source) / FAKE / f"{name}.example.com"
        elsewhere = reference.node_root(target or source) / ("var" if target is None else FAKE) / at_home.name
        shutil.move(at_home, elsewhere)
        try:
            yield
        finally:
            shutil.move(elsewhere, at_home)

    return move()


def stranger(reference: ReferenceCluster) -> AbstractContextManager[None]:
    """An instance that runs and that the configuration knows nothing of."""

    @contextmanager
    def appear() -> Iterator[None]:
        folder = reference.node_root(3) / FAKE
        model = next(path for path in folder.iterdir() if path.is_file())
        copy = folder / "stranger.example.com"
        shutil.copy2(model, copy)
        try:
            yield
        finally:
            copy.unlink()

    return appear()


def silent_node(reference: ReferenceCluster) -> AbstractContextManager[None]:
    """A node whose daemon is stopped."""

    @contextmanager
    def stop() -> Iterator[None]:
        reference.on(4, LIBRARY / "daemon-util", "stop", "ganeti-noded")
        try:
            yield
        finally:
            reference.on(4, LIBRARY / "daemon-util", "start", "ganeti-noded")

    return stop()


SCENARIOS: Final[dict[str, Callable[[ReferenceCluster], AbstractContextManager[None]]]] = {
    "as it is": lambda _: nullcontext(),
    "instance stopped behind Ganeti's back": lambda cluster: moved(cluster, "inst4", 1, None),
    "instance on the wrong node": lambda cluster: moved(cluster, "inst2", 3, 1),
    "instance that the configuration does not know": stranger,
    "node daemon stopped": silent_node,
}


@pytest.fixture(params=SCENARIOS)
def live_pair(request: pytest.FixtureRequest, reference: ReferenceCluster, folder: Path) -> Iterator[Pair]:
    """The real daemon and ours on the reference cluster, in each of the scenarios."""
    with (
        SCENARIOS[request.param](reference),
        daemon_in_namespace(reference, folder) as ours,
        Connection(reference.query_socket) as real_link,
        Connection(ours) as our_link,
    ):
        yield Pair(request.param, real_link, our_link)


def steady(real: Answer, ours: Answer, fields: list[str]) -> tuple[Any, Any]:
    """Both answers, with our moving figures put at the real ones where they are near enough."""
    left, right = comparable(real), comparable(ours)
    if outcome(real) != "data" or outcome(ours) != "data":
        return left, right
    for real_row, our_row in zip(left["result"]["data"], right["result"]["data"], strict=False):
        for name, real_cell, our_cell in zip(fields, real_row, our_row, strict=True):
            figures = real_cell[1], our_cell[1]
            is_near = all(type(it) is int for it in figures) and abs(figures[0] - figures[1]) <= MOVING.get(name, 0)
            if is_near and real_cell[0] == our_cell[0]:
                our_cell[1] = real_cell[1]
    return left, right


def compare(pair: Pair, queries: Iterable[tuple[str, list[str], Any]]) -> Comparison:
    """Ask both each of the queries (resource, fields, filter), in turn."""
    comparison = Comparison(pair.name)
    for query in queries:
        real, ours = pair.real.ask("Query", list(query)), pair.ours.ask("Query", list(query))
        comparison.note(query, outcome(real), *steady(real, ours, query[1]))
    return comparison


@pytest.mark.parametrize("resource", LIVE)
def test_live_fields(live_pair: Pair, resource: str, tally: Tally) -> None:
    """Every live field alone, and in sets with configured and repeated ones."""
    draw = random.Random(resource)
    names = [*LIVE[resource], *CONFIGURED[resource]]
    sets = [[name] for name in LIVE[resource]] + [draw.choices(names, k=draw.randrange(2, 7)) for _ in range(SETS)]
    tally.check("live fields", compare(live_pair, ((resource, chosen, None) for chosen in sets)))


def list_filters() -> Iterator[Any]:
    """Filters that depend on what the nodes say, for instances; on fields that always have a value."""
    for status in STATUSES:
        is_status = ["==", "status", status]
        yield is_status
        yield ["!", is_status]
        yield ["&", ["==", "admin_state", "up"], is_status]
        yield ["|", is_status, ["==", "name", "inst1"]]
    yield ["=~", "status", "^ERROR"]
    yield ["|", ["==", "name", "inst3"], ["==", "name", "inst2.example.com"]]
    yield ["?", "status"]
    yield ["==", "oper_vcpus", "text"]


def test_live_filters(live_pair: Pair, tally: Tally) -> None:
    """Filters on the status let the same instances through, and fail the same way."""
    fields = ["name", "status", "oper_state"]
    tally.check("live filters", compare(live_pair, (("instance", fields, it) for it in list_filters())))


def test_node_filters(live_pair: Pair, tally: Tally) -> None:
    """Live fields of nodes that a configured condition chooses."""
    filters = [["==", "role", "M"], ["|", ["==", "name", "node2"], ["==", "name", node_name(1)]], ["?", "drained"]]
    fields = ["name", "mfree", "dfree", "bootid"]
    tally.check("live filters", compare(live_pair, (("node", fields, it) for it in filters)))
