"""Daemons as child processes: started in the foreground, awaited by their socket, ended with the block.

Every wait has a bound, and whoever waits in vain is shown the daemon's log.
"""

import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ganeti_lite.clients.luxi import ClientError, LuxiClient

STARTUP_SECONDS: Final = 60.0
"""A loaded machine may take long to import Twisted or to parse a large configuration."""

STOP_SECONDS: Final = 10.0
STRANGERS_STOP_SECONDS: Final = 3.0
"""Long enough for daemons that end in an orderly way; a job that is running ends late or never."""

POLL_SECONDS: Final = 0.01


class DaemonFailedError(Exception):
    """A daemon died, or did not open its socket in time; the message ends with its log."""


def is_listening(path: Path) -> bool:
    """Whether someone accepts connections at the Unix socket ``path``."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def await_socket(daemon: subprocess.Popen[bytes], path: Path, log: Path, *, seconds: float = STARTUP_SECONDS) -> None:
    """Return once ``path`` accepts connections.

    :raises DaemonFailedError: if the daemon ends, or ``seconds`` pass, before that
    """
    deadline = time.monotonic() + seconds
    while not is_listening(path):
        if time.monotonic() > deadline:
            raise DaemonFailedError(f"nothing listens at {path} after {seconds:g} s; its log:\n{read_log(log)}")
        try:
            status = daemon.wait(timeout=POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        raise DaemonFailedError(f"{daemon.args!r} ended with status {status}; its log:\n{read_log(log)}")


def read_log(log: Path) -> str:
    """What the daemon has said so far."""
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else "(nothing)"


def stop(daemon: subprocess.Popen[bytes]) -> None:
    """Ask the daemon to end, and make it end if it does not within :data:`STOP_SECONDS`."""
    daemon.terminate()
    try:
        daemon.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()


@contextmanager
def serving(
    command: Sequence[str | Path], *, path: Path, log: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` in the foreground for as long as the block lasts, entered when the socket ``path`` answers.

    :param environment: variables beside (and before) this process's own
    :raises DaemonFailedError: if it does not come up
    """
    with log.open("ab") as output:
        daemon = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env={**os.environ, **environment}
        )
    try:
        await_socket(daemon, path, log)
        yield daemon
    finally:
        stop(daemon)


def end_processes(pids: Sequence[int]) -> None:
    """Ask processes that are not our children to end, and make those end that do not within some seconds."""
    descriptors = [descriptor for pid in pids if (descriptor := _open_process(pid)) is not None]
    try:
        for number in (signal.SIGTERM, signal.SIGKILL):
            for descriptor in descriptors:
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(descriptor, number)
            if _have_ended(descriptors, STRANGERS_STOP_SECONDS):
                return
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _open_process(pid: int) -> int | None:
    """A descriptor that stands for this very process, even if its number is given to another; None if it is gone."""
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None


def _have_ended(descriptors: Sequence[int], seconds: float) -> bool:
    """Whether all processes end within that time; a process descriptor is readable from then on."""
    deadline = time.monotonic() + seconds
    for descriptor in descriptors:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return False
    return True


def wait_until(condition: Callable[[], bool], what: str, *, seconds: float = STARTUP_SECONDS) -> None:
    """Return once ``condition`` holds, which is looked at every :data:`POLL_SECONDS`.

    :raises AssertionError: if it does not within ``seconds``; ``what`` names it
    """
    deadline = time.monotonic() + seconds
    never = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        never.wait(POLL_SECONDS)


def server_pid(path: Path) -> int | None:
    """The process that answers on a socket, None if there is none."""
    try:
        with LuxiClient.connect(str(path)) as client:
            return client.server.pid
    except ClientError:
        return None
