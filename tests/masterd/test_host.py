"""What opcodes have done on the master's own node is done as they say."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from twisted.internet.defer import Deferred, maybeDeferred, succeed

from ganeti_lite.masterd.host import CERTIFICATES, Host, check_certificates
from ganeti_lite.masterd.units import CheckCertificates, CopyFiles, ReadState
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult, RpcSuccess
from tests.masterd.small_cluster import NODE2, NODE3, SNAPSHOT
from tests.masterd.units.scripted import STATE

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def _write_certificate(path: Path, begin: datetime, end: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cluster")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = builder.serial_number(1).not_valid_before(begin).not_valid_after(end)
    path.write_bytes(dated.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _make_root(folder: Path) -> GanetiPaths:
    data = folder / "var/lib/ganeti"
    data.mkdir(parents=True)
    for name in CERTIFICATES:
        _write_certificate(data / name, NOW - timedelta(days=1), NOW + timedelta(days=365))
    return GanetiPaths(str(folder))


class _Calls:
    """Calls that are noted; the third node has no room."""

    def __init__(self) -> None:
        self.made: list[tuple[str, Mapping[str, list[Any]]]] = []

    def __call__(
        self, method: str, arguments: Mapping[str, list[Any]], timeout: float, nodes: ClusterSnapshot
    ) -> Deferred[Mapping[str, RpcResult]]:
        assert nodes is SNAPSHOT
        self.made.append((method, arguments))
        return succeed({uuid: RpcFailure("full") if uuid == NODE3 else RpcSuccess(None) for uuid in arguments})


def _bring(paths: GanetiPaths, effect: Any, calls: _Calls) -> Any:
    host = Host(paths, calls, lambda: succeed(STATE), maybeDeferred, NOW.timestamp)
    outcome: list[Any] = []
    host(effect, SNAPSHOT).addCallback(outcome.append)
    return outcome[0]


def test_files_that_there_are_are_sent_to_all_nodes(tmp_path: Path) -> None:
    """A file is told with its place on any node, its content, mode, owners' names and times; a missing one is not."""
    paths, calls = _make_root(tmp_path), _Calls()
    key = Path(paths.hmac_key)
    key.write_bytes(b"secret\n")
    key.chmod(0o440)
    names = ("/var/lib/ganeti/hmac.key", "/var/lib/ganeti/known_hosts")
    outcome = _bring(paths, CopyFiles(names, (NODE2, NODE3)), calls)
    assert outcome == {names[0]: {NODE2: RpcSuccess(None), NODE3: RpcFailure("full")}}
    ((method, arguments),) = calls.made
    about = key.stat()
    described = [
        *("/###-VIRTUAL-PATH-###,/var/lib/ganeti/hmac.key", [0, "secret\n"], 0o100440, key.owner(), key.group()),
        *(int(about.st_atime), int(about.st_mtime)),
    ]
    assert method == "upload_file"
    assert arguments == {NODE2: [described], NODE3: [described]}


def test_the_state_is_passed_on(tmp_path: Path) -> None:
    """What the node knows besides the configuration is asked of who knows it."""
    assert _bring(_make_root(tmp_path), ReadState(), _Calls()) is STATE


def test_good_certificates_are_good(tmp_path: Path) -> None:
    """Certificates that are valid for long are no matter of complaint."""
    assert _bring(_make_root(tmp_path), CheckCertificates(), _Calls()) == ()


def test_bad_certificates_are_found(tmp_path: Path) -> None:
    """A certificate that is missing, expired, or soon will be, is told; only the last may be a mere warning."""
    paths = _make_root(tmp_path)
    data = Path(paths.data_dir)
    (data / "rapi.pem").unlink()
    _write_certificate(data / "server.pem", NOW - timedelta(days=9), NOW - timedelta(days=1))
    _write_certificate(data / "spice-ca.pem", NOW - timedelta(days=9), NOW + timedelta(days=20))
    _write_certificate(data / "spice.pem", NOW + timedelta(days=1), NOW + timedelta(days=99))
    faults = list(check_certificates(paths, NOW))
    assert [fault.is_error for fault in faults] == [True, True, False, False]
    assert faults[0].text.startswith(f"Failed to load X509 certificate {data}/rapi.pem: ")
    assert faults[1].text == (
        f"While verifying {data}/server.pem: Certificate is expired"
        " (valid from 2029-12-23 00:00:00 to 2029-12-31 00:00:00)"
    )
    assert faults[2].text == f"While verifying {data}/spice-ca.pem: Certificate expires in about 20 days"
    assert (
        faults[3].text
        == f"While verifying {data}/spice.pem: Certificate not yet valid (valid from 2030-01-02 00:00:00)"
    )
    _write_certificate(data / "spice-ca.pem", NOW - timedelta(days=9), NOW + timedelta(days=5))
    assert [fault.is_error for fault in check_certificates(paths, NOW)] == [True, True, True, False]
