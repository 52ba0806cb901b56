"""The commands' way to the daemon that answers queries."""

import socket
from collections.abc import Mapping

from ganeti_lite.clients.luxi import LuxiClient, NoServerError
from ganeti_lite.clients.sockets import RequestKind, choose_socket
from ganeti_lite.errors import ConfigurationError, OpPrereqError
from ganeti_lite.paths import GanetiPaths

from .ssconf import read_ssconf


def connect_for_queries(environ: Mapping[str, str]) -> LuxiClient:
    """A client of the server for queries.

    :raises OpPrereqError: there is none, because this is not the master node or not a node at all.
    :raises ClientError: there is none for another reason.
    """
    paths = GanetiPaths.from_environ(environ)
    try:
        return LuxiClient.connect(choose_socket(RequestKind.QUERY, environ, paths))
    except NoServerError:
        _check_master(paths, environ)
        raise


def _check_master(paths: GanetiPaths, environ: Mapping[str, str]) -> None:
    """Raise :class:`OpPrereqError` where no server is to be expected."""
    try:
        master = read_ssconf(paths, "master_node")
    except ConfigurationError as error:
        raise OpPrereqError("Cluster not initialized or this machine is not part of a cluster") from error
    if master != (environ.get("GANETI_HOSTNAME") or socket.getfqdn()):
        raise OpPrereqError(f"This is not the master node, please connect to node '{master}' and rerun the command")
