"""Signals: the daemon is killed, stopped, continued, and sent hangups without number."""

import os
import signal
import socket
import subprocess
from itertools import count

import pytest

from ganeti_lite.simulator import ClusterPaths, replace_config
from tests.confd.daemons import Daemon, await_true, command_line, environment_of, running
from tests.confd.test_daemon import config_with
from tests.interop.luxi import encode
from tests.interop.processes import read_log

HANGUPS = 500


def test_hangups_without_number(daemon: Daemon) -> None:
    """Hundreds of SIGHUPs cost some loads, not hundreds; answers go on and are right, and the last one is heeded."""
    before = read_log(daemon.log).count("loaded ")
    for number in range(HANGUPS):
        os.kill(daemon.pid, signal.SIGHUP)
        if number % 100 == 0:
            replace_config(daemon.paths.config, config_with(number))
            assert daemon.serial() == number
    await_true(lambda: read_log(daemon.log).count("loaded ") > before, "a load")
    assert daemon.serial() == HANGUPS - 100
    assert read_log(daemon.log).count("loaded ") - before < HANGUPS / 2


def test_stopped_and_continued(daemon: Daemon) -> None:
    """A daemon that was stopped goes on with the files as they are then; who asked meanwhile is answered from those."""
    replace_config(daemon.paths.config, config_with(1))
    assert daemon.serial() == 1
    os.kill(daemon.pid, signal.SIGSTOP)
    try:
        client = socket.socket(socket.AF_UNIX)
        client.connect(str(daemon.paths.query_socket))
        client.sendall(encode("Query", ["node", ["serial_no"], ["==", "name", daemon.paths.master_name]]) + b"\x03")
        replace_config(daemon.paths.config, config_with(2))
    finally:
        os.kill(daemon.pid, signal.SIGCONT)
    with client:
        client.settimeout(20)
        assert b"[[[0,2]]]" in client.recv(10_000)
    assert daemon.serial() == 2


def test_killed_at_any_moment(paths: ClusterPaths) -> None:
    """After kill -9, whatever it was doing, the next daemon starts on what the first has left behind, and serves."""
    for serial in (100, 101):
        with running(paths) as daemon:
            replace_config(paths.config, config_with(serial))
            assert daemon.serial() == serial
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(paths.query_socket))
                client.sendall(encode("Query", ["instance", ["name"], None]) + b"\x03")
                os.kill(daemon.pid, signal.SIGKILL)
        assert paths.query_socket.exists()


@pytest.mark.parametrize("left_behind", ["pid file of nobody", "pid file of rubbish"])
def test_stale_pid_files(paths: ClusterPaths, left_behind: str) -> None:
    """A pid file that a killed daemon has left is removed; one that cannot be understood is refused."""
    pid_file = paths.root / "confd.pid"
    is_rubbish = left_behind.endswith("rubbish")
    pid_file.write_text("rubbish" if is_rubbish else str(_find_free_pid()), encoding="ascii")
    command = [
        f"--pidfile={pid_file}" if part == "--pidfile=" else part for part in command_line(paths, "--bind", "127.0.0.1")
    ]
    log = paths.root / "pid.log"
    with log.open("wb") as output:
        environment = {**os.environ, **environment_of(paths.master_name)}
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        if is_rubbish:
            assert process.wait(20) != 0
            assert "non-numeric" in read_log(log)
        else:
            await_true(lambda: "answering queries on" in read_log(log), "it listens")
            assert "Removing stale pidfile" in read_log(log)
    finally:
        process.terminate()
        process.wait(20)
    pid_file.unlink(missing_ok=True)


def _find_free_pid() -> int:
    return next(pid for pid in count(300_000) if not os.path.exists(f"/proc/{pid}"))
