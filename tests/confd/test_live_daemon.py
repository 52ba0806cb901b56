"""Lists of what only the nodes know, by real processes: what they show, whom they ask, and what spoils them."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from ganeti_lite.constants import ResultStatus
from ganeti_lite.simulator.certificates import Credentials, make_client_credentials
from ganeti_lite.simulator.edits import replace_file
from ganeti_lite.simulator.noded import Guest
from ganeti_lite.simulator.programs import cluster_environment, command_line
from tests.interop.isolated import PROJECT
from tests.interop.luxi import END_OF_MESSAGE, encode
from tests.interop.processes import read_log, wait_until

from .live_cluster import OFFLINE_NODE, LiveCluster, Rows, Stopwatch, is_normal, live_cluster

DEADLINE: Final = 0.4
RETRY_AFTER: Final = 0.1
MARGIN: Final = 0.5
"""Seconds that an answer may come after the deadline."""

NODE: Final = "node2.example.com"
"""Which goes wrong; instances have it as their primary node."""

INSTANCE_FIELDS: Final = ("pnode", "status", "oper_state", "oper_ram", "oper_vcpus", "console")
NODE_FIELDS: Final = ("uuid", "mtotal", "mfree", "dtotal", "dfree", "ctotal", "bootid")
QUERIES: Final = (
    ("instance", INSTANCE_FIELDS, None),
    ("node", NODE_FIELDS, None),
    ("os", ("node_status",), None),
    ("extstorage", ("node_status",), None),
)
RUNNING: Final = ("instance", (), ["==", "status", "running"])

SPOILED: Final = (
    *("refuse", "unreachable", "silent", "wrong-certificate", "hang", "reset", "slow:30", "drip:30"),
    *("half", "garbage", "not-json", "status:500", "error:out of order", "wrong-types"),
)
"""Faults after which nothing is known from a node."""

HARMLESS: Final = ("slow:0.1", "drip:0.1")


@pytest.fixture(scope="module")
def cluster() -> Iterator[LiveCluster]:
    """A cluster that the tests share; at the end the daemon's log must show no failure of its own."""
    options = ("--rpc-deadline", str(DEADLINE), "--rpc-retry-after", str(RETRY_AFTER))
    with TemporaryDirectory(prefix="gl") as name, live_cluster(Path(name), *options) as started:
        yield started
        assert "Traceback" not in read_log(started.log)


@pytest.fixture
def healthy(cluster: LiveCluster) -> Iterator[LiveCluster]:
    """The same, whole before and after."""
    yield cluster
    cluster.spoil()
    wait_until(lambda: is_whole(cluster), "all nodes are seen again", seconds=20)


def is_whole(cluster: LiveCluster) -> bool:
    """Whether every node that is not offline has told what it has."""
    nodes = cluster.list_rows("node", ("mfree", "offline"))
    return all(is_normal(row["mfree"]) for row in nodes.values() if not row["offline"][1])


def changed(before: Rows, after: Rows) -> frozenset[str]:
    """Names of the rows that differ; none may have come or gone."""
    assert before.keys() == after.keys()
    return frozenset(name for name, row in before.items() if row != after[name])


def without_node(definitions: Rows, uuid: str) -> Rows:
    """Operating systems or storage providers as they are listed when a node does not tell its definitions."""
    return {
        name: row | {"node_status": (0, {node: said for node, said in row["node_status"][1].items() if node != uuid})}
        for name, row in definitions.items()
    }


def instances_on(cluster: LiveCluster, instances: Rows, node: str) -> frozenset[str]:
    """The instances of which a node can tell something: its own, and others that run there."""
    own = {name for name, row in instances.items() if row["pnode"][1] == node}
    return frozenset(own.union(guest.name for guest in cluster.control.guests[node]))


def list_by_command(cluster: LiveCluster, program: str) -> dict[str, list[str]]:
    """What the command lists without any option: the row of each name."""
    environment = {**cluster_environment(cluster.paths, os.environ), "PYTHONPATH": str(PROJECT)}
    command = [*command_line(program), "list", "--no-headers"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=True)
    return {cells[0]: cells for line in done.stdout.splitlines() if (cells := line.split())}


