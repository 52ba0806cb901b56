"""A cluster's certificates, on their own and on disk."""

import json
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ganeti_lite.simulator import MASTER_NAME, ClusterPaths, ClusterShape, write_cluster
from ganeti_lite.simulator.certificates import ClusterCertificates, Credentials, make_certificates
from ganeti_lite.simulator.certification import write_certificates


@pytest.fixture(scope="module")
def certificates() -> ClusterCertificates:
    """Those of a cluster of two candidates."""
    return make_certificates(["node1.example.com", "node2.example.com"])


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> ClusterPaths:
    """A cluster with certificates on disk."""
    paths = write_cluster(tmp_path_factory.mktemp("certificates") / MASTER_NAME, ClusterShape())
    write_certificates(paths)
    return paths


def common_name(name: x509.Name) -> object:
    """The only attribute that there is."""
    (attribute,) = name
    return attribute.value


def test_the_servers_certificate(certificates: ClusterCertificates) -> None:
    """Version 1, serial 1, signs itself, and has the same name in every cluster."""
    server = certificates.server.certificate
    assert server.version is x509.Version.v1
    assert server.serial_number == 1
    assert common_name(server.subject) == common_name(server.issuer) == "ganeti.example.com"
    assert (server.not_valid_after_utc - server.not_valid_before_utc).days == 1825
    server.verify_directly_issued_by(server)


def test_clients_certificates(certificates: ClusterCertificates) -> None:
    """Each has its node's name, a serial number of its own, and the server's signature."""
    clients = certificates.clients
    assert {name: common_name(each.certificate.subject) for name, each in clients.items()} == {
        name: name for name in ("node1.example.com", "node2.example.com")
    }
    assert len({each.certificate.serial_number for each in (*clients.values(), certificates.server)}) == 3
    for each in clients.values():
        assert each.certificate.version is x509.Version.v1
        each.certificate.verify_directly_issued_by(certificates.server.certificate)


def test_a_file_has_key_and_certificate(certificates: ClusterCertificates) -> None:
    """What is written can be read, and the key comes first."""
    pem = certificates.server.to_pem()
    read = Credentials.from_pem(pem)
    assert read.certificate == certificates.server.certificate
    assert read.key.private_numbers() == certificates.server.key.private_numbers()
    assert pem.startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert pem.endswith(b"-----END CERTIFICATE-----\n")


def test_files_that_hold_something_else(certificates: ClusterCertificates) -> None:
    """A file without a key or certificate, or with another kind of key, is an error."""
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key, _, certificate = certificates.server.to_pem().partition(b"-----BEGIN CERT")
    for pem in (b"", key, b"-----BEGIN CERT" + certificate, other + certificates.server.to_pem()):
        with pytest.raises(ValueError, match=r"\w"):
            Credentials.from_pem(pem)


def test_digests_have_the_form_of_the_record(certificates: ClusterCertificates) -> None:
    """Twenty bytes in upper case with colons."""
    parts = certificates.server.digest.split(":")
    assert len(parts) == 20
    assert all(len(part) == 2 and part == part.upper() and int(part, 16) >= 0 for part in parts)


def test_files_have_ganetis_modes(paths: ClusterPaths) -> None:
    """Keys are for the owner and the group."""
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in (paths.server_pem, paths.client_pem, paths.config)
    }
    assert modes == {"server.pem": 0o440, "client.pem": 0o440, "config.data": 0o640}
    assert stat.S_IMODE(paths.ssconf("master_candidates_certs").stat().st_mode) == 0o444


def test_candidates_are_on_record(paths: ClusterPaths) -> None:
    """Configuration and ssconf name the same digests: one for each candidate, the master's own among them."""
    config = json.loads(paths.config.read_bytes())
    on_record = config["cluster"]["candidate_certs"]
    assert on_record.keys() == {uuid for uuid, node in config["nodes"].items() if node["master_candidate"]}
    lines = "".join(f"{uuid}={digest}\n" for uuid, digest in sorted(on_record.items()))
    assert paths.ssconf("master_candidates_certs").read_text() == lines
    own = Credentials.from_pem(paths.client_pem.read_bytes())
    assert on_record[config["cluster"]["master_node"]] == own.digest


def test_certificates_can_be_renewed(tmp_path: Path) -> None:
    """The second ones take the place of the first, though the files are read-only."""
    paths = write_cluster(tmp_path / MASTER_NAME, ClusterShape(nodes=1))
    first, second = write_certificates(paths), write_certificates(paths)
    assert first.server.digest != second.server.digest
    assert Credentials.from_pem(paths.server_pem.read_bytes()).digest == second.server.digest
