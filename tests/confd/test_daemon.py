"""The daemon as a real process: started by twistd, asked over its socket, with its file broken under it."""

import json
import os
import random
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest

from ganeti_lite.simulator import ClusterShape, build_config, encode_config, replace_config, write_cluster
from tests.interop.luxi import Connection
from tests.interop.processes import read_log, serving

from .daemons import PATIENCE, Daemon, await_true, command_line, environment_of, running

SHAPE: Final = ClusterShape(nodes=3, instances=6, groups=2, networks=1)


def config_with(serial: int) -> dict[str, Any]:
    """The cluster's configuration with the master's serial number changed."""
    config = build_config(SHAPE)
    config["nodes"][config["cluster"]["master_node"]]["serial_no"] = serial
    return config


@pytest.fixture(scope="module")
def short_path() -> Iterator[Path]:
    """A directory whose path is short enough for sockets below it (107 bytes), which pytest's own ones are not."""
    with TemporaryDirectory(prefix="gl") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def daemon(short_path: Path) -> Iterator[Daemon]:
    """A daemon that several tests share; each leaves a good configuration behind."""
    paths = write_cluster(short_path / "node1.example.com", SHAPE)
    with running(paths) as started:
        yield started


BROKEN: Final[dict[str, Callable[[Path], object]]] = {
    "truncated": lambda path: os.truncate(path, 1000),
    "empty": lambda path: os.truncate(path, 0),
    "binary": lambda path: path.write_bytes(bytes(range(256)) * 20),
    "wrong": lambda path: path.write_bytes(b'{"version":3000000,"serial_no":"one"}'),
    "deleted": lambda path: path.unlink(),
}


@pytest.mark.parametrize("name", list(BROKEN))
def test_old_answers_go_on_while_the_file_is_broken(daemon: Daemon, name: str) -> None:
    """Broken under the running daemon, the file is complained about; old answers go on; the repaired one is taken."""
    serial = random.Random(name).randrange(10**6)
    replace_config(daemon.paths.config, config_with(serial))
    assert daemon.serial() == serial
    before = read_log(daemon.log).count("Cannot load configuration")
    BROKEN[name](daemon.paths.config)
    for _ in range(3):
        assert daemon.serial() == serial
    await_true(lambda: read_log(daemon.log).count("Cannot load configuration") > before, "a complaint in the log")
    assert str(daemon.paths.config) in read_log(daemon.log).rpartition("Cannot load configuration")[2]
    replace_config(daemon.paths.config, config_with(serial + 1))
    assert daemon.serial() == serial + 1


def test_reads_follow_writes(daemon: Daemon) -> None:
    """A hundred times in a row, the very next answer after a change shows it."""
    for serial in range(1000, 1100):
        replace_config(daemon.paths.config, config_with(serial))
        assert daemon.serial() == serial


def test_hangup_reloads(daemon: Daemon) -> None:
    """SIGHUP has the file loaded again."""
    before = read_log(daemon.log).count("loaded ")
    os.kill(daemon.pid, signal.SIGHUP)
    await_true(lambda: read_log(daemon.log).count("loaded ") > before, "another load")


def test_change_is_noticed_without_being_asked(daemon: Daemon) -> None:
    """A changed file is loaded before anybody asks."""
    config = config_with(1) | {"serial_no": 987654}
    replace_config(daemon.paths.config, config)
    daemon.await_log("serial 987654")


def test_garbage_harms_nobody(daemon: Daemon) -> None:
    """Clients that send nonsense get an error or a closed connection; others are answered meanwhile."""
    replace_config(daemon.paths.config, config_with(5))
    draw = random.Random(1)
    messages = [draw.randbytes(draw.randrange(1, 400)) for _ in range(100)]
    messages += [
        b"[" * 100_000,
        b'{"method":"Query","args":' + b"[" * 5000,
        b'{"method":' + b'"x"' * 1000,
        b"\xff\xfe{}",
    ]
    for message in messages:
        with Connection(daemon.paths.query_socket) as connection:
            frame = message.replace(b"\x03", b"")
            answer = connection.send(frame)
            assert answer.closed
            assert answer.error.startswith("Failed to parse request: ")
    assert daemon.serial() == 5


def test_endless_message_costs_bounded_memory(daemon: Daemon) -> None:
    """200 MB without an end are cut off; the daemon keeps far less than that, and goes on."""
    replace_config(daemon.paths.config, config_with(6))
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(daemon.paths.query_socket))
        client.settimeout(PATIENCE)
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            client.sendall(b"x" * (200 << 20))
    assert daemon.memory() < 350 * 1024
    assert daemon.serial() == 6


def test_client_that_never_reads_does_not_hold_up_others(short_path: Path) -> None:
    """Clients that ask for large answers and never read them cost little, and others are answered."""
    shape = ClusterShape(nodes=20, instances=2000)
    paths = write_cluster(short_path / "large", shape)
    request = json.dumps({"method": "Query", "args": ["instance", ["name", "hvparams"], None]}).encode() + b"\x03"
    with running(paths) as daemon:
        sleepers = []
        for _ in range(20):
            sleeper = socket.socket(socket.AF_UNIX)
            sleeper.connect(str(paths.query_socket))
            sleeper.sendall(request * 20)
            sleepers.append(sleeper)
        names = daemon.ask("Query", ["instance", ["name"], None]).result["data"]
        assert len(names) == shape.instances
        assert daemon.memory() < 350 * 1024
        for sleeper in sleepers:
            sleeper.close()
        assert daemon.ask("Query", ["node", ["name"], None]).result["data"]


def test_other_node_refuses_and_the_option_lifts_it(short_path: Path) -> None:
    """On a node that is not the master nobody is answered, and the log says why; the option lifts it."""
    paths = write_cluster(short_path / "other", SHAPE)
    with running(paths, "--allow-non-master", hostname="node2.example.com") as daemon:
        assert daemon.ask("Query", ["node", ["name"], None]).result["data"]
    elsewhere = short_path / "elsewhere"
    with running(paths) as daemon:  # the master, whose socket tells when the other has had its time
        log = short_path / "other.log"
        other = command_line(paths, "--query-socket", elsewhere)
        environment = environment_of("node2.example.com")
        with serving(other, path=paths.query_socket, log=log, environment=environment):
            await_true(lambda: "is not the master" in read_log(log), "a refusal in the log")
            assert "--allow-non-master" in read_log(log)
            assert not elsewhere.exists()


def test_second_daemon_leaves_the_first_alone(daemon: Daemon, tmp_path: Path) -> None:
    """A second daemon on the same socket says that it is taken; the first goes on."""
    replace_config(daemon.paths.config, config_with(9))
    log = tmp_path / "second.log"
    environment = environment_of(daemon.paths.master_name)
    with serving(command_line(daemon.paths), path=daemon.paths.query_socket, log=log, environment=environment):
        await_true(lambda: "another daemon answers" in read_log(log), "a complaint in the log")
    assert daemon.serial() == 9


def test_half_written_file_is_never_answered_from(daemon: Daemon) -> None:
    """A file written in place, piece by piece, is taken when it is whole and not before."""
    replace_config(daemon.paths.config, config_with(20))
    assert daemon.serial() == 20
    data = encode_config(config_with(21))
    with open(daemon.paths.config, "wb", buffering=0) as file:
        for start in range(0, len(data), len(data) // 5):
            assert daemon.serial() == 20
            file.write(data[start : start + len(data) // 5])
    assert daemon.serial() == 21
