"""The certificates by which node daemons and those who call them know each other, as Ganeti makes them.

The server's certificate is the same on all nodes, signs itself, and is the only authority: it signs every node's
client certificate. All are of X.509 version 1, without extensions, which is why no strict checker takes them.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Final, Self

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SERVER_COMMON_NAME: Final = "ganeti.example.com"
"""Whatever the cluster is called."""

_LIFETIME: Final = datetime.timedelta(days=5 * 365)
_KEY_BITS: Final = 2048

_VERSION_3: Final = bytes.fromhex("a003020102")
"""How a certificate's body begins (RFC 5280, 4.1) unless it is of version 1, which is left out."""

_SHA256_WITH_RSA: Final = bytes.fromhex("300d06092a864886f70d01010b0500")
"""The algorithm's identifier (RFC 4055, 5)."""


@attrs.frozen
class Credentials:
    """A private key and the certificate that belongs to it."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """The credentials in a file such as server.pem.

        :raises ValueError: there is no RSA key or no certificate in it.
        """
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError("The key is not an RSA key.")
        return cls(key, x509.load_pem_x509_certificate(pem))

    def to_pem(self) -> bytes:
        """The content of such a file: the key, then the certificate."""
        pem = serialization.Encoding.PEM
        key = self.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return key + self.certificate.public_bytes(pem)

    @property
    def digest(self) -> str:
        """By what the cluster knows a client: the certificate's SHA-1 digest, as ``8D:02:88:…``."""
        sha1 = hashes.SHA1()  # noqa: S303 -- Ganeti's choice
        return self.certificate.fingerprint(sha1).hex(":").upper()


@attrs.frozen
class ClusterCertificates:
    """All certificates of a cluster.

    :ivar server: what every node daemon shows.
    :ivar clients: by a node's name, what it shows to others.
    """

    server: Credentials
    clients: Mapping[str, Credentials]


def make_certificates(nodes: Sequence[str]) -> ClusterCertificates:
    """New certificates for a cluster, with client certificates for the nodes named; about 30 ms for each key."""
    server = make_server_credentials()
    clients = {name: make_client_credentials(server, name, serial) for serial, name in enumerate(nodes, 2)}
    return ClusterCertificates(server, clients)


def make_server_credentials() -> Credentials:
    """A new authority, in the form of a cluster's server certificate."""
    return _issue(SERVER_COMMON_NAME, 1, None)


def make_client_credentials(server: Credentials, node: str, serial: int) -> Credentials:
    """A new client certificate for a node.

    :param node: its full name.
    :param serial: of the certificate.
    """
    return _issue(node, serial, server)


def _issue(common_name: str, serial: int, issuer: Credentials | None) -> Credentials:
    """A certificate of a new key, signed by the issuer or by itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
    now = datetime.datetime.now(datetime.UTC)
    draft = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(now)
        .not_valid_after(now + _LIFETIME)
    )
    signer = issuer.key if issuer else key
    return Credentials(key, _as_version_1(draft.sign(signer, hashes.SHA256()), signer))


def _as_version_1(certificate: x509.Certificate, signer: rsa.RSAPrivateKey) -> x509.Certificate:
    """The same certificate in the version that the builder does not make: without its mark, and signed anew."""
    _header, mark, body = certificate.tbs_certificate_bytes.partition(_VERSION_3)
    if not mark:
        raise ValueError("The certificate is not of version 3.")
    to_sign = _encode_der(0x30, body)
    signature = signer.sign(to_sign, padding.PKCS1v15(), hashes.SHA256())
    signed = to_sign + _SHA256_WITH_RSA + _encode_der(0x03, b"\0" + signature)
    return x509.load_der_x509_certificate(_encode_der(0x30, signed))


def _encode_der(tag: int, content: bytes) -> bytes:
    """One element of X.690's distinguished encoding: tag, length, content."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
