"""Who is trusted and what is shown: TLS for calls to node daemons.

Every node shows the cluster's certificate, which signs itself (X.509 version 1, the same name in every cluster), so it
is trusted by being that certificate; names are not looked at, they could not match. In return a node wants to see the
certificate of a master candidate.

TLS sessions are not resumed: Ganeti's node daemon breaks off the handshake of a client that tries.
"""

import os
from collections.abc import Callable

from attrs import frozen
from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.protocols.tls import TLSMemoryBIOProtocol
from zope.interface import implementer

from .values import TlsFiles

_Signature = tuple[int, int, int, int, int]
"""What tells one content of a file from another without reading it."""


class CertificatesError(Exception):
    """A certificate file cannot be used; the message names it."""


@implementer(IOpenSSLClientConnectionCreator)
class NodeTls:
    """Makes the TLS side of connections to nodes."""

    def __init__(self, context: SSL.Context) -> None:
        self._context = context

    def clientConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> SSL.Connection:  # noqa: N802, N803 - Twisted's
        """A new connection's state; called by Twisted."""
        return SSL.Connection(self._context, None)


@frozen
class _Loaded:
    """What came of the files that had these signatures."""

    server: _Signature | None
    client: _Signature | None
    tls: NodeTls


class CertificateFiles:
    """The certificates as the files have them now; read again only when a file has changed."""

    def __init__(self, files: TlsFiles) -> None:
        self._files = files
        self._loaded: _Loaded | None = None

    def current(self) -> NodeTls:
        """TLS by the present files: two system calls as long as they stay as they are.

        :raises CertificatesError: they cannot be used; tried anew at the next call.
        """
        server, client = _sign(self._files.server_pem), _sign(self._files.client_pem)
        loaded = self._loaded
        if loaded is None or (loaded.server, loaded.client) != (server, client):
            # Signed before it is read: if a file changes in between, the next look finds another signature.
            shown = self._files.server_pem if client is None else self._files.client_pem
            loaded = self._loaded = _Loaded(server, client, NodeTls(_load_context(self._files.server_pem, shown)))
        return loaded.tls


def describe_tls_error(error: SSL.Error) -> str:
    """What OpenSSL says went wrong."""
    entries = error.args[0] if error.args and isinstance(error.args[0], list) else []
    return "; ".join(str(entry[-1]) for entry in entries) or "unknown error"


def _sign(path: str) -> _Signature | None:
    """The signature of a file; None if there is none."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CertificatesError(f"{path}: {error.strerror}") from error
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _load_context(authority: str, shown: str) -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT)
    _use(authority, lambda: context.load_verify_locations(authority))
    _use(shown, lambda: context.use_certificate_chain_file(shown))
    _use(shown, lambda: context.use_privatekey_file(shown))
    _use(shown, context.check_privatekey)
    return context


def _use(path: str, step: Callable[[], None]) -> None:
    """Take one step that reads or checks what is in a file."""
    try:
        with open(path, "rb"):  # says better than OpenSSL why a file cannot be read
            step()
    except OSError as error:
        raise CertificatesError(f"{path}: {error.strerror}") from error
    except SSL.Error as error:
        raise CertificatesError(f"{path}: {describe_tls_error(error)}") from error
