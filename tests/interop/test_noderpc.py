"""The client of node daemons against Debian's: what they answer, and whom they let in."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import frozen

from ganeti_lite.simulator.certificates import make_client_credentials, make_server_credentials

from .isolated import PROJECT
from .reference_build import NODE_ADDRESSES
from .reference_cluster import NODES, ReferenceCluster, node_name

pytestmark = pytest.mark.interop

ADDRESSES: Final = list(NODE_ADDRESSES.values())
FAKE: Final = {"migration_mode": "live"}
SECONDS: Final = 60

Call = tuple[str, str, object]


@frozen
class NodeClient:
    """The project's client inside the cluster's network, with these certificates."""

    cluster: ReferenceCluster
    server_pem: Path
    client_pem: Path

    @classmethod
    def of_master(cls, cluster: ReferenceCluster) -> "NodeClient":
        """With the certificates of the master."""
        return cls(cluster, cluster.paths.server_pem, cluster.paths.client_pem)

    def ask(self, calls: Sequence[Call], times: int = 1) -> dict[str, Any]:
        """What :mod:`tests.interop.ask_nodes` answers."""
        order = {
            "server_pem": str(self.server_pem),
            "client_pem": str(self.client_pem),
            "calls": calls,
            "times": times,
        }
        done = subprocess.run(
            ["ip", "netns", "exec", self.cluster.namespace, sys.executable, "-m", "tests.interop.ask_nodes"],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            input=json.dumps(order),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def ask_everybody(self, method: str, arguments: object) -> list[Any]:
        """One call to each node; its results."""
        results: list[Any] = self.ask([(address, method, arguments) for address in ADDRESSES])["results"]
        return results

    def ask_one(self, method: str, arguments: object, address: str = ADDRESSES[1]) -> Any:
        """The result of one call."""
        return self.ask([(address, method, arguments)])["results"][0]


@pytest.fixture(scope="module")
def master(reference: ReferenceCluster) -> NodeClient:
    """A client as the master's."""
    return NodeClient.of_master(reference)


def list_rows(cluster: ReferenceCluster, *command: str) -> list[list[str]]:
    """The rows of a listing by Debian's tool."""
    lines = cluster.demand(*command, "--no-headers", "--separator=|").splitlines()
    return [line.split("|") for line in lines]


def test_version(master: NodeClient) -> None:
    """All nodes answer, at once, offline ones too: to leave them alone is decided elsewhere."""
    assert master.ask_everybody("version", []) == [[True, 3000000]] * NODES


def test_node_info(master: NodeClient) -> None:
    """Storage and hypervisor as asked for; the boot id is what Debian's tool shows."""
    units = [["file", "/srv/ganeti/file-storage", []]]
    results = master.ask_everybody("node_info", [units, [["fake", FAKE]]])
    rows = list_rows(master.cluster, "gnt-node", "list", "-o", "name,bootid")
    for (is_success, payload), (_, shown) in zip(results, rows, strict=True):
        assert is_success
        boot_id, [storage], [hypervisor] = payload
        assert shown in (boot_id, "*")
        assert storage.keys() == {"type", "name", "storage_size", "storage_free"}
        assert hypervisor["memory_total"] > hypervisor["memory_free"] > 0


def test_node_info_without_anything(master: NodeClient) -> None:
    """With nothing asked for there is the boot id."""
    (is_success, (boot_id, storage, hypervisors)) = master.ask_one("node_info", [[], []])
    assert (is_success, len(boot_id), storage, hypervisors) == (True, 36, [], [])


def test_all_instances_info(master: NodeClient) -> None:
    """The nodes' instances are those that run by Debian's tool, with their memory."""
    results = master.ask_everybody("all_instances_info", [["fake"], {"fake": FAKE}])
    rows = list_rows(master.cluster, "gnt-instance", "list", "--units=m", "-o", "name,pnode,oper_state,oper_ram")
    running = {(name, node): memory for name, node, state, memory in rows if state == "Y"}
    assert running
    found = {
        (name, node_name(number)): str(instance["memory"])
        for number, (_, instances) in enumerate(results, 1)
        for name, instance in instances.items()
    }
    assert running.items() <= found.items()


