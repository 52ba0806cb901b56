"""The choice of the socket."""

import pytest

from ganeti_lite.clients.sockets import RequestKind, choose_socket
from ganeti_lite.paths import GanetiPaths

QUERY = "/root/var/run/ganeti/socket/ganeti-query"
MASTER = "/root/var/run/ganeti/socket/ganeti-master"


@pytest.mark.parametrize(
    ("kind", "forced", "path"),
    [
        (RequestKind.QUERY, None, QUERY),
        (RequestKind.JOB, None, MASTER),
        (RequestKind.QUERY, "", QUERY),
        (RequestKind.QUERY, "master", MASTER),
        (RequestKind.JOB, "query", QUERY),
        (RequestKind.QUERY, "/run/other", "/run/other"),
        (RequestKind.JOB, "/run/other", "/run/other"),
    ],
)
def test_choice(kind: RequestKind, forced: str | None, path: str) -> None:
    """The kind of request decides, unless FORCE_LUXI_SOCKET names a socket."""
    environ = {} if forced is None else {"FORCE_LUXI_SOCKET": forced}
    assert choose_socket(kind, environ, GanetiPaths("/root")) == path
