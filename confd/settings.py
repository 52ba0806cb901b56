"""What the daemon is told at its start: command line options → frozen :class:`Settings`.

Options that are not given follow from Ganeti's own paths below the root.
"""

import socket
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, ClassVar, Final

from attrs import frozen
from twisted.python.usage import Options, UsageError

from ganeti_lite.noderpc import Limits, TlsFiles
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.ports import find_confd_port, find_noded_port

from .limits import MIB, ClientLimits


@frozen
class Settings:
    """Everything that the daemon is told.

    :ivar paths: Ganeti's files below the root.
    :ivar hostname: this node's name as the cluster knows it.
    :ivar bind: address of the UDP listener, empty for any; ``port`` its port, 0 for any free one.
    :ivar query_socket: path of the socket that queries come in by.
    :ivar master_socket: path of the socket that clients are told to send jobs to.
    :ivar forward_jobs: path of the job daemon's socket that job requests are handed on to; None to refuse them.
    :ivar takes_over: whether a daemon that answers on the query socket is moved to :attr:`master_socket` for as long
        as this one runs.
    :ivar config: path of config.data.
    :ivar hmac_key: path of the key that signs datagrams.
    :ivar allow_non_master: answer queries on a node that is not the master, too.
    :ivar node_port: TCP port of the node daemons.
    :ivar tls_files: the certificates that node daemons are spoken to with.
    :ivar node_limits: what asking the nodes may take.
    :ivar client_limits: what clients of the query socket may take.
    """

    paths: GanetiPaths
    hostname: str
    bind: str
    port: int
    query_socket: str
    master_socket: str
    forward_jobs: str | None
    takes_over: bool
    config: str
    hmac_key: str
    allow_non_master: bool
    node_port: int
    tls_files: TlsFiles
    node_limits: Limits
    client_limits: ClientLimits


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


_LIMITS: Final = ClientLimits()


class ConfdOptions(Options):
    """The options of ``twistd ganeti-confd``."""

    synopsis: ClassVar[str] = "twistd [twistd options] ganeti-confd [options]"
    longdesc: ClassVar[str] = (
        "Answers queries about a Ganeti cluster from its configuration, over the socket that Ganeti's clients ask."
    )
    optParameters: ClassVar[list[list[object]]] = [
        ["root", None, None, "Directory that Ganeti's paths are below [default: $GANETI_ROOTDIR, else /]"],
        ["bind", "b", "", "Address of the UDP listener [default: any of the cluster's IP family]"],
        ["port", "p", None, "Port of the UDP listener, 0 for any free one [default: Ganeti's, 1814]", read_port],
        ["query-socket", None, None, "Socket to answer queries on [default: Ganeti's, below the root]"],
        ["master-socket", None, None, "Socket that job requests belong to [default: Ganeti's, below the root]"],
        ["forward-jobs", None, None, "Socket that job requests are handed on to [default: none, refuse them]"],
        ["config", None, None, "Configuration file [default: config.data below the root]"],
        ["node-port", None, None, "TCP port of the node daemons [default: 1811, or as in /etc/services]", read_port],
        ["rpc-connections", None, 30, "Connections to node daemons at once", read_count],
        ["rpc-deadline", None, 60.0, "Seconds that a query waits for the nodes", read_seconds],
        ["rpc-retry-after", None, 10.0, "Seconds before a node that could not be reached is tried again", read_seconds],
        ["live-max-age", None, 0.0, "Seconds that a node's answer may be used again", read_seconds],
        ["max-clients", None, _LIMITS.connections, "Clients that may be connected at once", read_count],
        ["max-connections", None, _LIMITS.per_client, "Connections that one process may have", read_count],
        ["max-waiting", None, _LIMITS.waiting, "Long queries that may wait for their turn", read_count],
        ["request-size", None, _LIMITS.request_size // MIB, "MiB that a request may have", read_count],
        ["request-memory", None, _LIMITS.request_memory // MIB, "MiB for requests that are coming in", read_count],
        ["answer-memory", None, _LIMITS.answer_memory // MIB, "MiB for answers that are being read", read_count],
        ["hmac-key", None, None, "Key that signs datagrams [default: hmac.key below the root]"],
    ]
    optFlags: ClassVar[list[list[object]]] = [
        [
            "take-over",
            None,
            "Move who answers on the query socket to that of --forward-jobs, and back at the end",
        ],
        ["allow-non-master", None, "Answer queries on a node that is not the master, too"],
    ]

    def postOptions(self) -> None:
        """Refuse values that cannot be meant."""
        root = self["root"]
        if root is not None and not root.startswith("/"):
            raise UsageError(f"--root takes an absolute path, not {root!r}")
        if self["bind"] and not _is_ip_address(self["bind"]):
            raise UsageError(f"--bind takes an IP address, not {self['bind']!r}")


def _is_ip_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def read_settings(options: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """The settings that parsed *options* and the environment make."""
    root = options["root"]
    paths = GanetiPaths(root) if root is not None else GanetiPaths.from_environ(environ)
    master_socket = options["forward-jobs"] or options["master-socket"] or paths.master_socket
    return Settings(
        paths=paths,
        hostname=environ.get("GANETI_HOSTNAME") or socket.getfqdn(),
        bind=options["bind"],
        port=find_confd_port() if options["port"] is None else options["port"],
        query_socket=options["query-socket"] or paths.query_socket,
        master_socket=master_socket,
        forward_jobs=options["forward-jobs"] or (master_socket if options["take-over"] else None),
        takes_over=bool(options["take-over"]),
        config=options["config"] or paths.config_data,
        hmac_key=options["hmac-key"] or paths.hmac_key,
        allow_non_master=bool(options["allow-non-master"]),
        node_port=find_noded_port() if options["node-port"] is None else options["node-port"],
        tls_files=TlsFiles(f"{paths.data_dir}/server.pem", f"{paths.data_dir}/client.pem"),
        node_limits=Limits(
            connections=options["rpc-connections"],
            deadline=options["rpc-deadline"],
            retry_after=options["rpc-retry-after"],
            max_age=options["live-max-age"],
        ),
        client_limits=ClientLimits(
            connections=options["max-clients"],
            per_client=options["max-connections"],
            request_size=options["request-size"] * MIB,
            request_memory=options["request-memory"] * MIB,
            answer_memory=options["answer-memory"] * MIB,
            waiting=options["max-waiting"],
        ),
    )
