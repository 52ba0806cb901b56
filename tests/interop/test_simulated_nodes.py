"""Simulated node daemons beside the real ones: the same configuration, the same requests; the real client of both."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.simulator import MASTER_NAME, ClusterShape, write_cluster
from ganeti_lite.simulator.noded import Guest, OperatingSystem, SimulatedNode
from ganeti_lite.simulator.root import write_config
from tests.simulator.noded.client import format_request, parse_answer
from tests.simulator.noded.serving import Serving, serving

from .isolated import PROJECT
from .luxi import Connection
from .reference_cluster import ReferenceCluster
from .simulated import simulated_nodes

pytestmark = pytest.mark.interop

FAKE: Final = {"migration_mode": "live"}
DIRECTORY: Final = "/srv/ganeti/file-storage"
FIELDS: Final = ["name", "size", "used", "free", "allocatable"]
RUNNING: Final = "inst4.example.com"
"""It runs on the master."""

SAME_ANSWERS: Final[Sequence[tuple[str, object]]] = (
    ("version", []),
    ("master_node_name", []),
    ("os_diagnose", []),
    ("export_list", {}),
    ("instance_console_info", {}),
    ("instance_list", [["fake"], {"fake": FAKE}]),
    ("all_instances_info", [[], {}]),
    ("instance_info", ["nosuch", "fake", FAKE]),
    ("node_info", [[]]),
    ("node_info", None),
    ("node_info", [[], [["bogus", {}]]]),
    ("node_info", [[["bogus", "x", []]], []]),
    ("node_info", [[["rbd", "rbd", []]], []]),
    ("node_info", [[["diskless", "x", []]], []]),
    ("node_info", [[["lvm-vg", "xenvg", []]], []]),
    ("node_info", [[["file", DIRECTORY, [False]]], []]),
    ("node_info", [[["file", "/nosuch", []]], []]),
    ("node_info", [[["file", DIRECTORY]], []]),
    ("all_instances_info", [["fake"], {}]),
    ("all_instances_info", [["bogus"], {"bogus": {}}]),
    ("instance_info", ["x", "fake"]),
    ("instance_console_info", {"x": {}}),
    ("storage_list", ["diskless", [], None, ["name"]]),
    ("storage_list", ["file", [["/nosuch"]], None, ["size"]]),
    ("storage_list", ["file", [[DIRECTORY]], None, ["type"]]),
    ("storage_list", ["file", [[DIRECTORY]], None, []]),
    ("storage_list", ["lvm-vg", [], None, FIELDS]),
)
"""Calls that are answered the same, to the letter."""

SAME_SHAPES: Final[Sequence[tuple[str, object]]] = (
    ("node_info", [[], []]),
    ("node_info", [None, None]),
    ("node_info", [[["file", DIRECTORY, []]], [["fake", FAKE]]]),
    ("node_info", [[["lvm-vg", "xenvg", [False]], ["lvm-pv", "xenvg", [False]]], []]),
    ("all_instances_info", [["fake"], {"fake": FAKE}]),
    ("instance_info", [RUNNING, "fake", FAKE]),
    ("storage_list", ["file", [[DIRECTORY]], None, FIELDS]),
)
"""Calls whose answers have figures of the machine: the same keys, and values of the same types."""

ODD_REQUESTS: Final[Sequence[str]] = (
    "POST /bogus HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n[]",
    "GET /version HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n[]",
    "POST /version?x=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n[]",
    "POST /version/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n[]",
    "POST version HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n[]",
    "post /version HTTP/1.2\r\nHost: x\r\nContent-Length: 2\r\n\r\n[]",
    "POST /version HTTP/1.1\r\nContent-Length: 2\r\n\r\n[]",
    "POST /version HTTP/1.0\r\nContent-Length: 2\r\n\r\n[]",
    "POST /version HTTP/2.0\r\nHost: x\r\nContent-Length: 2\r\n\r\n[]",
    "POST /version HTTP/1.1\r\nHost: x\r\n\r\n[]",
    "POST /version HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n[]",
    "POST /version HTTP/1.1\r\nHost: x\r\nnonsense\r\nContent-Length: 2\r\n\r\n[]",
    "POST /version HTTP/1.1\nHost: x\r\nContent-Length: 2\r\n\r\n[]",
    "POST /version HTTP/1.1\r\nHost: x\nContent-Length: 2\r\n\r\n[]",
    f"POST /version HTTP/1.1\r\nHost: x\r\nX: {'x' * 4200}\r\nContent-Length: 2\r\n\r\n[]",
    "hello\r\n\r\n",
)
"""Requests of a form that no client of Ganeti uses."""


@pytest.fixture(scope="module")
def simulated(reference: ReferenceCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Simulated daemons for the reference cluster's configuration, on loopback addresses; without accidents."""
    config = json.loads(reference.config.read_bytes())
    for index, node in enumerate(config["nodes"].values()):
        node["primary_ip"] = node["secondary_ip"] = f"127.18.0.{10 + index}"
    paths = write_config(tmp_path_factory.mktemp("simulated") / reference.hostname, config)
    with serving(paths) as served:
        running = real_guests(reference)
        served.run(lambda: served.daemons.change(reference.hostname, lambda machine: with_guests(machine, running)))
        yield served


def with_guests(machine: SimulatedNode, names: Sequence[str]) -> SimulatedNode:
    """A machine that runs just these, has no place for exports, and is not the node with the broken OS definition."""
    guests = tuple(Guest(name, "fake", 128, 1) for name in names)
    noop = OperatingSystem("noop", "/usr/share/ganeti/os/noop", api_versions=(5, 10))
    return evolve(machine, guests=guests, exports=None, systems=(noop,))


