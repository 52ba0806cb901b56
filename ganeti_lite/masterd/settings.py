"""What the job daemon is told at its start: command line options → frozen :class:`MasterdSettings`."""

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import frozen
from twisted.python.usage import Options, UsageError

from ganeti_lite.paths import GanetiPaths
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
)


@frozen
class MasterdSettings:
    """Everything that the daemon is told.

    :ivar paths: Ganeti's files below the root.
    :ivar hostname: this node's name as the cluster knows it.
    :ivar socket: path of the socket that jobs and queries come in by.
    :ivar answers_queries: whether queries are answered, and not only job requests.
    :ivar votes: whether the other nodes are asked who the master is before any job is taken.
    :ivar nodes: how node daemons are asked by queries; jobs give each call its own time.
    :ivar client_limits: what clients of the socket may take.
    """

    paths: GanetiPaths
    hostname: str
    socket: str
    answers_queries: bool
    votes: bool
    nodes: NodeSettings
    client_limits: ClientLimits


class MasterdOptions(Options):
    """The options of ``twistd ganeti-masterd``."""

    synopsis: ClassVar[str] = "[options]"
    longdesc: ClassVar[str] = "Takes jobs for a Ganeti cluster, keeps them on disk, and carries them out."
    optParameters: ClassVar[list[list[object]]] = [
        ROOT,
        ["master-socket", None, None, "Socket to take jobs on [default: Ganeti's, below the root]"],
        *NODE_OPTIONS,
        *CLIENT_OPTIONS,
    ]
    optFlags: ClassVar[list[list[object]]] = [
        ["no-queries", None, "Refuse queries: they belong to the query daemon"],
        ["no-voting", None, "Do not ask the other nodes who the master is; needs --yes-do-it"],
        ["yes-do-it", None, "Confirm --no-voting"],
    ]

    def postOptions(self) -> None:
        """Refuse values that cannot be meant."""
        check_root(self["root"])
        if bool(self["no-voting"]) != bool(self["yes-do-it"]):
            raise UsageError(
                "two masters at once destroy a cluster's configuration: "
                "--no-voting and --yes-do-it are only taken together"
            )


def read_settings(options: Mapping[str, Any], environ: Mapping[str, str]) -> MasterdSettings:
    """The settings that parsed *options* and the environment make."""
    paths = read_paths(options, environ)
    return MasterdSettings(
        paths=paths,
        hostname=read_hostname(environ),
        socket=options["master-socket"] or paths.master_socket,
        answers_queries=not options["no-queries"],
        votes=not options["no-voting"],
        nodes=read_node_settings(options, paths),
        client_limits=read_client_limits(options),
    )
