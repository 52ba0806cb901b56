"""What jobs see of the node that they run on."""

import socket
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from twisted.internet.defer import Deferred, maybeDeferred, succeed
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from ganeti_lite.errors import ResolverError
from ganeti_lite.masterd.host import Host
from ganeti_lite.masterd.units import (
    CertificateFault,
    CheckCertificates,
    CopyFiles,
    Ping,
    ReadState,
    Resolved,
    ResolveName,
    Sleep,
)
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.query import ClusterState
from ganeti_lite.wire.noderpc import RpcResult, RpcSuccess

NOW = datetime(2026, 6, 1, tzinfo=UTC)


class Node:
    """A node's files, and the calls that it makes."""

    def __init__(self, root: Path) -> None:
        self.data = root / "var/lib/ganeti"
        self.data.mkdir(parents=True)
        (root / "etc").mkdir()
        self.calls: list[tuple[str, Mapping[str, list[Any]]]] = []
        self.clock = Clock()
        self.host = Host(GanetiPaths(str(root)), self._call, maybeDeferred, self.clock, NOW.timestamp)

    def _call(
        self, method: str, arguments: Mapping[str, list[Any]], timeout: float
    ) -> Deferred[Mapping[str, RpcResult]]:
        self.calls.append((method, arguments))
        return succeed({uuid: RpcSuccess(None) for uuid in arguments})

    def ask(self, effect: Any) -> Any:
        """The outcome of an effect."""
        outcomes: list[Any] = []
        self.host(effect).addCallback(outcomes.append)
        return outcomes[0]

    def certify(self, name: str, begins: timedelta, ends: timedelta) -> Path:
        """A certificate that is valid from then to then."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "node")])
        builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, NOW + begins, NOW + ends)
        path = self.data / name
        path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        return path


@pytest.fixture
def node(tmp_path: Path) -> Node:
    """A node of a virtual cluster."""
    return Node(tmp_path)


def test_files_are_sent_as_they_are(node: Node) -> None:
    """With mode and owner; a path is told so that each node finds its own, and what is not here is left out."""
    (node.data / "known_hosts").write_text("hosts\n")
    (node.data.parents[2] / "etc/hosts").write_text("addresses\n")
    paths = ("/var/lib/ganeti/known_hosts", "/etc/hosts", "/var/lib/ganeti/rapi.pem")
    assert node.ask(CopyFiles(paths, ("a", "b"))).keys() == set(paths[:2])
    (first, sent), (_, hosts) = node.calls
    assert (first, set(sent)) == ("upload_file_single", {"a", "b"})
    assert sent["a"][:3] == ["/###-VIRTUAL-PATH-###,/var/lib/ganeti/known_hosts", [0, "hosts\n"], 0o100644]
    assert hosts["b"][:2] == ["/etc/hosts", [0, "addresses\n"]]


def test_the_state_is_read_anew(node: Node) -> None:
    """Whether the queue is drained, for one."""
    states: list[ClusterState] = [node.ask(ReadState())]
    (node.data / "queue").mkdir()
    (node.data / "queue/drain").touch()
    states.append(node.ask(ReadState()))
    assert [state.is_drained for state in states] == [False, True]


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("begins", "ends", "text", "is_error"),
    [
        (-DAY, 8 * DAY, "expires in about 8 days", False),
        (-DAY, 3 * DAY, "expires in about 3 days", True),
        (-3 * DAY, -DAY, "is expired", True),
        (DAY, 100 * DAY, "is not yet valid", True),
    ],
)
def test_certificates_that_end_are_told(
    node: Node, begins: timedelta, ends: timedelta, text: str, is_error: bool
) -> None:
    """A month before as a warning, a week before as an error."""
    path = node.certify("server.pem", begins, ends)
    node.certify("rapi.pem", -DAY, 365 * DAY)
    assert node.ask(CheckCertificates()) == (
        CertificateFault(f"While verifying {path}: Certificate {text}", is_error=is_error),
    )


def test_certificates_that_cannot_be_read_are_told(node: Node) -> None:
    """As errors; none at all is none."""
    assert node.ask(CheckCertificates()) == ()
    (node.data / "rapi.pem").write_text("garbage")
    (fault,) = node.ask(CheckCertificates())
    assert fault.is_error
    assert fault.text.startswith(f"Failed to load X509 certificate {node.data}/rapi.pem: ")


def test_names_are_resolved(node: Node) -> None:
    """By this system's resolver; what it does not know is an error with its words."""
    found: Resolved = node.ask(ResolveName("localhost"))
    assert found.ip in ("127.0.0.1", "::1")
    failures: list[Failure] = []
    node.host(ResolveName("no.such.host.invalid")).addErrback(failures.append)
    with pytest.raises(ResolverError, match=r"no\.such\.host\.invalid"):
        failures[0].raiseException()


def test_a_host_is_there_if_it_takes_or_refuses_a_connection(node: Node) -> None:
    """An address that nobody has is not; this one refuses first and takes then."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        assert node.ask(Ping("127.0.0.1", port)) is True
        listener.listen()
        assert node.ask(Ping("127.0.0.1", port)) is True
    assert node.ask(Ping("256.0.0.1", port)) is False


def test_time_passes(node: Node) -> None:
    """As much as was asked for."""
    woken: list[None] = []
    node.host(Sleep(5)).addCallback(woken.append)
    node.clock.advance(4.9)
    assert not woken
    node.clock.advance(0.1)
    assert woken == [None]
