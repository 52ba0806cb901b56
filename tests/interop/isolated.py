"""The real query daemon alone on a configuration of one's own, and our daemon on any root.

The real one needs no other daemon to answer what the configuration decides. It runs in a network namespace
without interfaces, so that nothing it tries to tell the nodes of a made-up cluster leaves the machine.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ganeti_lite.simulator import MASTER_NAME, ClusterPaths, ClusterShape, write_cluster

from .processes import read_log, serving

PROJECT: Final = Path(__file__).parent.parent.parent
LUXID: Final = Path("/usr/sbin/ganeti-luxid")
NO_NETWORK: Final = ("unshare", "--net")
"""Runs a command where there is no interface."""

AS_ROOT: Final = ("--uid", "0") if os.geteuid() == 0 else ()
"""Options of twistd for our daemon on files of Ganeti's users: they may not make sockets in the tests' own folders."""

Command = list[str | Path]


def lay_out(folder: Path, config: bytes) -> ClusterPaths:
    """A master node's files below ``folder``, with ``config`` (whatever it is) as its config.data."""
    paths = write_cluster(folder / MASTER_NAME, ClusterShape(nodes=1, instances=0, groups=1, networks=0))
    paths.config.write_bytes(config)
    return paths


@contextmanager
def real_daemon(paths: ClusterPaths, *, within: Sequence[str] = NO_NETWORK) -> Iterator[Path]:
    """The socket of Debian's query daemon, alone on a cluster's files for as long as the block lasts.

    :param within: what the daemon's command is an argument of.
    """
    command: Command = [*within, LUXID, "--foreground", "--no-user-checks", "--no-voting", "--yes-do-it"]
    log = paths.log_dir / "foreground.log"
    with serving(command, path=paths.query_socket, log=log, environment={**paths.environment(), "LC_ALL": "C.UTF-8"}):
        yield paths.query_socket


@contextmanager
def our_daemon(paths: ClusterPaths, query_socket: Path, *options: str, within: Sequence[str] = ()) -> Iterator[Path]:
    """``query_socket``, at which our daemon answers from a cluster's files; it leaves everything else there alone.

    :param options: further ones of the daemon.
    :param within: what the daemon's command is an argument of.
    :raises AssertionError: in the end, if it has logged a failure of its own
    """
    twistd = Path(sys.executable).with_name("twistd")
    command: Command = [*within, twistd, "--nodaemon", "--pidfile=", *AS_ROOT, "ganeti-confd"]
    command += ["--root", paths.root, "--query-socket", query_socket, "--bind", "127.0.0.1", "--port", "0", *options]
    log = query_socket.with_suffix(".log")
    environment = {"GANETI_HOSTNAME": paths.master_name, "PYTHONPATH": str(PROJECT)}
    with serving(command, path=query_socket, log=log, environment=environment):
        yield query_socket
    said = read_log(log)
    assert "Traceback" not in said, said
