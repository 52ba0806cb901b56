"""The TLS side of a node daemon: what it shows, and whom it lets in.

A client is let in if its certificate is signed by the cluster's and is the one of a master candidate; while the list of
these is empty, as on a node that is about to join, with the cluster's own certificate. As with the real daemon, a
session is never resumed: whoever tries is refused.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import cached_property
from pathlib import Path
from typing import Final

from OpenSSL import SSL, crypto

from ganeti_lite.simulator.certificates import Credentials, make_server_credentials

_CIPHERS: Final = b"HIGH:-DES:-3DES:-EXPORT:-DH"

ReadDigests = Callable[[], AbstractSet[str]]
"""The digests of the master candidates' certificates as of now; it is called for every connection."""


def read_candidate_digests(path: Path) -> frozenset[str]:
    """The digests in ``ssconf_master_candidates_certs``, which has lines ``UUID=DIGEST``; none if there is no file."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return frozenset()
    return frozenset(line.partition("=")[2] for line in lines if line)


class ServerConnection(SSL.Connection):
    """A connection's TLS state, with errors in the form that Twisted reads.

    When a client says farewell amid the handshake, pyOpenSSL raises an error without details, and Twisted (24.7 to
    26.10) looks for details in it, which fails in turn.
    """

    def do_handshake(self) -> None:
        """Goes on with the handshake.

        :raises OpenSSL.SSL.Error: it has failed, or waits for more.
        """
        try:
            super().do_handshake()
        except SSL.ZeroReturnError as error:
            raise SSL.Error([("", "", "unexpected eof while reading")]) from error


class ServerContexts:
    """The TLS contexts that all daemons of a cluster share.

    :param server: the cluster's certificate and its key.
    :param read_digests: who is let in.
    """

    def __init__(self, server: Credentials, read_digests: ReadDigests) -> None:
        self._server = server
        self._read_digests = read_digests
        self.right = self._make_context(server)

    @cached_property
    def wrong(self) -> SSL.Context:
        """One that shows a certificate of another authority of the same name."""
        return self._make_context(make_server_credentials())

    def _make_context(self, shown: Credentials) -> SSL.Context:
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.set_cipher_list(_CIPHERS)
        context.use_privatekey(shown.key)
        context.use_certificate(shown.certificate)
        authority = crypto.X509.from_cryptography(self._server.certificate)
        context.get_cert_store().add_cert(authority)  # type: ignore[union-attr]  # a new context has a store
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, self._is_let_in)
        return context

    def _is_let_in(
        self, _connection: SSL.Connection, certificate: crypto.X509, _error: int, depth: int, is_valid: int
    ) -> bool:
        """OpenSSL asks for each certificate of the chain; the last, at depth 0, is the client's own."""
        if not is_valid or depth > 0:
            return bool(is_valid)
        digest = certificate.digest("sha1").decode("ascii")
        return digest in (self._read_digests() or {self._server.digest})
