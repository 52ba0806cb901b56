"""An address at which connecting takes for ever, without leaving this machine.

Linux drops requests for a connection while a listening socket's queue is full; here it holds one connection, made
from inside, which nobody takes out.
"""

import socket


class BlackHole:
    """Holds an address until it is closed.

    :raises OSError: the address is in use.
    """

    def __init__(self, address: str, port: int) -> None:
        self._listening = socket.socket()
        self._filling = socket.socket()
        try:
            self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listening.bind((address, port))
            self._listening.listen(0)
            self._filling.connect((address, port))
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Frees the address; those who wait for a connection are refused when they try again."""
        self._filling.close()
        self._listening.close()
