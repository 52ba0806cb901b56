"""Which socket a request goes to.

Queries and jobs are served by two daemons on sockets of their own. ``FORCE_LUXI_SOCKET``, which the clients of Ganeti
2.8 to 2.11 knew, overrides the choice: ``query``, ``master``, or the path of any other socket.
"""

import enum
from collections.abc import Mapping
from typing import Final

from ganeti_lite.paths import GanetiPaths

FORCE_LUXI_SOCKET: Final = "FORCE_LUXI_SOCKET"


class RequestKind(enum.Enum):
    """What decides about the socket."""

    QUERY = "query"
    """Anything that only reads, the list of locks excepted."""
    JOB = "master"
    """Anything that changes something, and the locks, which only the daemon that holds them can tell."""


def choose_socket(kind: RequestKind, environ: Mapping[str, str], paths: GanetiPaths) -> str:
    """The path of the socket for requests of one kind."""
    forced = environ.get(FORCE_LUXI_SOCKET) or kind.value
    return {"query": paths.query_socket, "master": paths.master_socket}.get(forced, forced)
