"""A daemon of a made-up cluster as a child process. Every wait has a bound and ends early when the daemon does."""

import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

_START_LIMIT: Final = 120.0
"""Seconds until a daemon must listen."""

_STOP_LIMIT: Final = 10.0
"""Seconds that it gets to end by itself."""

_PAUSE: Final = 0.05
"""Seconds between two attempts to connect."""

_LOG_LINES: Final = 20
"""How much of the log an error shows."""


class DaemonError(Exception):
    """A daemon does not serve; the message says why, with the end of its log."""


class ChildDaemon:
    """A running daemon.

    :param name: what it is, as in "The query daemon listens".
    :param command: what starts it in the foreground.
    :param socket_path: where it takes connections once it serves.
    :param log: where what it says goes.
    """

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], socket_path: Path, log: Path
    ) -> None:
        self._name = name
        self._socket_path = socket_path
        self.log = log
        with log.open("ab") as output:
            # In a session of its own: Ctrl-C in the terminal is for us, who then stop it in order.
            self._process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def await_listening(self) -> None:
        """Returns as soon as the socket takes connections.

        :raises DaemonError: the daemon has ended, or took too long.
        """
        limit = time.monotonic() + _START_LIMIT
        while not _listens(self._socket_path):
            if time.monotonic() >= limit:
                raise DaemonError(f"{self._name} does not listen after {_START_LIMIT:.0f} s.\n{self._log_end()}")
            try:
                code = self._process.wait(_PAUSE)
            except subprocess.TimeoutExpired:
                continue
            raise DaemonError(f"{self._name} ended with exit code {code}.\n{self._log_end()}")

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
