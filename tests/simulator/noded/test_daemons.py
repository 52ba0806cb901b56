"""The daemons over real sockets: calls, certificates, faults, changes, counts."""

import hashlib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from attrs import evolve
from twisted.internet.error import CannotListenError

from ganeti_lite.simulator import ClusterPaths
from ganeti_lite.simulator.certificates import (
    ClusterCertificates,
    Credentials,
    make_client_credentials,
    make_server_credentials,
)
from ganeti_lite.simulator.noded import FaultOrderError, Guest
from ganeti_lite.simulator.noded.cluster import load_daemons

from .client import format_request, parse_answer
from .serving import Serving, serving

MASTER = "node1.example.com"
OTHER = "node2.example.com"
VERSION = [True, 3000000]
GUEST = Guest("by-hand.example.com", "kvm", 512, 2)
ALL_KVM = [["kvm"], {"kvm": {}}]


def address_of(nodes: Serving, name: str = MASTER) -> str:
    """Where a node's daemon listens."""
    return nodes.machine(name).address


def test_an_answer_has_the_real_form(nodes: Serving) -> None:
    """Status line, headers and body are the real daemon's, byte for byte but for the date."""
    received = nodes.client.exchange(address_of(nodes), format_request("version", []))
    answer = parse_answer(received)
    assert answer.status == "HTTP/1.1 200 OK"
    assert list(answer.headers) == ["Connection", "Date", "Server", "Content-Length"]
    assert (answer.headers["Connection"], answer.headers["Server"]) == ("close", "Ganeti 3.0.2")
    assert answer.headers["Date"].endswith(" GMT")
    assert answer.headers["Content-Length"] == "16"
    assert answer.body == b"[true, 3000000]\n"


def test_every_node_answers_at_its_own_address(nodes: Serving) -> None:
    """Each address is that of its node: the boot ids are all different."""
    boot_ids = {nodes.ask(name, "node_info", [[], []])[1][0] for name in nodes.daemons.machines}
    assert len(boot_ids) == 4


@pytest.mark.parametrize("request_line", ["POST /bogus HTTP/1.1", "GET /version HTTP/1.1", "POST /version?x HTTP/1.1"])
def test_what_is_not_a_call_is_not_answered(nodes: Serving, request_line: str) -> None:
    """The connection is closed without a byte."""
    request = f"{request_line}\r\nHost: node\r\nContent-Length: 2\r\n\r\n[]".encode()
    assert nodes.client.exchange(address_of(nodes), request) == b""


def test_a_body_may_come_later(nodes: Serving) -> None:
    """A request in two parts is a request."""
    request = format_request("version", [])
    with nodes.client.connected(address_of(nodes)) as connection:
        connection.sendall(request[:-1])
        connection.settimeout(0.05)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(10)
        connection.sendall(request[-1:])
        assert connection.recv(4096).endswith(b"[true, 3000000]\n")


def test_a_client_that_will_close_is_given_a_second(nodes: Serving) -> None:
    """The answer comes at once, the end of the connection later."""
    with nodes.client.connected(address_of(nodes)) as connection:
        connection.sendall(format_request("version", [], "Connection: close"))
        assert connection.recv(4096).endswith(b"[true, 3000000]\n")
        connection.settimeout(0.1)
        with pytest.raises(TimeoutError):
            connection.recv(1)


def test_other_candidates_are_let_in(nodes: Serving, certificates: ClusterCertificates, pem: Path) -> None:
    """Any master candidate may ask any node."""
    pem.write_bytes(certificates.clients[OTHER].to_pem())
    assert evolve(nodes.client, own=pem).ask(address_of(nodes), "version") == VERSION


def not_a_candidate(certificates: ClusterCertificates) -> Credentials:
    """A good certificate that is not on record."""
    return make_client_credentials(certificates.server, "node4.example.com", 9)


def of_another_cluster(_certificates: ClusterCertificates) -> Credentials:
    """A certificate from an authority of the same name."""
    return make_client_credentials(make_server_credentials(), MASTER, 2)


