"""Who is at the other end of a Unix socket, as the kernel says (SO_PEERCRED of unix(7))."""

import socket
import struct
from typing import Final, NamedTuple

_CREDENTIALS: Final = struct.Struct("=iII")


class Peer(NamedTuple):
    """The process that opened a connection; ``pid`` is 0 if it lives in another PID namespace."""

    pid: int
    uid: int
    gid: int

    def __str__(self) -> str:
        return f"process {self.pid}, user {self.uid}"


def read_peer(connection: socket.socket) -> Peer:
    """Who connected; raises OSError if the kernel does not say."""
    return Peer(*_CREDENTIALS.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)))
