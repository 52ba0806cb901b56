"""Sends datagrams that nobody has signed, so many a second, until it is ended.

Run with the UDP port and the number a second as arguments.
"""

import itertools
import socket
import sys
import threading
import time
from typing import Final

from tests.bench.confd.client import seal

_BURST: Final = 100
"""Datagrams that are sent in a row; a sleep is too coarse a thing for each."""

KINDS: Final = (b"", b"x", b"plj0", b"plj0" + b"x" * 4000, seal(b"another key", 0, None, "salt"))


def send_forever(port: int, rate: float) -> None:
    """Send them in bursts."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", port))
        due = time.monotonic()
        kinds, never = itertools.cycle(KINDS), threading.Event()
        while True:
            for _ in range(_BURST):
                sender.send(next(kinds))
            due += _BURST / rate
            never.wait(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    send_forever(int(sys.argv[1]), float(sys.argv[2]))