def the_clusters_own(certificates: ClusterCertificates) -> Credentials:
    """What is only good while there are no candidates on record."""
    return certificates.server


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("make", [not_a_candidate, of_another_cluster, the_clusters_own, None])
def test_strangers_are_refused(
    nodes: Serving,
    certificates: ClusterCertificates,
    pem: Path,
    make: Callable[[ClusterCertificates], Credentials] | None,
    version: ssl.TLSVersion,
) -> None:
    """Who shows no certificate, or one that is not a candidate's, gets a TLS alert instead of an answer."""
    if make is not None:
        pem.write_bytes(make(certificates).to_pem())
    stranger = evolve(nodes.client, own=pem if make else None, tls_version=version)
    with pytest.raises(ssl.SSLError, match="alert"):
        stranger.ask(address_of(nodes), "version")
    assert nodes.traffic.calls == {}


def test_the_record_of_candidates_is_read_anew(nodes: Serving, certificates: ClusterCertificates, pem: Path) -> None:
    """A change of the file counts from the next connection on; without candidates only the cluster's own is good."""
    record = nodes.paths.ssconf("master_candidates_certs")
    before = record.read_bytes()
    pem.write_bytes(certificates.server.to_pem())
    joining = evolve(nodes.client, own=pem)
    record.unlink()
    try:
        assert joining.ask(address_of(nodes), "version") == VERSION
        with pytest.raises(ssl.SSLError):
            nodes.ask(MASTER, "version")
    finally:
        record.write_bytes(before)
    assert nodes.ask(MASTER, "version") == VERSION


def test_sessions_are_not_resumed(nodes: Serving) -> None:
    """A client that tries to resume a session is refused, as by the real daemon."""
    context = nodes.client.make_context()
    address = (address_of(nodes), nodes.client.port)
    with context.wrap_socket(socket.create_connection(address, 10)) as first:
        first.sendall(format_request("version", []))
        assert first.recv(4096)
        session = first.session
    with (
        pytest.raises(ssl.SSLError, match="alert"),
        context.wrap_socket(socket.create_connection(address, 10), session=session) as second,
    ):
        second.recv(1)


def test_connections_in_clear_are_dropped(nodes: Serving) -> None:
    """Whoever speaks HTTP without TLS learns nothing."""
    with socket.create_connection((address_of(nodes), nodes.client.port), 10) as plain:
        plain.sendall(format_request("version", []))
        with suppress(ConnectionResetError):
            assert b"Ganeti" not in plain.recv(4096)


def test_clients_that_give_up_amid_the_handshake(nodes: Serving) -> None:
    """Their farewell ends the connection, and the daemon minds it no more than any other end."""
    hello = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        nodes.client.make_context().wrap_bio(ssl.MemoryBIO(), hello).do_handshake()
    farewell = bytes.fromhex("15 0303 0002 01 00")  # an alert in clear: a warning, close_notify (RFC 5246, 7.2.1)
    with socket.create_connection((address_of(nodes), nodes.client.port), 10) as plain:
        plain.sendall(hello.read())
        assert plain.recv(1)
        plain.sendall(farewell)
        with suppress(ConnectionResetError):
            assert b"".join(iter(lambda: plain.recv(65536), b""))
    assert nodes.ask(MASTER, "version") == VERSION


def test_refused_connections(nodes: Serving) -> None:
    """A node that refuses has no open port; the others have; and it can come back."""
    nodes.order(f"{MASTER}=refuse")
    with pytest.raises(ConnectionRefusedError):
        nodes.ask(MASTER, "version")
    assert nodes.ask(OTHER, "version") == VERSION
    nodes.order()
    assert nodes.ask(MASTER, "version") == VERSION


def test_an_unreachable_node(nodes: Serving) -> None:
    """Connecting takes longer than anybody waits."""
    nodes.order(f"{MASTER}=unreachable")
    for _ in range(2):
        with pytest.raises(TimeoutError):
            nodes.ask(MASTER, "version", patience=0.1)
    nodes.order()
    assert nodes.ask(MASTER, "version") == VERSION


def test_a_silent_node(nodes: Serving) -> None:
    """The connection is made and TLS never comes."""
    nodes.order(f"{MASTER}=silent")
    with pytest.raises(TimeoutError, match="handshake"):
        nodes.ask(MASTER, "version", patience=0.1)
    assert nodes.traffic.connections == {MASTER: 1}


