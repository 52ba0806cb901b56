"""Where the real daemon is plainly wrong about what the nodes tell, ours is right: both answers to each question."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from ganeti_lite.simulator import MASTER_NAME, ClusterShape, encode_config, write_cluster
from ganeti_lite.simulator.noded import FaultOrder

from .compare import Pair
from .fields import NORMAL
from .isolated import our_daemon
from .luxi import Connection
from .odd_configs import add_instance, bare, identifier
from .reference_cluster import ReferenceCluster, node_name
from .side_by_side import both
from .simulated import SimulatedNodes, simulated_nodes
from .test_live import daemon_in_namespace, moved

pytestmark = pytest.mark.interop

NODATA: Final = 2
SILENT_SECONDS: Final = 2.0


@pytest.fixture
def live_pair(reference: ReferenceCluster, folder: Path) -> Iterator[Pair]:
    """The real daemon and ours on the reference cluster."""
    with (
        daemon_in_namespace(reference, folder) as socket,
        Connection(reference.query_socket) as real,
        Connection(socket) as ours,
    ):
        yield Pair("reference", real, ours)


def test_a_node_that_is_named_twice_has_its_data_in_both_rows(live_pair: Pair) -> None:
    """The real daemon has none for either."""
    name = node_name(2)
    question: list[Any] = ["node", ["name", "bootid"], ["|", ["==", "name", name], ["==", "name", name]]]
    assert live_pair.real.ask("Query", question).result["data"] == [[[NORMAL, name], [NODATA, None]]] * 2
    one, other = live_pair.ours.ask("Query", question).result["data"]
    assert one == other
    assert one[1][0] == NORMAL


def test_the_order_of_conditions_does_not_change_a_status(reference: ReferenceCluster, live_pair: Pair) -> None:
    """For the real daemon an instance on the wrong node is there or not, depending on which condition comes first."""
    chosen, is_known = ["==", "name", "inst2.example.com"], ["=~", "status", "."]
    orders = (["&", chosen, is_known], ["&", is_known, chosen])
    with moved(reference, "inst2", 3, 1):
        real, ours = (
            [client.ask("Query", ["instance", ["status"], qfilter]).result["data"] for qfilter in orders]
            for client in (live_pair.real, live_pair.ours)
        )
    assert real == [[[[NORMAL, "ERROR_down"]]], [[[NORMAL, "ERROR_wrongnode"]]]]
    assert ours == [[[[NORMAL, "ERROR_down"]]]] * 2


def test_a_primary_node_that_is_gone_leaves_the_status_without_data(real_ganeti: None, folder: Path) -> None:
    """The real daemon never answers."""
    config = bare()
    add_instance(config, "homeless.example.com", primary_node=identifier("nodes", "gone"))
    question = ["instance", ["name", "status"], None]
    with both("homeless", encode_config(config), folder) as daemons:
        with Connection(daemons.real.query_socket, seconds=SILENT_SECONDS) as real:
            assert real.ask("Query", question).silent
        with Connection(daemons.ours.query_socket) as ours:
            rows = ours.ask("Query", question).result["data"]
    assert rows == [[[NORMAL, "homeless.example.com"], [NODATA, None]]]


@pytest.fixture
def simulated(real_ganeti: None, folder: Path) -> Iterator[tuple[SimulatedNodes, Pair]]:
    """Made-up nodes, and both daemons that ask them."""
    paths = write_cluster(folder / MASTER_NAME, ClusterShape())
    with simulated_nodes(paths) as nodes:
        within = [str(part) for part in nodes.beside()]
        with (
            nodes.real_daemon() as real_socket,
            our_daemon(paths, folder / "ours", within=within) as our_socket,
            Connection(real_socket) as real,
            Connection(our_socket) as ours,
        ):
            yield nodes, Pair("simulated", real, ours)


def test_unknown_fields_of_older_calls_cost_no_call(simulated: tuple[SimulatedNodes, Pair]) -> None:
    """The real daemon asks the nodes before it refuses; both say the same."""
    nodes, pair = simulated
    question = [[], ["name", "mfree", "nosuch"], False]
    errors, calls = [], []
    for client in (pair.real, pair.ours):
        nodes.control.forget_traffic()
        errors.append(client.ask("QueryNodes", question).error)
        calls.append(len(nodes.control.traffic.calls))
    assert errors == [["OpPrereqError", ["Unknown output fields selected: nosuch", "wrong_input"]]] * 2
    assert calls[0] > 0
    assert calls[1] == 0


def test_one_malformed_instance_costs_its_own_data_only(simulated: tuple[SimulatedNodes, Pair]) -> None:
    """For the real daemon none of its node's instances runs any more."""
    nodes, pair = simulated
    node = "node2.example.com"
    question: list[Any] = ["instance", ["name", "status"], ["&", ["==", "pnode", node], ["==", "admin_state", "up"]]]
    before = pair.ours.ask("Query", question).result["data"]
    assert pair.real.ask("Query", question).result["data"] == before
    nodes.control.order([FaultOrder.from_text(f"{node}=malformed-instance")])
    real, ours = (client.ask("Query", question).result["data"] for client in (pair.real, pair.ours))
    assert {status for _, (_, status) in real} == {"ERROR_nodedown"}
    assert sum(one != other for one, other in zip(before, ours, strict=True)) == 1
