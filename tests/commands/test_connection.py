"""The way to the servers, and what is said where there is none."""

import pytest

from ganeti_lite.clients.luxi import ANSWER_TIMEOUT, NoServerError
from ganeti_lite.commands.connection import (
    CONNECTION_OPTIONS,
    connect_for_jobs,
    connect_for_locks,
    connect_for_queries,
)
from ganeti_lite.commands.options import UsageError, read_options
from ganeti_lite.errors import OpPrereqError
from tests.clients.scripted_server import succeed

from .conftest import MadeUpNode


def test_server(node: MadeUpNode) -> None:
    """Queries go to the query socket, wherever the root is."""
    with node.serve(lambda method, _args: succeed(method)), connect_for_queries(node.call()) as client:
        assert client.call("Any", []) == "Any"
        assert client.answer_timeout == ANSWER_TIMEOUT


def test_server_for_jobs(node: MadeUpNode) -> None:
    """Jobs and locks are the master socket's, where somebody listens there."""
    with node.serve(lambda _method, _args: None), node.serve_jobs(lambda method, _args: succeed(method)):
        with connect_for_jobs(node.call()) as client:
            assert client.luxi.call("Any", []) == "Any"
        with connect_for_locks(node.call()) as locks:
            assert locks.call("Any", []) == "Any"


def test_single_server(node: MadeUpNode) -> None:
    """Where nobody does, as with Ganeti 3, the query socket is asked for both."""
    with node.serve(lambda method, _args: succeed(method)), connect_for_jobs(node.call()) as client:
        assert client.luxi.call("Any", []) == "Any"


def test_forced_socket(node: MadeUpNode) -> None:
    """Another socket can be forced, by a variable or, before that, by an option."""
    with node.serve(lambda method, _args: succeed(method)):
        with connect_for_queries(node.call(FORCE_LUXI_SOCKET=node.paths.query_socket)) as client:
            assert client.call("Any", []) == "Any"
        chosen = {"socket": (node.paths.query_socket,)}
        with connect_for_queries(node.call(options=chosen, FORCE_LUXI_SOCKET="/nowhere")) as client:
            assert client.call("Any", []) == "Any"


def test_timeout(node: MadeUpNode) -> None:
    """The user may be less patient."""
    values, _ = read_options(CONNECTION_OPTIONS, ["--timeout=1.5"])
    with (
        node.serve(lambda method, _args: succeed(method)),
        connect_for_queries(node.call(options=values.given)) as client,
    ):
        assert client.answer_timeout == 1.5


@pytest.mark.parametrize("text", ["0", "-1", "x", "nan", "inf"])
def test_wrong_timeout(text: str) -> None:
    """Patience is a number of seconds."""
    with pytest.raises(UsageError, match="--timeout: invalid number of seconds"):
        read_options(CONNECTION_OPTIONS, ["--timeout", text])


def test_no_cluster(node: MadeUpNode) -> None:
    """A machine that knows no master is not part of a cluster."""
    with pytest.raises(OpPrereqError, match="not part of a cluster"):
        connect_for_queries(node.call())


def test_other_node(node: MadeUpNode) -> None:
    """On another node than the master, the user is sent there."""
    node.write_ssconf("master_node", "node9.example.com\n")
    with pytest.raises(OpPrereqError, match=r"connect to node 'node9\.example\.com'"):
        connect_for_queries(node.call())


def test_master_without_server(node: MadeUpNode) -> None:
    """On the master node, the server is missed."""
    node.write_ssconf("master_node", f"{node.name}\n")
    with pytest.raises(NoServerError):
        connect_for_queries(node.call())
