"""Where confd is."""

import socket

from ganeti_lite.constants import CONFD_PORT
from ganeti_lite.ports import find_confd_port


def test_the_services_database_has_the_last_word() -> None:
    """The port of the service ganeti-confd where the machine knows it, else Ganeti's own choice."""
    try:
        expected = socket.getservbyname("ganeti-confd", "udp")
    except OSError:
        expected = CONFD_PORT
    assert find_confd_port() == expected