def test_export_list(master: NodeClient) -> None:
    """A node without exports says so, as an error."""
    assert master.ask_everybody("export_list", {}) == [[False, "No exports directory"]] * NODES


def test_os_diagnose(master: NodeClient) -> None:
    """Every node has the operating system that the cluster was built with."""
    for is_success, systems in master.ask_everybody("os_diagnose", []):
        assert is_success
        assert ["noop", "/usr/share/ganeti/os/noop", True] in [system[:3] for system in systems]


def test_fifty_lists_at_once(master: NodeClient) -> None:
    """Fifty clients that ask for the same at the same moment cost every node one call."""
    calls: list[Call] = [(address, "all_instances_info", [["fake"], {"fake": FAKE}]) for address in ADDRESSES]
    answer = master.ask(calls, times=50)
    assert answer["sent"] == NODES
    assert all(is_success for is_success, _ in answer["results"])


def test_text_beyond_ascii(master: NodeClient) -> None:
    """It arrives, in no more time than other text."""
    answer = master.ask([(ADDRESSES[1], "node_info", [[], [["fäke", FAKE]]])])
    [[is_success, reason]] = answer["results"]
    assert (is_success, "fäke" in reason) == (False, True)
    assert answer["seconds"] < 5


def test_failures_of_calls(master: NodeClient) -> None:
    """An error result is told in the node's words; a call that there is not ends the connection."""
    is_success, reason = master.ask_one("instance_list", [["fake"]])
    assert (is_success, "not enough values to unpack" in reason) == (False, True)
    assert master.ask_one("nosuch", []) == [False, "the node closed the connection after nothing"]


def test_nobody_there(master: NodeClient) -> None:
    """An address without a node daemon spoils no other node's answer."""
    absent, present = master.ask([("127.0.0.1", "version", []), (ADDRESSES[0], "version", [])])["results"]
    assert absent == [False, "cannot connect: Connection refused"]
    assert present == [True, 3000000]


def test_certificates_of_candidates(reference: ReferenceCluster) -> None:
    """Any master candidate is let in; nodes that are none, though their certificates are good, are not."""
    candidates = reference.paths.ssconf("master_candidates").read_text().split()
    for number in range(1, NODES + 1):
        client_pem = reference.node_root(number) / "var/lib/ganeti/client.pem"
        result = NodeClient(reference, reference.paths.server_pem, client_pem).ask_one("version", [])
        is_candidate = node_name(number) in candidates
        assert result == ([True, 3000000] if is_candidate else [False, "TLS: tlsv1 alert internal error"])


def test_refused_certificates(reference: ReferenceCluster, tmp_path: Path) -> None:
    """The cluster's own certificate and another cluster's are not let in."""
    server_pem = reference.paths.server_pem
    foreign = tmp_path / "foreign.pem"
    foreign.write_bytes(make_client_credentials(make_server_credentials(), "node1.example.com", 2).to_pem())
    for shown, alert in ((tmp_path / "missing.pem", "unknown ca"), (foreign, "decrypt error")):
        result = NodeClient(reference, server_pem, shown).ask_one("version", [])
        assert result == [False, f"TLS: tlsv1 alert {alert}"]


def test_node_of_another_cluster(reference: ReferenceCluster, tmp_path: Path) -> None:
    """Nodes that show a certificate other than ours are told nothing."""
    server_pem = tmp_path / "server.pem"
    server_pem.write_bytes(make_server_credentials().to_pem())
    is_success, reason = NodeClient(reference, server_pem, reference.paths.client_pem).ask_one("version", [])
    assert (is_success, reason) == (False, "TLS: certificate verify failed")
