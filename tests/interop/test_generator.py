"""The made-up clusters are clusters to the real Ganeti: its strict readers take them, and would write them the same."""

import hashlib
import hmac
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from ganeti_lite.simulator import MASTER_NAME, ClusterPaths, ClusterShape, build_config, write_cluster

from .fields import NORMAL, RESOURCES, sample_fields
from .isolated import real_daemon
from .luxi import Connection
from .processes import STARTUP_SECONDS, DaemonFailedError, read_log, stop

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("real_ganeti")]

CONFD: Final = Path("/usr/sbin/ganeti-confd")
UNAVAILABLE: Final = 3
CONFIG_QUERY: Final = 10
"""The confd request type for a part of the configuration, as the daemon has parsed it."""

CONTAINERS: Final[Mapping[str, str]] = {
    "instance": "instances",
    "node": "nodes",
    "group": "nodegroups",
    "network": "networks",
}
SHAPES: Final[Mapping[str, ClusterShape]] = {
    "default": ClusterShape(),
    "larger": ClusterShape(nodes=60, instances=400, groups=7, networks=6, seed=2),
    "one node": ClusterShape(nodes=1, instances=5, groups=1, networks=0, seed=3),
    "empty": ClusterShape(nodes=2, instances=0, groups=4, networks=1, seed=4),
}


@pytest.fixture(params=SHAPES)
def shape(request: pytest.FixtureRequest) -> ClusterShape:
    """Several sizes of made-up clusters."""
    return SHAPES[request.param]


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty directory whose name is short enough for sockets."""
    return tmp_path_factory.mktemp("c")


def test_every_config_field_is_answered(shape: ClusterShape, folder: Path) -> None:
    """The real query daemon has all objects, and each field has its value or rightly none."""
    config = build_config(shape)
    paths = write_cluster(folder / MASTER_NAME, shape)
    with real_daemon(paths) as path, closing(Connection(path)) as client:
        for resource in RESOURCES:
            sample = sample_fields(client, resource)
            statuses = {status for field in sample.fields.values() for status, _ in field.cells}
            assert statuses <= {NORMAL, UNAVAILABLE}, resource
            assert len(sample.fields["name"].cells) == len(config[CONTAINERS[resource]])


def test_the_real_confd_would_write_the_same(shape: ClusterShape, folder: Path) -> None:
    """Each object comes back from the real confd with the same keys in the same order, and with the same values."""
    config = build_config(shape)
    paths = write_cluster(folder / MASTER_NAME, shape)
    with confd_client(paths) as ask:
        for path, part in parts_of(config):
            assert json.dumps(ask(path)) == json.dumps(part), path


def parts_of(config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Pieces that fit into datagrams: single objects, and whatever is outside of containers."""
    for key, part in config.items():
        if key in ("nodes", "nodegroups", "instances", "networks", "disks", "filters"):
            yield from ((f"/{key}/{uuid}", entry) for uuid, entry in part.items())
        else:
            yield f"/{key}", part


class ConfdClient:
    """Asks one confd for parts of its configuration."""

    def __init__(self, link: socket.socket, key: bytes) -> None:
        self._link = link
        self._key = key

    def __call__(self, path: str) -> Any:
        """The part at ``path``, decoded.

        :raises OSError: there was no answer
        """
        message = json.dumps({"protocol": 1, "type": CONFIG_QUERY, "query": path, "rsalt": path})
        salt = str(int(time.time()))
        digest = hmac.new(self._key, (salt + message).encode(), hashlib.sha1).hexdigest()
        self._link.send(b"plj0" + json.dumps({"msg": message, "salt": salt, "hmac": digest}).encode())
        reply = json.loads(json.loads(self._link.recv(1 << 16)[4:])["msg"])
        assert reply["status"] == 0, reply
        return reply["answer"]


@contextmanager
def confd_client(paths: ClusterPaths) -> Iterator[ConfdClient]:
    """A client of Debian's confd, which runs on a cluster's files for as long as the block lasts."""
    port = free_port()
    command = [str(CONFD), "--foreground", "--no-user-checks", "--bind", "127.0.0.1", "--port", str(port)]
    log = paths.log_dir / "foreground.log"
    with log.open("ab") as output:
        daemon = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, **paths.environment()})
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
            link.connect(("127.0.0.1", port))
            client = ConfdClient(link, paths.hmac_key.read_bytes())
            await_answer(daemon, client, link, log)
            yield client
    finally:
        stop(daemon)


def await_answer(daemon: subprocess.Popen[bytes], client: ConfdClient, link: socket.socket, log: Path) -> None:
    """Return once the daemon answers; each attempt waits for it or for the port to be opened."""
    deadline = time.monotonic() + STARTUP_SECONDS
    link.settimeout(1)
    while time.monotonic() < deadline:
        try:
            client("/version")
        except OSError:
            if daemon.poll() is not None:
                break
            continue
        link.settimeout(STARTUP_SECONDS)
        return
    raise DaemonFailedError(f"{daemon.args!r} does not answer; its log:\n{read_log(log)}")


def free_port() -> int:
    """A UDP port of the loopback interface that nobody uses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
