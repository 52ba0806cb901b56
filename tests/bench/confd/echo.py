"""A UDP server that sends everything back: the least that any server on Twisted costs.

Run with the port as the only argument.
"""

import sys
from typing import Any

from twisted.internet import reactor
from twisted.internet.protocol import DatagramProtocol


class Echo(DatagramProtocol):
    """Sends back what comes in."""

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        """Send it back."""
        if self.transport is not None:
            self.transport.write(datagram, addr)


if __name__ == "__main__":
    reactor.listenUDP(int(sys.argv[1]), Echo(), "127.0.0.1")  # type: ignore[attr-defined]  # the module is a reactor
    reactor.run()
