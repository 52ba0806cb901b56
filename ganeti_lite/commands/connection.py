"""The commands' way to the daemons: one answers queries, the other takes jobs.

Where nobody listens on the socket for jobs, the one for queries is tried: Ganeti 3 has a single daemon, whose only
socket it is, and ours says then what is missing.
"""

import math
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from ganeti_lite.clients.luxi import ANSWER_TIMEOUT, LuxiClient, NoServerError
from ganeti_lite.clients.sockets import RequestKind, choose_socket
from ganeti_lite.errors import ConfigurationError, OpPrereqError
from ganeti_lite.paths import GanetiPaths

from .definitions import Invocation
from .options import Option, UsageError
from .ssconf import read_ssconf

if TYPE_CHECKING:
    from ganeti_lite.clients.jobs import JobClient


def _read_seconds(name: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise UsageError(f"option {name}: invalid number of seconds: {text!r}")
    return seconds


SOCKET: Final = Option(("--socket",), "ask the daemon that listens on this socket", "PATH", is_addition=True)
TIMEOUT: Final = Option(
    ("--timeout",), "give up after as many seconds without an answer", "SECONDS", (), _read_seconds, is_addition=True
)

CONNECTION_OPTIONS: Final = (SOCKET, TIMEOUT)
"""What every command takes that asks a daemon, unless it has an option of such a name already."""


def connect_for_queries(invocation: Invocation) -> LuxiClient:
    """A client of the server for queries.

    :raises OpPrereqError: there is none, because this is not the master node or not a node at all.
    :raises ClientError: there is none for another reason.
    """
    return _connect(invocation, RequestKind.QUERY)


def connect_for_jobs(invocation: Invocation) -> "JobClient":
    """A client of the server that takes jobs; raises as :func:`connect_for_queries` does."""
    from ganeti_lite.clients.jobs import JobClient  # noqa: PLC0415 - listings start faster without

    return JobClient(_connect(invocation, RequestKind.JOB))


def connect_for_locks(invocation: Invocation) -> LuxiClient:
    """A client of the server that holds the locks, which is the one that takes jobs."""
    return _connect(invocation, RequestKind.JOB)


def _connect(invocation: Invocation, kind: RequestKind) -> LuxiClient:
    environ = invocation.environ
    paths = GanetiPaths.from_environ(environ)
    try:
        path = invocation.options.text(SOCKET.key) or choose_socket(kind, environ, paths)
        try:
            client = LuxiClient.connect(path)
        except NoServerError:
            if path != paths.master_socket or kind is not RequestKind.JOB:
                raise
            client = LuxiClient.connect(paths.query_socket)
    except NoServerError:
        _check_master(paths, environ)
        raise
    client.answer_timeout = _choose_timeout(invocation)
    if invocation.console.has_progress:
        from .progress import report_waiting  # noqa: PLC0415 - only a terminal needs it

        client.on_waiting = report_waiting(invocation.console)
    return client


def _choose_timeout(invocation: Invocation) -> float:
    """``--timeout``, unless a command means something else by it."""
    seconds = invocation.options.value(TIMEOUT.key)
    return seconds if isinstance(seconds, float) else ANSWER_TIMEOUT


def _check_master(paths: GanetiPaths, environ: Mapping[str, str]) -> None:
    """Raise :class:`OpPrereqError` where no server is to be expected."""
    try:
        master = read_ssconf(paths, "master_node")
    except ConfigurationError as error:
        raise OpPrereqError("Cluster not initialized or this machine is not part of a cluster") from error
    if master != (environ.get("GANETI_HOSTNAME") or socket.getfqdn()):
        raise OpPrereqError(f"This is not the master node, please connect to node '{master}' and rerun the command")
