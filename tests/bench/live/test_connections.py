"""What the kernel counts."""

import os
import socket

from .connections import count_accepted


def test_an_accepted_connection_is_counted() -> None:
    """At least: others on the machine may be counted, too."""
    before = count_accepted(os.getpid())
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        assert count_accepted(os.getpid()) > before