def real_guests(reference: ReferenceCluster) -> Sequence[str]:
    """What runs on the real master."""
    (answer,) = ask_real(reference, [("instance_list", [["fake"], {"fake": FAKE}])])
    return [str(name) for name in json.loads(answer)[1]]


def exchange_with_real(reference: ReferenceCluster, requests: Sequence[str]) -> list[bytes]:
    """What the real master's node daemon sends."""
    config = json.loads(reference.config.read_bytes())
    address = config["nodes"][config["cluster"]["master_node"]]["primary_ip"]
    command = ["env", f"PYTHONPATH={PROJECT}", sys.executable, "-m", "tests.interop.node_exchange"]
    return [each.encode("latin-1") for each in json.loads(reference.demand(*command, address, json.dumps(requests)))]


def ask_real(reference: ReferenceCluster, calls: Sequence[tuple[str, object]]) -> list[bytes]:
    """The bodies of the real answers."""
    requests = [format_request(call, arguments).decode("ascii") for call, arguments in calls]
    return [parse_answer(each).body for each in exchange_with_real(reference, requests)]


def ask_simulated(simulated: Serving, name: str, calls: Sequence[tuple[str, object]]) -> list[bytes]:
    """The bodies of the simulated answers."""
    address = simulated.machine(name).address
    requests = [format_request(call, arguments) for call, arguments in calls]
    return [parse_answer(simulated.client.exchange(address, each)).body for each in requests]


def shape_of(value: Any) -> Any:
    """Types in place of values; of CPU times only that they are numbers, for that depends on the hypervisor."""
    if isinstance(value, dict):
        return {key: "number" if key == "time" else shape_of(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape_of(each) for each in value]
    return type(value).__name__


def without_date(answer: bytes) -> bytes:
    """An answer without what changes every second."""
    return re.sub(rb"Date: [^\r]+", b"Date:", answer)


def test_answers_are_the_same(reference: ReferenceCluster, simulated: Serving) -> None:
    """What does not depend on the machine is answered to the letter, errors included."""
    real = ask_real(reference, SAME_ANSWERS)
    ours = ask_simulated(simulated, reference.hostname, SAME_ANSWERS)
    assert list(zip(SAME_ANSWERS, ours, strict=True)) == list(zip(SAME_ANSWERS, real, strict=True))


def test_answers_have_the_same_shape(reference: ReferenceCluster, simulated: Serving) -> None:
    """What depends on the machine has the same keys and types; instances are the same ones."""
    real = ask_real(reference, SAME_SHAPES)
    ours = ask_simulated(simulated, reference.hostname, SAME_SHAPES)
    for call, one, other in zip(SAME_SHAPES, real, ours, strict=True):
        assert (call, shape_of(json.loads(other))) == (call, shape_of(json.loads(one)))


def test_the_console_of_an_instance_is_the_same(reference: ReferenceCluster, simulated: Serving) -> None:
    """Asked with the objects of the configuration, as the query daemon asks."""
    config = json.loads(reference.config.read_bytes())
    instance = next(each for each in config["instances"].values() if each["name"] == RUNNING)
    node = config["nodes"][instance["primary_node"]]
    wanted = {
        "instance": instance,
        "node": node,
        "group": config["nodegroups"][node["group"]],
        "hvParams": FAKE,
        "beParams": config["cluster"]["beparams"]["default"] | instance["beparams"],
    }
    calls = [("instance_console_info", {RUNNING: wanted})]
    assert ask_simulated(simulated, reference.hostname, calls) == ask_real(reference, calls)


def test_odd_requests_are_answered_alike(reference: ReferenceCluster, simulated: Serving) -> None:
    """Byte for byte, or not at all: what the real daemon closes upon the simulated one does, too."""
    address = simulated.machine(reference.hostname).address
    real = exchange_with_real(reference, ODD_REQUESTS)
    ours = [simulated.client.exchange(address, each.encode("latin-1")) for each in ODD_REQUESTS]
    assert [without_date(each) for each in ours] == [without_date(each) for each in real]


def statuses(answer: Any) -> Counter[tuple[int, ...]]:
    """How often each row of statuses comes."""
    return Counter(tuple(status for status, _value in row) for row in answer.result["data"])


def test_the_real_query_daemon_takes_them_for_real(real_ganeti: None, folder: Path) -> None:
    """It decodes every answer, strict as it is: all live fields of nodes that are online have values."""
    paths = write_cluster(folder / MASTER_NAME, ClusterShape())
    with (
        simulated_nodes(paths) as nodes,
        nodes.real_daemon() as path,
        Connection(path) as connection,
    ):
        instances = connection.ask("Query", ["instance", ["status", "oper_ram", "oper_vcpus", "console"], None])
        told = Counter(row[0][1] for row in instances.result["data"])
        assert told == {
            "running": 14, "ADMIN_down": 3, "ADMIN_offline": 1, "ERROR_nodeoffline": 3,
            "ERROR_down": 1, "ERROR_up": 1, "ERROR_wrongnode": 1,
        }  # fmt: skip
        assert statuses(instances) == {(0, 0, 0, 0): 16, (0, 3, 3, 0): 5, (0, 4, 4, 4): 3}
        live = ["bootid", "dtotal", "dfree", "sptotal", "spfree", "mtotal", "mnode", "mfree", "ctotal", "cnos"]
        answer = connection.ask("Query", ["node", [*live, "cnodes", "csockets"], None])
        assert statuses(answer) == {(0,) * 12: 4, (4,) * 12: 1}
        exports = connection.ask("Query", ["export", ["node", "export"], None])
        assert set(statuses(exports)) <= {(0, 0), (0, 2), (0, 4)}
        assert set(nodes.control.traffic.calls) == {f"node{number}.example.com" for number in (1, 2, 3, 5)}
