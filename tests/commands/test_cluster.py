"""The program ``gnt-cluster``."""

import json
from pathlib import Path
from typing import Any

import pytest

from ganeti_lite.commands.cluster.info import sort_tags
from ganeti_lite.commands.definitions import Outcome
from ganeti_lite.commands.gnt_cluster import PROGRAM
from ganeti_lite.commands.program import run
from tests.clients.scripted_server import succeed

from .conftest import MadeUpNode

INFO: dict[str, Any] = json.loads(Path(__file__).with_name("cluster_info.json").read_text())
"""The answer of a cluster with a bit of everything."""


def show(node: MadeUpNode, command: str, info: object) -> Outcome:
    """What a command makes of an answer to QueryClusterInfo."""
    with node.serve(lambda _method, _args: succeed(info)) as server:
        outcome = run(PROGRAM, [command], node.environ)
    assert server.requests == [("QueryClusterInfo", [])]
    return outcome


def test_info(node: MadeUpNode) -> None:
    """Everything is shown, in the order and under the names that Ganeti's command has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        expected = Path(__file__).with_name("cluster_info.txt").read_text()
        assert show(node, "info", INFO) == Outcome(expected.splitlines())


def test_version(node: MadeUpNode) -> None:
    """The versions are shown."""
    assert show(node, "version", INFO) == Outcome(
        [
            "Software version: 3.0.2",
            "Internode protocol: 3000000",
            "Configuration format: 3000000",
            "OS api version: 20",
            "Export interface: 0",
            "VCS version: (ganeti) version 3.0.2-3",
        ]
    )


@pytest.mark.parametrize("info", [None, [], {}, {**INFO, "ipolicy": {}}, {**INFO, "architecture": None}])
def test_incomplete_answers(node: MadeUpNode, info: object) -> None:
    """An answer that lacks something is told as such."""
    outcome = show(node, "info", info)
    assert outcome.exit_code == 1
    assert outcome.complaints[0] == "Unhandled protocol error while talking to the master daemon:"


def test_getmaster(node: MadeUpNode) -> None:
    """The master's name is what the node knows; nobody is asked."""
    node.write_ssconf("master_node", "node9.example.com\n")
    assert run(PROGRAM, ["getmaster"], node.environ) == Outcome(["node9.example.com"])


def test_getmaster_without_cluster(node: MadeUpNode) -> None:
    """A node that knows no master says which file is missing."""
    outcome = run(PROGRAM, ["getmaster"], node.environ)
    assert outcome.exit_code == 2
    assert outcome.complaints[0].startswith(
        f"Corrupt configuration file: Can't read ssconf file {node.paths.ssconf('master_node')}: "
    )
    assert outcome.complaints[1] == "Aborting."


@pytest.mark.parametrize(
    ("tags", "text"), [([], "(none)"), (["b10", "b9", "a", "1"], "1, a, b9, b10"), (["a1", "a"], "a, a1")]
)
def test_tags(tags: list[str], text: str) -> None:
    """Tags are sorted as people count."""
    assert sort_tags(tags) == text