def test_a_wrong_certificate(nodes: Serving) -> None:
    """A client that checks finds another authority; the name is the same."""
    nodes.order(f"{MASTER}=wrong-certificate")
    with pytest.raises(ssl.SSLCertVerificationError):
        nodes.ask(MASTER, "version")
    assert nodes.ask(OTHER, "version") == VERSION


def test_a_hanging_call(nodes: Serving) -> None:
    """The request is read and nothing comes; other calls of the node are answered."""
    nodes.order(f"{MASTER}/version=hang")
    with pytest.raises(TimeoutError):
        nodes.ask(MASTER, "version", patience=0.1)
    assert nodes.ask(MASTER, "master_node_name") == [True, MASTER]
    assert nodes.traffic.calls == {MASTER: {"version": 1, "master_node_name": 1}}


def test_a_reset(nodes: Serving) -> None:
    """The connection is reset in place of an answer."""
    nodes.order("*/version=reset")
    with nodes.client.connected(address_of(nodes)) as connection:
        connection.sendall(format_request("version", []))
        assert connection.recv(4096) == b""
        with pytest.raises(OSError, match="not connected"):  # after a mere close it still would be
            connection.getpeername()


@pytest.mark.parametrize(("fault", "seconds"), [("slow:0.15", 0.15), ("drip:0.15", 0.15)])
def test_answers_that_take_time(nodes: Serving, fault: str, seconds: float) -> None:
    """A slow answer comes whole, but late; so does one that drips."""
    nodes.order(f"{MASTER}={fault}")
    started = time.monotonic()
    assert nodes.ask(MASTER, "version") == VERSION
    assert time.monotonic() - started >= seconds


def test_half_an_answer(nodes: Serving) -> None:
    """Fewer bytes come than the header says."""
    nodes.order(f"{MASTER}=half")
    answer = parse_answer(nodes.client.exchange(address_of(nodes), format_request("version", [])))
    assert answer.headers["Content-Length"] == "16"
    assert answer.body == b"[true, 3"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("garbage", b"\x00\x01\x02"),
        ("not-json", b"HTTP/1.1 200 OK\r\n"),
        ("status:500", b"HTTP/1.1 500 "),
        ("error:out of order", b"HTTP/1.1 200 OK\r\n"),
    ],
)
def test_answers_that_are_none(nodes: Serving, fault: str, expected: bytes) -> None:
    """What comes is not what a client can use, each in its own way."""
    nodes.order(f"*/version={fault}")
    assert nodes.client.exchange(address_of(nodes), format_request("version", [])).startswith(expected)


def test_an_ordered_error(nodes: Serving) -> None:
    """The message is the one that was ordered."""
    nodes.order("*=error:out of order")
    assert nodes.ask(MASTER, "node_info", [[], []]) == [False, "out of order"]


def test_what_happens_behind_ganetis_back(nodes: Serving) -> None:
    """Guests that start and stop are in the next answer."""
    before = nodes.machine(MASTER)
    nodes.run(lambda: nodes.daemons.change(MASTER, lambda machine: machine.start(GUEST)))
    assert nodes.ask(MASTER, "all_instances_info", ALL_KVM)[1][GUEST.name] == {
        "memory": 512,
        "vcpus": 2,
        "state": 0,
        "time": 0.0,
    }
    nodes.run(lambda: nodes.daemons.change(MASTER, lambda machine: machine.stop(GUEST.name)))
    assert GUEST.name not in nodes.ask(MASTER, "all_instances_info", ALL_KVM)[1]
    assert nodes.machine(MASTER) == before


def test_calls_and_connections_are_counted(nodes: Serving) -> None:
    """Each call counts for its node and name, each connection for its node; none stays open."""
    for _ in range(3):
        nodes.ask(MASTER, "version")
    nodes.ask(OTHER, "export_list")
    traffic = nodes.traffic
    assert traffic.calls == {MASTER: {"version": 3}, OTHER: {"export_list": 1}}
    assert traffic.total_calls == 4
    assert traffic.connections == {MASTER: 3, OTHER: 1}
    assert traffic.most_open >= 1


def test_orders_for_nobody_are_refused(nodes: Serving) -> None:
    """Unknown nodes and calls are errors, and nothing changes."""
    for text in ("node9.example.com=hang", "*/bogus=hang"):
        with pytest.raises(FaultOrderError):
            nodes.order(f"{MASTER}=error:out of order", text)
    assert nodes.ask(MASTER, "version") == VERSION