def test_default_list_of_instances_shows_every_state(healthy: LiveCluster) -> None:
    """Instances that run, that are stopped, that should be otherwise, and of nodes that are offline or down."""
    whole = list_by_command(healthy, "gnt-instance")
    stopped = next(name for name, cells in whole.items() if cells[3:5] == ["node1.example.com", "ADMIN_down"])
    healthy.control.start("node1.example.com", Guest(stopped, "kvm", 512, 1))
    healthy.spoil(f"{NODE}=refuse")
    shown = list_by_command(healthy, "gnt-instance")
    healthy.control.stop("node1.example.com", stopped)
    states = {cells[4] for cells in shown.values()}
    expected = {"running", "ADMIN_down", "ERROR_up", "ERROR_down", "ERROR_wrongnode"}
    assert states >= expected | {"ERROR_nodeoffline", "ERROR_nodedown"}
    assert {cells[4] for cells in shown.values() if cells[3] == OFFLINE_NODE} == {"ERROR_nodeoffline"}
    for cells in shown.values():
        state, memory = cells[4:]
        assert (state == "ERROR_nodeoffline") == (memory == "*")
        assert (state == "ERROR_nodedown") == (memory == "?")
        assert memory[0].isdigit() or state != "running"


def test_default_list_of_nodes_shows_every_state(healthy: LiveCluster) -> None:
    """Figures of nodes that answer, marks for those that are offline or do not."""
    healthy.spoil(f"{NODE}=refuse")
    shown = list_by_command(healthy, "gnt-node")
    assert shown[OFFLINE_NODE][1:5] == ["*"] * 4
    assert shown[NODE][1:5] == ["?"] * 4
    assert all(figure[0].isdigit() for figure in shown["node1.example.com"][1:])


@pytest.mark.parametrize("fault", SPOILED)
def test_a_fault_costs_its_nodes_cells_only(healthy: LiveCluster, fault: str) -> None:
    """Whatever goes wrong at one node, all else is as it was, and there in time; nothing is made up."""
    whole_instances, whole_nodes, *whole_definitions = healthy.list_at_once(*QUERIES)
    assert all(whole_definitions)
    running = healthy.list_running()
    concerned = instances_on(healthy, whole_instances, NODE)
    healthy.spoil(f"{NODE}={fault}")
    watch = Stopwatch()
    still_running, instances, nodes, *definitions = healthy.list_at_once(RUNNING, *QUERIES)
    assert watch.seconds < DEADLINE + MARGIN
    assert changed(whole_nodes, nodes) == {NODE}
    assert not any(is_normal(nodes[NODE][name]) for name in NODE_FIELDS[1:])
    uuid = nodes[NODE]["uuid"][1]
    assert definitions == [without_node(rows, uuid) for rows in whole_definitions]
    lost = changed(whole_instances, instances)
    assert running & concerned <= lost <= concerned
    assert all(instances[name]["status"][1] == "ERROR_nodedown" for name in running & concerned)
    assert still_running.keys() == running - concerned


@pytest.mark.parametrize("fault", HARMLESS)
def test_a_late_answer_is_an_answer(healthy: LiveCluster, fault: str) -> None:
    """What comes before the deadline is shown."""
    before = healthy.list_at_once(*QUERIES)
    healthy.spoil(f"{NODE}={fault}")
    assert healthy.list_at_once(*QUERIES) == before


def test_a_malformed_instance_costs_its_own_cells_only(healthy: LiveCluster) -> None:
    """A node that reports one instance wrongly is believed about all others."""
    before = healthy.list_rows("instance", INSTANCE_FIELDS)
    healthy.spoil(f"{NODE}=malformed-instance")
    first = min(guest.name for guest in healthy.control.guests[NODE])
    after = healthy.list_rows("instance", INSTANCE_FIELDS)
    assert changed(before, after) == {first}
    assert after[first]["oper_ram"][0] == ResultStatus.NODATA


def test_at_the_deadline_what_has_come_is_sent(healthy: LiveCluster) -> None:
    """One node hangs for ever: at the deadline, and not before, the others' figures are there."""
    healthy.spoil(f"{NODE}=hang")
    watch = Stopwatch()
    nodes = healthy.list_rows("node", ("mfree",))
    assert DEADLINE <= watch.seconds < DEADLINE + MARGIN
    missing = {name for name, row in nodes.items() if row["mfree"][0] == ResultStatus.NODATA}
    assert missing == {NODE}


def test_without_live_fields_no_node_is_asked(healthy: LiveCluster) -> None:
    """The configuration alone answers, filters included; not even a connection is made."""
    healthy.spoil()
    healthy.list_rows("instance", ("pnode", "be/maxmem", "admin_state"), ["==", "admin_state", "up"])
    healthy.list_rows("node", ("role", "pinst_cnt"), ["?", "master_candidate"])
    assert (healthy.control.traffic.total_calls, healthy.control.traffic.connections) == (0, {})


