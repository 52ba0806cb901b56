"""What the daemon is told at its start: command line options → frozen :class:`Settings`.

Options that are not given follow from Ganeti's own paths below the root.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, ClassVar

from attrs import frozen
from twisted.python.usage import Options, UsageError

from ganeti_lite.paths import GanetiPaths
from ganeti_lite.ports import find_confd_port
from ganeti_lite.serving.limits import ClientLimits
from ganeti_lite.serving.options import (
    CLIENT_OPTIONS,
    NODE_OPTIONS,
    ROOT,
    NodeSettings,
    check_root,
    read_client_limits,
    read_hostname,
    read_node_settings,
    read_paths,
    read_port,
)


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
    :ivar nodes: how node daemons are asked.
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
    nodes: NodeSettings
    client_limits: ClientLimits


class ConfdOptions(Options):
    """The options of ``twistd ganeti-confd``."""

    synopsis: ClassVar[str] = "[options]"
    longdesc: ClassVar[str] = (
        "Answers queries about a Ganeti cluster from its configuration, over the socket that Ganeti's clients ask."
    )
    optParameters: ClassVar[list[list[object]]] = [
        ROOT,
        ["bind", "b", "", "Address of the UDP listener [default: any of the cluster's IP family]"],
        ["port", "p", None, "Port of the UDP listener, 0 for any free one [default: Ganeti's, 1814]", read_port],
        ["query-socket", None, None, "Socket to answer queries on [default: Ganeti's, below the root]"],
        ["master-socket", None, None, "Socket that job requests belong to [default: Ganeti's, below the root]"],
        ["forward-jobs", None, None, "Socket that job requests are handed on to [default: none, refuse them]"],
        ["config", None, None, "Configuration file [default: config.data below the root]"],
        *NODE_OPTIONS,
        *CLIENT_OPTIONS,
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
        check_root(self["root"])
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
    paths = read_paths(options, environ)
    master_socket = options["forward-jobs"] or options["master-socket"] or paths.master_socket
    return Settings(
        paths=paths,
        hostname=read_hostname(environ),
        bind=options["bind"],
        port=find_confd_port() if options["port"] is None else options["port"],
        query_socket=options["query-socket"] or paths.query_socket,
        master_socket=master_socket,
        forward_jobs=options["forward-jobs"] or (master_socket if options["take-over"] else None),
        takes_over=bool(options["take-over"]),
        config=options["config"] or paths.config_data,
        hmac_key=options["hmac-key"] or paths.hmac_key,
        allow_non_master=bool(options["allow-non-master"]),
        nodes=read_node_settings(options, paths),
        client_limits=read_client_limits(options),
    )
