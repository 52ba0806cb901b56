"""The daemon as a real process, for tests: started by twistd on made-up files, asked over its sockets."""

import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import frozen

from ganeti_lite.simulator import ClusterPaths
from tests.interop.confd import ConfdConnection
from tests.interop.confd_daemons import find_udp_port
from tests.interop.isolated import PROJECT
from tests.interop.luxi import Connection
from tests.interop.processes import read_log, serving

PATIENCE: Final = 20.0


@frozen
class Daemon:
    """A running daemon and its files."""

    paths: ClusterPaths
    log: Path
    pid: int

    def ask(self, method: str, args: object) -> Any:
        """The answer to one request over a connection of its own."""
        with Connection(self.paths.query_socket) as connection:
            return connection.ask(method, args)

    def serial(self) -> int:
        """The node's serial number, which the tests change, as the daemon answers it."""
        ((cell,),) = self.ask("Query", ["node", ["serial_no"], ["==", "name", self.paths.master_name]]).result["data"]
        return int(cell[1])

    def datagrams(self) -> ConfdConnection:
        """A client of its UDP port."""
        return ConfdConnection(self.paths.hmac_key.read_bytes(), "127.0.0.1", find_udp_port(self.log))

    def await_log(self, text: str) -> None:
        """Wait until the daemon has said *text*."""
        await_true(lambda: text in read_log(self.log), f"the log says {text!r}")

    def memory(self) -> int:
        """The most memory that it has had, in KiB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0])


def await_true(condition: Callable[[], bool], what: str) -> None:
    """Wait, with a bound, until *condition* holds."""
    deadline = time.monotonic() + PATIENCE
    wake = socket.socketpair()
    with wake[0], wake[1]:
        wake[0].settimeout(0.02)
        while not condition():
            assert time.monotonic() < deadline, f"{what} has not come true"
            with pytest.raises(TimeoutError):
                wake[0].recv(1)


def command_line(paths: ClusterPaths, *options: str | Path) -> list[str | Path]:
    """How the daemon is started on the files of *paths*."""
    twistd = Path(sys.executable).with_name("twistd")
    listening = ["--bind", "127.0.0.1", "--port", "0"]
    return [twistd, "--nodaemon", "--pidfile=", "ganeti-confd", "--root", paths.root, *listening, *options]


def environment_of(hostname: str) -> dict[str, str]:
    """What a daemon on the node *hostname* is told by its environment."""
    return {"GANETI_HOSTNAME": hostname, "PYTHONPATH": str(PROJECT)}


@contextmanager
def running(paths: ClusterPaths, *options: str, hostname: str | None = None) -> Iterator[Daemon]:
    """A daemon on the files of *paths*."""
    log = paths.root / "confd.log"
    environment = environment_of(hostname or paths.master_name)
    command = command_line(paths, *options)
    with serving(command, path=paths.query_socket, log=log, environment=environment) as process:
        yield Daemon(paths, log, process.pid)
