"""Certificates: read from files, read again when these change, and good for what they should be good for."""

import os
from pathlib import Path

import pytest
from cryptography.x509 import Version

from ganeti_lite.noderpc import Limits
from ganeti_lite.noderpc._tls import CertificateFiles, CertificatesError
from ganeti_lite.simulator.certificates import make_client_credentials
from ganeti_lite.wire.noderpc import RpcFailure, RpcSuccess

from .nodes import (
    NodesTestCase,
    client_credentials,
    cluster_credentials,
    foreign_credentials,
    until,
    write_certificates,
)

NODE = "127.0.0.1"


def test_read_once(tmp_path: Path) -> None:
    """As long as the files stay as they are, the same certificates are used."""
    files = CertificateFiles(write_certificates(tmp_path))
    assert files.current() is files.current()


@pytest.mark.parametrize("name", ["server.pem", "client.pem"])
def test_read_again_after_a_change(tmp_path: Path, name: str) -> None:
    """A file that is replaced, or only touched, is read again."""
    files = CertificateFiles(write_certificates(tmp_path))
    first = files.current()
    (tmp_path / "new").write_bytes((tmp_path / name).read_bytes())
    (tmp_path / "new").rename(tmp_path / name)
    second = files.current()
    os.utime(tmp_path / name, (1, 1))
    assert len({id(tls) for tls in (first, second, files.current())}) == 3


def test_without_client_certificate(tmp_path: Path) -> None:
    """The cluster's is shown until there is one."""
    paths = write_certificates(tmp_path)
    os.unlink(paths.client_pem)
    files = CertificateFiles(paths)
    before = files.current()
    Path(paths.client_pem).write_bytes(client_credentials().to_pem())
    assert files.current() is not before


def spoil(path: Path, how: str) -> None:
    """Make a file unusable."""
    path.unlink()
    match how:
        case "cut":
            path.write_bytes(client_credentials().to_pem()[:500])
        case "empty":
            path.write_bytes(b"")
        case "folder":
            path.mkdir()
        case "other key":
            key = foreign_credentials().to_pem().partition(b"-----BEGIN CERTIFICATE")[0]
            _, begin, certificate = client_credentials().to_pem().partition(b"-----BEGIN CERTIFICATE")
            path.write_bytes(key + begin + certificate)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("server.pem", "missing"),
        ("server.pem", "empty"),
        ("server.pem", "folder"),
        ("client.pem", "cut"),
        ("client.pem", "empty"),
        ("client.pem", "folder"),
        ("client.pem", "other key"),
    ],
)
def test_unusable_file_is_named(tmp_path: Path, name: str, how: str) -> None:
    """The error says which file it is; when the file is good again, all is well."""
    paths = write_certificates(tmp_path)
    files = CertificateFiles(paths)
    files.current()
    spoil(tmp_path / name, how)
    for _ in range(2):
        with pytest.raises(CertificatesError, match=str(tmp_path / name)):
            files.current()
    if how == "folder":
        (tmp_path / name).rmdir()
    write_certificates(tmp_path)
    files.current()


class CertificateTests(NodesTestCase):
    """Certificates in use."""

    async def test_missing_file_and_its_return(self) -> None:
        """Without the cluster's certificate every call fails and nobody is contacted, until it is there."""
        node = self.start(NODE)
        client = self.client()
        os.rename(self.files.server_pem, self.files.server_pem + ".away")
        results = [await client.call(NODE, "version", b"[]") for _ in range(3)]
        assert results == [RpcFailure(f"{self.files.server_pem}: No such file or directory")] * 3
        assert (node.accepted, client.counters.sent) == (0, 0)
        os.rename(self.files.server_pem + ".away", self.files.server_pem)
        assert await client.call(NODE, "version", b"[]") == RpcSuccess(3000000)

    async def test_new_certificates_are_shown(self) -> None:
        """After the cluster's certificates were renewed, the same client reaches the nodes."""
        self.start(NODE, shown=foreign_credentials(), trusted=foreign_credentials())
        client = self.client(Limits(retry_after=0.0))
        assert isinstance(await client.call(NODE, "version", b"[]"), RpcFailure)
        Path(self.files.server_pem).write_bytes(foreign_credentials().to_pem())
        renewed = make_client_credentials(foreign_credentials(), "node1.example.com", 3)
        Path(self.files.client_pem).write_bytes(renewed.to_pem())
        assert await client.call(NODE, "version", b"[]") == RpcSuccess(3000000)

    async def test_cluster_certificate_in_place_of_the_own(self) -> None:
        """A node that is just being set up lets in whoever shows the cluster's certificate."""
        self.start(NODE)
        os.unlink(self.files.client_pem)
        assert await self.client().call(NODE, "version", b"[]") == RpcSuccess(3000000)

    async def test_other_cluster_at_the_address(self) -> None:
        """A node that shows another cluster's certificate is told nothing."""
        node = self.start(NODE, shown=foreign_credentials())
        result = await self.client().call(NODE, "version", b"[]")
        assert isinstance(result, RpcFailure)
        assert result.reason.startswith("TLS: certificate verify failed")
        await until(lambda: not node.open)
        assert node.requests == []

    async def test_refused_by_the_node(self) -> None:
        """A node that does not know our certificate says so, and the reason is told."""
        node = self.start(NODE, trusted=foreign_credentials())
        result = await self.client().call(NODE, "version", b"[]")
        assert isinstance(result, RpcFailure)
        assert "TLS" in result.reason or "closed" in result.reason  # the alert may be lost with the connection
        assert node.requests == []


def test_certificates_are_of_version_1() -> None:
    """The tests use what clusters use."""
    assert cluster_credentials().certificate.version is Version.v1
