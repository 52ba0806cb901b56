"""The daemon's UDP service as a real process: its promises to clients, and what it bears."""

import os
import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from ganeti_lite.constants import ConfdRequest
from ganeti_lite.simulator import ClusterPaths, ClusterShape, build_config, encode_config, replace_config, write_cluster
from ganeti_lite.simulator.edits import replace_file
from tests.contracts.confd import ASKERS, ConfdContract, Endpoint
from tests.interop.confd_daemons import find_udp_port, pick_port
from tests.interop.processes import read_log, serving

from .daemons import Daemon, await_true, command_line, environment_of, running

SHAPE: Final = ClusterShape(nodes=3, instances=6, groups=2, networks=1)


@pytest.fixture(scope="module")
def short_path() -> Iterator[Path]:
    """A directory whose path is short enough for sockets below it."""
    with TemporaryDirectory(prefix="gl") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def daemon(short_path: Path) -> Iterator[Daemon]:
    """A daemon that several tests share; each leaves a good configuration behind."""
    paths = write_cluster(short_path / "node1.example.com", SHAPE)
    with running(paths) as started:
        yield started


class TestOurConfd(ConfdContract):
    """Our daemon keeps what clients rely on."""

    @pytest.fixture
    def endpoint(self, daemon: Daemon) -> Endpoint:
        """The shared daemon."""
        address = ("127.0.0.1", find_udp_port(daemon.log))
        return Endpoint(daemon.paths.hmac_key.read_bytes(), address, daemon.paths.master_name)


def write_serial(paths: ClusterPaths, serial: int) -> None:
    """Change the cluster's serial number."""
    config = build_config(SHAPE)
    config["cluster"]["serial_no"] = serial
    replace_config(paths.config, config)


def test_changes_of_the_configuration_are_seen(daemon: Daemon) -> None:
    """Within a moment the replies bear the new serial number; a broken file takes nothing away."""
    with daemon.datagrams() as client:
        write_serial(daemon.paths, 4711)
        await_true(lambda: client.ask(3).message["serial"] == 4711, "the new serial number")
        complaints = read_log(daemon.log).count("Cannot load")
        daemon.paths.config.write_bytes(b"{")
        await_true(lambda: read_log(daemon.log).count("Cannot load") > complaints, "a complaint")
        assert client.ask(3).message["serial"] == 4711
        write_serial(daemon.paths, 4712)
        await_true(lambda: client.ask(3).message["serial"] == 4712, "the repaired file")


def test_garbage_harms_nobody(daemon: Daemon) -> None:
    """Thousands of datagrams of nonsense are dropped and told in few lines; others are answered meanwhile."""
    draw = random.Random(1)
    before = read_log(daemon.log).count("\n")
    with daemon.datagrams() as client:
        good = client.encode(0)
        for number in range(3000):
            nonsense = draw.randbytes(draw.randrange(1, 5000)) if number % 2 else good[: draw.randrange(1, len(good))]
            client.throw(nonsense)
            if number % 50 == 0:
                assert client.ask(0).message["status"] == 0
    assert read_log(daemon.log).count("\n") - before < 10
    assert "Traceback" not in read_log(daemon.log)


def test_ipv6_is_served(short_path: Path) -> None:
    """Bound to an IPv6 address it answers there."""
    paths = write_cluster(short_path / "six", SHAPE)
    with running(paths, "--bind", "::1") as started:
        port = find_udp_port(started.log)
        endpoint = Endpoint(paths.hmac_key.read_bytes(), ("::1", port), paths.master_name)
        for ask in ASKERS.values():
            assert ask(endpoint, ConfdRequest.PING).reply is not None


def test_a_missing_key_keeps_nobody_from_the_query_socket(short_path: Path) -> None:
    """Without a key Luxi is served; the key is taken up when it comes, and again when it is replaced."""
    paths = write_cluster(short_path / "keyless", SHAPE)
    key = paths.hmac_key.read_bytes()
    paths.hmac_key.unlink()
    with running(paths) as started:
        assert started.ask("Query", ["node", ["name"], None]).result["data"]
        started.await_log("no key in")
        assert "answering confd requests" not in read_log(started.log)
        replace_file(paths.hmac_key, key, 0o440)
        with started.datagrams() as client:
            assert client.ask(0).message["status"] == 0
            replace_file(paths.hmac_key, b"another key\n", 0o440)
            await_true(lambda: client.ask_with(b"another key\n", 0).raw is not None, "the new key is taken up")
            assert client.ask_with(key, 0).raw is None
    assert read_log(started.log).count("no key in") == 1


def test_a_taken_port_is_waited_for(short_path: Path) -> None:
    """While somebody else has the port, Luxi is served and the log says once why datagrams are not.

    It is tried again after some seconds (``test_udp_port.py``), and at once when there is another key.
    """
    paths = write_cluster(short_path / "taken", SHAPE)
    port = pick_port("127.0.0.1")
    with ExitStack() as stack:
        other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        stack.callback(other.close)
        other.bind(("127.0.0.1", port))
        started = stack.enter_context(running(paths, "--port", str(port)))
        started.await_log("Address already in use")
        assert started.ask("Query", ["node", ["name"], None]).result["data"]
        other.close()
        replace_file(paths.hmac_key, b"another key\n", 0o440)
        assert read_log(started.log).count("Address already in use") == 1
        with started.datagrams() as client:
            assert client.ask(0).message["status"] == 0


def test_every_node_answers_datagrams(short_path: Path) -> None:
    """A node that is not the master, and so has no query socket, answers confd requests all the same."""
    paths = write_cluster(short_path / "candidate", SHAPE)
    log = short_path / "candidate.log"
    with running(paths) as master:
        command = command_line(paths, "--query-socket", short_path / "elsewhere")
        environment = environment_of("node2.example.com")
        with serving(command, path=paths.query_socket, log=log, environment=environment):
            port = find_udp_port(log)
            assert port != find_udp_port(master.log)
            candidate = Daemon(paths, log, os.getpid())
            with candidate.datagrams() as client:
                await_true(lambda: client.ask(3).message["answer"] == paths.master_name, "the candidate answers")
    assert not (short_path / "elsewhere").exists()


def test_large_clusters_leave_pings_alone(short_path: Path) -> None:
    """While everything is asked for that is too large, pings are answered; errors say that it is."""
    paths = write_cluster(short_path / "large", SHAPE)
    paths.config.write_bytes(encode_config(build_config(ClusterShape(nodes=2, instances=3000))))
    with running(paths) as started, started.datagrams() as client:
        await_true(lambda: client.ask(0).message["status"] == 0, "the configuration is loaded")
        for request_type, query in ((8, paths.master_name), (10, "/instances"), (10, "/disks"), (10, "/nodes")):
            message = client.ask(request_type, query).message
            assert (message["status"] == 1 and "61440" in message["answer"]) or query == "/nodes"
