"""What the daemon is told at its start: command line options → frozen :class:`Settings`.

Options that are not given follow from Ganeti's own paths below the root.
"""

import socket
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import frozen
from twisted.python.usage import Options, UsageError

from ganeti_lite.constants import CONFD_PORT
from ganeti_lite.paths import GanetiPaths


@frozen
class Settings:
    """Everything that the daemon is told.

    :ivar paths: Ganeti's files below the root.
    :ivar hostname: this node's name as the cluster knows it.
    :ivar bind: address of the UDP listener, empty for any; ``port`` its port, 0 for any free one.
    :ivar query_socket: path of the socket that queries come in by.
    :ivar master_socket: path of the socket that clients are told to send jobs to.
    :ivar config: path of config.data.
    :ivar hmac_key: path of the key that signs datagrams.
    :ivar allow_non_master: answer queries on a node that is not the master, too.
    """

    paths: GanetiPaths
    hostname: str
    bind: str
    port: int
    query_socket: str
    master_socket: str
    config: str
    hmac_key: str
    allow_non_master: bool


def read_port(text: str) -> int:
    """A UDP port, 0 for any free one; raises ValueError."""
    port = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= port <= 65535:
        raise ValueError(f"a port is a number from 0 to 65535, not {text!r}")
    return port


class ConfdOptions(Options):
    """The options of ``twistd ganeti-confd``."""

    synopsis: ClassVar[str] = "twistd [twistd options] ganeti-confd [options]"
    longdesc: ClassVar[str] = (
        "Answers queries about a Ganeti cluster from its configuration, over the socket that Ganeti's clients ask."
    )
    optParameters: ClassVar[list[list[object]]] = [
        ["root", None, None, "Directory that Ganeti's paths are below [default: $GANETI_ROOTDIR, else /]"],
        ["bind", "b", "", "Address of the UDP listener [default: any]"],
        ["port", "p", CONFD_PORT, "Port of the UDP listener", read_port],
        ["query-socket", None, None, "Socket to answer queries on [default: Ganeti's, below the root]"],
        ["master-socket", None, None, "Socket that job requests belong to [default: Ganeti's, below the root]"],
        ["config", None, None, "Configuration file [default: config.data below the root]"],
        ["hmac-key", None, None, "Key that signs datagrams [default: hmac.key below the root]"],
    ]
    optFlags: ClassVar[list[list[object]]] = [
        ["allow-non-master", None, "Answer queries on a node that is not the master, too"],
    ]

    def postOptions(self) -> None:
        """Refuse values that cannot be meant."""
        root = self["root"]
        if root is not None and not root.startswith("/"):
            raise UsageError(f"--root takes an absolute path, not {root!r}")


def read_settings(options: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """The settings that parsed *options* and the environment make."""
    root = options["root"]
    paths = GanetiPaths(root) if root is not None else GanetiPaths.from_environ(environ)
    return Settings(
        paths=paths,
        hostname=environ.get("GANETI_HOSTNAME") or socket.getfqdn(),
        bind=options["bind"],
        port=options["port"],
        query_socket=options["query-socket"] or paths.query_socket,
        master_socket=options["master-socket"] or paths.master_socket,
        config=options["config"] or paths.config_data,
        hmac_key=options["hmac-key"] or paths.hmac_key,
        allow_non_master=bool(options["allow-non-master"]),
    )
