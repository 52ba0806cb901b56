"""Run inside the reference cluster's network: sends requests to a node daemon and prints what comes back.

Arguments: the node's address, and a JSON list of requests, each a text whose characters stand for bytes. Prints the
answers in the same form. The certificates are those of ``GANETI_ROOTDIR``.
"""

import json
import os
import sys
from pathlib import Path

from tests.simulator.noded.client import NodeClient

NODED_PORT = 1811


def main(address: str, requests: str) -> None:
    """Send each request over a connection of its own."""
    folder = Path(os.environ["GANETI_ROOTDIR"]) / "var/lib/ganeti"
    client = NodeClient(folder / "server.pem", folder / "client.pem", NODED_PORT)
    print(
        json.dumps(
            [client.exchange(address, each.encode("latin-1")).decode("latin-1") for each in json.loads(requests)]
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
