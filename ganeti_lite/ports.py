"""Which ports Ganeti's daemons have: what the services database says, else Ganeti's own choice."""

import socket
from typing import Final

from ganeti_lite.constants import CONFD_PORT, NODED_PORT

_CONFD: Final = "ganeti-confd"
_NODED: Final = "ganeti-noded"


def find_confd_port() -> int:
    """The UDP port that confd listens on and clients ask, unless they are told another."""
    return _find_port(_CONFD, "udp", CONFD_PORT)


def find_noded_port() -> int:
    """The TCP port of node daemons."""
    return _find_port(_NODED, "tcp", NODED_PORT)


def _find_port(service: str, protocol: str, default: int) -> int:
    try:
        return socket.getservbyname(service, protocol)
    except OSError:
        return default
