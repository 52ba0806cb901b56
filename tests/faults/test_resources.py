"""Descriptors and room on the disk run out."""

import os
import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from ganeti_lite.simulator import ClusterPaths, replace_config
from tests.confd.daemons import Daemon, await_true, command_line, environment_of
from tests.confd.test_daemon import config_with
from tests.interop.confd_daemons import started
from tests.interop.luxi import Connection
from tests.interop.processes import read_log, serving


def highest_descriptor(pid: int) -> int:
    """Of those that a process has."""
    return max(map(int, os.listdir(f"/proc/{pid}/fd")))


@contextmanager
def limited(pid: int, kind: int, soft: int) -> Iterator[None]:
    """A process whose limit is lower while the block runs."""
    before = resource.prlimit(pid, kind)
    resource.prlimit(pid, kind, (soft, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, kind, before)


def connect_until_let_go(path: Path, stack: ExitStack) -> None:
    """Have clients connect and stay, until one is let go at once."""
    for _ in range(200):
        client = stack.enter_context(socket.socket(socket.AF_UNIX))
        client.settimeout(0.2)
        client.connect(str(path))
        with suppress(TimeoutError):
            assert client.recv(1) == b""
            return
    raise AssertionError("all were let in")


def test_no_descriptors(daemon: Daemon) -> None:
    """Without descriptors old clients are served, new ones let go at once, a changed file waits; then all is well."""
    replace_config(daemon.paths.config, config_with(1))
    ours = ["node", ["serial_no"], ["==", "name", daemon.paths.master_name]]
    with Connection(daemon.paths.query_socket) as old:
        assert old.ask("Query", ours).result["data"] == [[[0, 1]]]
        with limited(daemon.pid, resource.RLIMIT_NOFILE, highest_descriptor(daemon.pid) + 1), ExitStack() as stack:
            connect_until_let_go(daemon.paths.query_socket, stack)
            assert old.ask("Query", ours).result["data"] == [[[0, 1]]]
            replace_config(daemon.paths.config, config_with(2))
            assert old.ask("Query", ours).result["data"] == [[[0, 1]]]
            daemon.await_log("Too many open files")
        assert old.ask("Query", ours).result["data"] == [[[0, 2]]]
    assert daemon.serial() == 2


def test_full_disk(daemon: Daemon) -> None:
    """A log that can grow no more (here for want of permission to write large files) costs lines of the log only."""
    size = daemon.log.stat().st_size
    with limited(daemon.pid, resource.RLIMIT_FSIZE, size):
        for serial in range(10, 13):
            replace_config(daemon.paths.config, config_with(serial))
            assert daemon.serial() == serial
        daemon.paths.config.write_bytes(b"{")
        assert daemon.serial() == 12
        os.kill(daemon.pid, signal.SIGHUP)
        assert daemon.serial() == 12
    replace_config(daemon.paths.config, config_with(13))
    assert daemon.serial() == 13
    daemon.await_log("loaded ")


@pytest.mark.parametrize("device", ["/dev/full"])
def test_full_disk_from_the_start(paths: ClusterPaths, device: str) -> None:
    """Where nothing can be logged at all, everything is answered."""
    socket_path = paths.root / "other"
    command = command_line(paths, "--query-socket", socket_path)
    environment = environment_of(paths.master_name)
    with serving(command, path=socket_path, log=Path(device), environment=environment), Connection(socket_path) as one:
        assert one.ask("Query", ["node", ["name"], None]).result["data"]


def test_read_only_disk(paths: ClusterPaths) -> None:
    """Where the socket cannot be made the log says so, datagrams are answered, and the query socket is tried again."""
    place = paths.root / "missing" / "query"
    log = paths.root / "readonly.log"
    command = command_line(paths, "--query-socket", place)
    with started(command, log=log, environment=environment_of(paths.master_name)):
        await_true(lambda: f"not answering queries on {place}" in read_log(log), "a complaint")
        await_true(lambda: "answering confd requests" in read_log(log), "datagrams are answered")
        place.parent.mkdir()
        await_true(place.exists, "it listens")
