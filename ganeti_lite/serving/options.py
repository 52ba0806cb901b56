"""The options that both daemons have, and what their values may be.

Options that are not given follow from Ganeti's own paths below the root.
"""

import socket
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import frozen
from twisted.python.usage import UsageError

from ganeti_lite.noderpc import Limits, TlsFiles
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.ports import find_noded_port

from .limits import MIB, ClientLimits


def read_port(text: str) -> int:
    """A port; raises ValueError."""
    port = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= port <= 65535:
        raise ValueError(f"a port is a number from 0 to 65535, not {text!r}")
    return port


def read_count(text: str) -> int:
    """A whole number above 0; raises ValueError."""
    count = int(text) if text.isascii() and text.isdigit() else 0
    if count < 1:
        raise ValueError(f"it takes a whole number above 0, not {text!r}")
    return count


def read_seconds(text: str) -> float:
    """A number of seconds, 0 or more; raises ValueError."""
    seconds = float(text)
    if not 0 <= seconds < 1e6:
        raise ValueError(f"it takes a number of seconds, not {text!r}")
    return seconds


ROOT: Final[list[object]] = [
    "root", None, None, "Directory that Ganeti's paths are below [default: $GANETI_ROOTDIR, else /]",
]  # fmt: skip

NODE_OPTIONS: Final[Sequence[list[object]]] = (
    ["node-port", None, None, "TCP port of the node daemons [default: 1811, or as in /etc/services]", read_port],
    ["rpc-connections", None, 30, "Connections to node daemons at once", read_count],
    ["rpc-deadline", None, 60.0, "Seconds that a query waits for the nodes", read_seconds],
    ["rpc-retry-after", None, 10.0, "Seconds before a node that could not be reached is tried again", read_seconds],
    ["live-max-age", None, 0.0, "Seconds that a node's answer may be used again", read_seconds],
)
"""How node daemons are asked, as twistd's options are declared."""

_LIMITS: Final = ClientLimits()

CLIENT_OPTIONS: Final[Sequence[list[object]]] = (
    ["max-clients", None, _LIMITS.connections, "Clients that may be connected at once", read_count],
    ["max-connections", None, _LIMITS.per_client, "Connections that one process may have", read_count],
    ["max-waiting", None, _LIMITS.waiting, "Long queries that may wait for their turn", read_count],
    ["request-size", None, _LIMITS.request_size // MIB, "MiB that a request may have", read_count],
    ["request-memory", None, _LIMITS.request_memory // MIB, "MiB for requests that are coming in", read_count],
    ["answer-memory", None, _LIMITS.answer_memory // MIB, "MiB for answers that are being read", read_count],
)
"""What clients may take, as twistd's options are declared."""


@frozen
class NodeSettings:
    """How node daemons are asked.

    :ivar port: their TCP port.
    :ivar tls_files: the certificates that they are spoken to with.
    :ivar limits: what asking them for a query may take.
    """

    port: int
    tls_files: TlsFiles
    limits: Limits


def check_root(root: str | None) -> None:
    """Raise UsageError if a root that was given cannot be meant."""
    if root is not None and not root.startswith("/"):
        raise UsageError(f"--root takes an absolute path, not {root!r}")


def read_paths(options: Mapping[str, Any], environ: Mapping[str, str]) -> GanetiPaths:
    """Ganeti's paths: the option wins over the environment."""
    root = options["root"]
    return GanetiPaths(root) if root is not None else GanetiPaths.from_environ(environ)


def read_hostname(environ: Mapping[str, str]) -> str:
    """This node's name as the cluster knows it."""
    return environ.get("GANETI_HOSTNAME") or socket.getfqdn()


def read_node_settings(options: Mapping[str, Any], paths: GanetiPaths) -> NodeSettings:
    """What :data:`NODE_OPTIONS` say."""
    return NodeSettings(
        port=find_noded_port() if options["node-port"] is None else options["node-port"],
        tls_files=TlsFiles(f"{paths.data_dir}/server.pem", f"{paths.data_dir}/client.pem"),
        limits=Limits(
            connections=options["rpc-connections"],
            deadline=options["rpc-deadline"],
            retry_after=options["rpc-retry-after"],
            max_age=options["live-max-age"],
        ),
    )


def read_client_limits(options: Mapping[str, Any]) -> ClientLimits:
    """What :data:`CLIENT_OPTIONS` say."""
    return ClientLimits(
        connections=options["max-clients"],
        per_client=options["max-connections"],
        request_size=options["request-size"] * MIB,
        request_memory=options["request-memory"] * MIB,
        answer_memory=options["answer-memory"] * MIB,
        waiting=options["max-waiting"],
    )
