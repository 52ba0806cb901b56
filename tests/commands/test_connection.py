"""The way to the server, and what is said where there is none."""

import pytest

from ganeti_lite.clients.luxi import NoServerError
from ganeti_lite.commands.connection import connect_for_queries
from ganeti_lite.errors import OpPrereqError
from tests.clients.scripted_server import succeed

from .conftest import MadeUpNode


def test_server(node: MadeUpNode) -> None:
    """Queries go to the query socket, wherever the root is."""
    with node.serve(lambda method, _args: succeed(method)), connect_for_queries(node.environ) as client:
        assert client.call("Any", []) == "Any"


def test_forced_socket(node: MadeUpNode) -> None:
    """Another socket can be forced."""
    environ = {"FORCE_LUXI_SOCKET": node.paths.query_socket}
    with node.serve(lambda method, _args: succeed(method)), connect_for_queries(environ) as client:
        assert client.call("Any", []) == "Any"


def test_no_cluster(node: MadeUpNode) -> None:
    """A machine that knows no master is not part of a cluster."""
    with pytest.raises(OpPrereqError, match="not part of a cluster"):
        connect_for_queries(node.environ)


def test_other_node(node: MadeUpNode) -> None:
    """On another node than the master, the user is sent there."""
    node.write_ssconf("master_node", "node9.example.com\n")
    with pytest.raises(OpPrereqError, match=r"connect to node 'node9\.example\.com'"):
        connect_for_queries(node.environ)


def test_master_without_server(node: MadeUpNode) -> None:
    """On the master node, the server is missed."""
    node.write_ssconf("master_node", f"{node.name}\n")
    with pytest.raises(NoServerError):
        connect_for_queries(node.environ)
