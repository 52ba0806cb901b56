"""The query daemon of a made-up cluster as a child process.

Every wait has a bound and ends early when the daemon does.
"""

import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Final

from .programs import cluster_environment, daemon_command_line
from .root import ClusterPaths

_START_LIMIT: Final = 120.0
"""Seconds until the daemon must listen."""

_STOP_LIMIT: Final = 10.0
"""Seconds that it gets to end by itself."""

_PAUSE: Final = 0.05
"""Seconds between two attempts to connect."""

_LOG_LINES: Final = 20
"""How much of the log an error shows."""


class DaemonError(Exception):
    """The daemon does not serve; the message says why, with the end of its log."""


class QueryDaemon:
    """A running daemon.

    :param paths: the cluster that it serves.
    :param port: UDP port for confd queries; the daemon's own default where it is None.
    """

    def __init__(self, paths: ClusterPaths, port: int | None = None) -> None:
        self._paths = paths
        self.log = paths.log_dir / "query-daemon.log"
        with self.log.open("ab") as log:
            # In a session of its own: Ctrl-C in the terminal is for us, who then stop it in order.
            self._process = subprocess.Popen(
                daemon_command_line(paths, port),
                env=cluster_environment(paths, os.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def await_listening(self) -> None:
        """Returns as soon as the query socket takes connections.

        :raises DaemonError: the daemon has ended, or took too long.
        """
        limit = time.monotonic() + _START_LIMIT
        while not _listens(self._paths.query_socket):
            if time.monotonic() >= limit:
                raise DaemonError(f"The query daemon does not listen after {_START_LIMIT:.0f} s.\n{self._log_end()}")
            try:
                code = self._process.wait(_PAUSE)
            except subprocess.TimeoutExpired:
                continue
            raise DaemonError(f"The query daemon ended with exit code {code}.\n{self._log_end()}")

    def stop(self) -> None:
        """Ends the daemon, in order if it can."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _log_end(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-_LOG_LINES:]
        return "The end of its log:\n" + "\n".join(f"  {line}" for line in lines or ["(empty)"])


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