def test_faults_can_be_there_from_the_start(paths: ClusterPaths, certificates: ClusterCertificates) -> None:
    """Orders given at the start hold for the first connection; after the end nothing listens."""
    with serving(paths, [f"{OTHER}=refuse", f"{MASTER}/version=error:late"]) as served:
        assert served.ask(MASTER, "version") == [False, "late"]
        with pytest.raises(ConnectionRefusedError):
            served.ask(OTHER, "version")
        client, address = served.client, address_of(served)
    with pytest.raises(ConnectionRefusedError):
        client.ask(address, "version")


def test_stopping_ends_what_hangs(paths: ClusterPaths, certificates: ClusterCertificates) -> None:
    """Connections without an answer end with the daemons."""
    with serving(paths, ["*=hang"]) as served:
        connection = socket.create_connection((address_of(served), served.client.port), 10)
    with connection, suppress(ConnectionResetError):
        assert connection.recv(1) == b""


def test_an_address_in_use_is_an_error(nodes: Serving, paths: ClusterPaths) -> None:
    """Two daemons at one address are one too many."""
    second = nodes.run(lambda: load_daemons(nodes.reactor, paths, port=nodes.daemons.port))
    with pytest.raises(CannotListenError):
        nodes.run(second.start)


def test_a_delay_holds_nobody_up(nodes: Serving) -> None:
    """While one call waits others are answered; the answer is late by as much as was asked for."""
    started = time.monotonic()
    with nodes.client.connected(address_of(nodes)) as connection:
        connection.sendall(format_request("test_delay", [0.3]))
        assert nodes.ask(MASTER, "version") == VERSION
        assert b"".join(iter(lambda: connection.recv(4096), b"")).endswith(b"[true, null]\n")
    assert time.monotonic() - started >= 0.3


def test_what_the_master_is_sent_is_on_disk(nodes: Serving) -> None:
    """Files that its daemon writes are those that its other daemons read."""
    pause = nodes.paths.ssconf("x").with_name("watcher.pause")
    assert nodes.ask(MASTER, "set_watcher_pause", [9e9]) == [True, None]
    assert pause.read_text() == "9000000000\n"
    assert nodes.ask(MASTER, "set_watcher_pause", [None]) == [True, None]
    assert not pause.exists()
    tags = {"cluster_tags": nodes.paths.ssconf("cluster_tags").read_text().splitlines()}
    nodes.paths.ssconf("cluster_tags").unlink()
    assert nodes.ask(MASTER, "write_ssconf_files", [tags]) == [True, None]
    assert nodes.paths.ssconf("cluster_tags").read_text().splitlines() == tags["cluster_tags"]


def test_a_call_ordered_to_fail_does_nothing(nodes: Serving) -> None:
    """With other faults only the answer suffers."""
    nodes.order("*/set_watcher_pause=error:no")
    assert nodes.ask(OTHER, "set_watcher_pause", [9e9]) == [False, "no"]
    nodes.order()
    assert nodes.ask(OTHER, "get_watcher_pause") == [True, None]
    nodes.order("*/set_watcher_pause=half")
    nodes.client.exchange(address_of(nodes, OTHER), format_request("set_watcher_pause", [9e9]))
    nodes.order()
    assert nodes.ask(OTHER, "get_watcher_pause") == [True, 9_000_000_000]
    assert nodes.ask(OTHER, "set_watcher_pause", [None]) == [True, None]


def test_what_the_master_changes_by_itself_is_known(nodes: Serving) -> None:
    """Its node daemon tells the files of its node as they are on disk now."""
    asked = {"filelist": ["/###-VIRTUAL-PATH-###,/var/lib/ganeti/rapi.pem"]}
    place = nodes.paths.ssconf("x").with_name("rapi.pem")
    told = []
    for content in (b"one", b"another"):
        place.write_bytes(content)
        told.append(nodes.ask(MASTER, "node_verify", [asked, "c", {}])[1]["filelist"].popitem()[1])
    place.unlink()
    assert told == [hashlib.sha1(each, usedforsecurity=False).hexdigest() for each in (b"one", b"another")]
    assert nodes.ask(MASTER, "node_verify", [asked, "c", {}]) == [True, {"filelist": {}}]