def test_only_nodes_with_a_row_are_asked(healthy: LiveCluster) -> None:
    """A filter that the configuration decides keeps the other nodes out of it; offline ones are never asked."""
    healthy.spoil()
    healthy.list_rows("instance", ("oper_ram",), ["&", ["==", "pnode", NODE], ["==", "status", "running"]])
    assert healthy.control.traffic.calls == {NODE: {"all_instances_info": 1}}
    healthy.spoil()
    healthy.list_rows("node", ("mfree",), ["|", ["==", "name", NODE], ["==", "name", OFFLINE_NODE]])
    assert healthy.control.traffic.calls == {NODE: {"node_info": 1}}


def test_clients_at_once_share_one_round_of_calls(healthy: LiveCluster) -> None:
    """Twenty lists at the same moment cost each node one call."""
    healthy.spoil("*=slow:0.3")
    answers = healthy.list_at_once(*[("instance", ("status",), None)] * 20)
    assert all(answer == answers[0] for answer in answers)
    asked = healthy.control.traffic.calls
    assert asked.keys() >= {"node1.example.com", NODE}
    assert all(counts == {"all_instances_info": 1} for counts in asked.values())


def test_a_client_that_leaves_ends_the_calls_that_only_it_waits_for(healthy: LiveCluster) -> None:
    """When nobody waits any more the connections to the nodes are closed, long before the deadline."""
    healthy.spoil("*=hang")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(healthy.paths.query_socket))
        client.sendall(encode("Query", ["node", ["mfree"], None]) + END_OF_MESSAGE)
        wait_until(lambda: healthy.control.traffic.open > 0, "the nodes are asked")
        watch = Stopwatch()
    wait_until(lambda: healthy.control.traffic.open == 0, "the connections are closed")
    assert watch.seconds < DEADLINE


def test_a_node_that_is_back_is_seen_again(healthy: LiveCluster) -> None:
    """A refused connection is remembered for as long as the option says, and not any longer."""
    healthy.spoil(f"{NODE}=refuse")
    since_attempt = Stopwatch()
    assert not is_whole(healthy)
    since_answer = Stopwatch()
    healthy.spoil()
    wait_until(lambda: since_answer.seconds >= RETRY_AFTER or is_whole(healthy), "the interval is over")
    assert is_whole(healthy)
    assert since_attempt.seconds >= RETRY_AFTER


def test_replaced_certificates_are_taken_up(healthy: LiveCluster) -> None:
    """The nodes let in another certificate than before: the daemon shows it as soon as it is in its file."""
    paths = healthy.paths
    candidates = paths.ssconf("master_candidates_certs")
    old = Credentials.from_pem(paths.client_pem.read_bytes())
    new = make_client_credentials(Credentials.from_pem(paths.server_pem.read_bytes()), paths.master_name, 77)
    replace_file(candidates, candidates.read_bytes().replace(old.digest.encode(), new.digest.encode()), 0o444)
    nodes = healthy.list_rows("node", ("mfree",))
    assert not any(is_normal(row["mfree"]) for row in nodes.values())
    replace_file(paths.client_pem, new.to_pem(), 0o440)
    wait_until(lambda: is_whole(healthy), "the nodes let the daemon in", seconds=20)


def test_running_is_what_runs(healthy: LiveCluster) -> None:
    """Instances that stop, start or move behind Ganeti's back leave and join those that run, in the next answer."""
    instances = healthy.list_rows("instance", ("pnode", "status"))
    name = next(each for each, row in instances.items() if row["pnode"][1] == NODE and row["status"][1] == "running")
    guest = next(each for each in healthy.control.guests[NODE] if each.name == name)
    running = healthy.list_running()
    assert running == {each for each, row in instances.items() if row["status"][1] == "running"}
    healthy.control.shut_down(NODE, name)
    assert healthy.list_running() == running - {name}
    healthy.control.stop(NODE, name)
    assert healthy.list_running() == running - {name}
    healthy.control.start("node1.example.com", guest)
    assert healthy.list_running() == running - {name}
    healthy.control.stop("node1.example.com", name)
    healthy.control.start(NODE, guest)
    healthy.control.start(NODE, Guest("stranger.example.com", guest.hypervisor, 512, 1))
    assert healthy.list_running() == running
    healthy.control.stop(NODE, "stranger.example.com")
