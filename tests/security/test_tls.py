"""Which TLS is spoken with node daemons: handshakes in memory."""

from pathlib import Path
from typing import Any

import pytest
from OpenSSL import SSL

from ganeti_lite.noderpc._tls import CertificateFiles
from tests.noderpc.nodes import cluster_credentials, write_certificates

KIB_64 = 65536


def node_context(version: int) -> SSL.Context:
    """A node that speaks no later version, with any cipher, however weak."""
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_cipher_list(b"ALL:@SECLEVEL=0")
    context.set_max_proto_version(version)
    context.set_min_proto_version(version)
    context.use_certificate(cluster_credentials().certificate)
    context.use_privatekey(cluster_credentials().key)
    return context


def shake_hands(client: SSL.Connection, server: SSL.Connection) -> None:
    """Carry bytes between the two until both are content; raises SSL.Error if one is not."""
    client.set_connect_state()
    server.set_accept_state()
    open_sides = [client, server]
    while open_sides:
        for side, other in ((client, server), (server, client)):
            try:
                side.do_handshake()
                if side in open_sides:
                    open_sides.remove(side)
            except SSL.WantReadError:
                pass
            finally:
                pass_on(side, other)


def pass_on(side: SSL.Connection, other: SSL.Connection) -> None:
    """Give the other side what one has to say."""
    try:
        while data := side.bio_read(KIB_64):
            other.bio_write(data)
    except SSL.WantReadError:
        return


def connect(folder: Path, version: int) -> None:
    """Our side of a connection to a node that speaks that version."""
    tls = CertificateFiles(write_certificates(folder)).current()
    nothing: Any = None
    shake_hands(tls.clientConnectionForTLS(nothing), SSL.Connection(node_context(version), None))


@pytest.mark.parametrize("version", [SSL.TLS1_VERSION, SSL.TLS1_1_VERSION])
def test_old_versions_are_refused(tmp_path: Path, version: int) -> None:
    """Nothing is said to a node that cannot speak TLS 1.2."""
    with pytest.raises(SSL.Error):
        connect(tmp_path, version)


@pytest.mark.parametrize("version", [SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION])
def test_present_versions_are_spoken(tmp_path: Path, version: int) -> None:
    """Ganeti's nodes speak one of these."""
    connect(tmp_path, version)
