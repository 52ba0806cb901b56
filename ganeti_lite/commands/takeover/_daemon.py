"""Starting and stopping this project's daemon, as the user that Ganeti's own one runs as."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from attrs import frozen

from ganeti_lite.clients.luxi import ServerProcess
from ganeti_lite.socket_place import is_answering

from ._files import SwitchFiles

PATIENCE: Final = 60.0
"""Seconds that starting or stopping may take: a large configuration is loaded meanwhile."""

_POLL: Final = 0.05


class DaemonError(Exception):
    """The daemon does not do as it should; the text says what, with the end of its log."""


@frozen
class OurDaemon:
    """This project's daemon, as a switch runs it."""

    files: SwitchFiles

    def find_pid(self) -> int | None:
        """Its process, None if it does not run."""
        try:
            pid = int(Path(self.files.pid_file).read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if b"ganeti-confd" in command.split(b"\0") else None

    def start(self, owner: ServerProcess, options: Sequence[str]) -> None:
        """Start it in the background.

        :param owner: whose user and group it is to have.
        :raises DaemonError: it did not start.
        """
        options = ["--root", self.files.paths.root, "--take-over", *options]
        arguments = ["--pidfile", self.files.pid_file, "--logfile", self.files.log_file, *_as_user(owner)]
        _prepare_log(self.files.log_file, owner)
        if self.find_pid() is None:
            with suppress(FileNotFoundError):
                os.unlink(self.files.pid_file)  # of one that was killed: its number may be somebody else's by now
        started = subprocess.run(
            [*_twistd(), *arguments, "ganeti-confd", *options],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if started.returncode != 0:
            raise DaemonError(f"it does not start: {started.stderr.strip() or started.stdout.strip()}")

    def stop(self) -> None:
        """End it, and wait until it has ended; raises :class:`DaemonError` if it does not."""
        pid = self.find_pid()
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        if not wait_until(lambda: self.find_pid() is None):
            raise DaemonError(f"process {pid} does not end")

    @contextmanager
    def trial(self, owner: ServerProcess, options: Sequence[str]) -> Iterator[str]:
        """A daemon on a socket and port of its own for as long as the block lasts; the path of that socket.

        :raises DaemonError: it does not answer there.
        """
        files = self.files
        own = ["--root", files.paths.root, "--query-socket", files.trial_socket, "--port", "0"]
        arguments = ["--nodaemon", "--pidfile=", *_as_user(owner)]
        _prepare_log(files.trial_log, owner)
        with open(files.trial_log, "wb") as log:
            process = subprocess.Popen(
                [*_twistd(), *arguments, "ganeti-confd", *options, *own],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            if not wait_until(lambda: is_answering(files.trial_socket) or process.poll() is not None):
                raise DaemonError(f"it does not answer on {files.trial_socket}")
            if process.poll() is not None:
                raise DaemonError(f"it does not start:\n{read_end(files.trial_log)}")
            yield files.trial_socket
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _prepare_log(path: str, owner: ServerProcess) -> None:
    """Have a log that belongs to who writes it and is nobody else's to read, as Ganeti's are."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        if os.geteuid() == 0:
            os.fchown(descriptor, owner.uid, owner.gid)
    finally:
        os.close(descriptor)


def wait_until(condition: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """Whether *condition* has become true within *patience* seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True


def read_end(path: str) -> str:
    """The last lines of a log."""
    try:
        return "\n".join(Path(path).read_text(errors="replace").splitlines()[-10:])
    except OSError as error:
        return f"(no log: {error})"


def _twistd() -> list[str]:
    """What runs Twisted's daemons: the program beside this Python, or its module."""
    program = Path(sys.executable).parent / "twistd"
    if program.exists():
        return [str(program)]
    return [sys.executable, "-c", "from twisted.scripts import twistd; twistd.run()"]


def _as_user(owner: ServerProcess) -> list[str]:
    """Options that make a daemon run as that user. To root's, none would mean whom the cluster's files belong to."""
    if os.geteuid() != 0 and (owner.uid, owner.gid) == (os.geteuid(), os.getegid()):
        return []
    return ["--uid", str(owner.uid), "--gid", str(owner.gid)]
