"""Clients and daemons across: Ganeti's own clients at our daemon, ours at the real one."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from attrs import frozen

from ganeti_lite.simulator import ClusterPaths, ClusterShape, build_config, encode_config
from tests.contracts.confd import ConfdContract, Endpoint

from .confd import ConfdConnection
from .confd_daemons import CONFD, real_confd, started
from .isolated import PROJECT, Command, lay_out
from .processes import read_log, wait_until
from .reference_cluster import ReferenceCluster

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("real_ganeti")]

TOOLS: Final = Path("/usr/lib/ganeti/tools")
SYSTEM_PYTHON: Final = Path("/usr/bin/python3")
LOOPBACK_UP: Final = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
"""Runs a command in a network of its own, in which the default port is free."""

_PROGRAM: Final = (
    f"import sys; sys.path.insert(0, {str(PROJECT)!r}); from ganeti_lite.cli import main; sys.exit(main())"
)
OUR_COMMAND: Final = (sys.executable, "-c", _PROGRAM, "confd")

CONFIG: Final = encode_config(build_config(ClusterShape(nodes=5, instances=9, groups=2, networks=2, seed=5)))


@frozen
class Island:
    """A daemon that listens on confd's default port of the loopback interface, in a network of its own."""

    paths: ClusterPaths
    pid: int

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command beside the daemon, on its node."""
        return subprocess.run(
            ["nsenter", f"--net=/proc/{self.pid}/ns/net", *command],
            env={**os.environ, **self.paths.environment()},
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )


def lay_out_node(folder: Path) -> ClusterPaths:
    """A master's files that name this machine as the only candidate."""
    paths = lay_out(folder, CONFIG)
    candidates = paths.ssconf("master_candidates_ips")
    candidates.unlink()
    candidates.write_text("127.0.0.1\n", encoding="ascii")
    return paths


@contextmanager
def island(paths: ClusterPaths, *command: str | Path, ready: str) -> Iterator[Island]:
    """A daemon for as long as the block lasts; it is up once its log says *ready*."""
    environment: Mapping[str, str] = {**paths.environment(), "PYTHONPATH": str(PROJECT)}
    log = paths.root / "island.log"
    with started([*LOOPBACK_UP, *command], log=log, environment=environment) as daemon:
        wait_until(lambda: ready in read_log(log), f"the daemon is up; its log:\n{read_log(log)}")
        yield Island(paths, daemon.pid)


@pytest.fixture
def ours(folder: Path) -> Iterator[Island]:
    """Our daemon."""
    twistd = Path(sys.executable).with_name("twistd")
    command: Command = [twistd, "--nodaemon", "--pidfile=", "ganeti-confd", "--bind", "127.0.0.1"]
    with island(lay_out_node(folder), *command, ready="loaded ") as node:
        yield node


@pytest.fixture
def real(folder: Path) -> Iterator[Island]:
    """Debian's daemon."""
    command: Command = [CONFD, "--foreground", "--no-user-checks", "--bind=127.0.0.1"]
    with island(lay_out_node(folder), *command, ready="Loaded new config") as node:
        yield node


def test_debians_confd_client_passes(ours: Island) -> None:
    """Every test of Debian's confd-client succeeds at our daemon."""
    done = ours.run(SYSTEM_PYTHON, TOOLS / "confd-client", "--address=127.0.0.1", "--requests=20")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": OK") == 8
    assert "per ping request" in done.stdout


def test_debians_confd_client_fails_at_debians_daemon(real: Island) -> None:
    """At the real daemon it stops at its third test, since it sends field numbers as strings."""
    done = real.run(SYSTEM_PYTHON, TOOLS / "confd-client", "--address=127.0.0.1", "--requests=20")
    assert done.returncode == 1
    assert done.stdout.count(": OK") == 2


PATHS: Final = ("/cluster/cluster_name", "/cluster/tags", "/cluster/beparams", "/serial_no", "/nosuch")
_ASKED: Final = (
    (0, None),
    (1, "node2"),
    (3, None),
    (3, {"3": [0, 1, 2]}),
    (4, None),
    (5, None),
    (6, None),
    (7, "node1"),
)
REQUESTS: Final = (*_ASKED, (10, "/cluster/tags"), (11, None))


@pytest.mark.parametrize(
    "command",
    [
        (SYSTEM_PYTHON, TOOLS / "query-config", "--address=127.0.0.1", *PATHS),
        (
            SYSTEM_PYTHON,
            Path(__file__).with_name("package_client.py"),
            *(word for kind, query in REQUESTS for word in (str(kind), json.dumps(query))),
        ),
        (*OUR_COMMAND, "cluster-master", "name", "cluster-ip"),
        (*OUR_COMMAND, "node-instances", "node2", "--json"),
    ],
    ids=["query-config", "ganeti.confd.client", "ganeti-lite confd", "ganeti-lite confd --json"],
)
def test_clients_cannot_tell_the_daemons_apart(ours: Island, command: tuple[str | Path, ...], tmp_path: Path) -> None:
    """Ganeti's clients and ours print the same, whichever daemon answers."""
    at_ours = ours.run(*command)
    copy = tmp_path / "real"
    shutil.copytree(ours.paths.root, copy / ours.paths.root.name, ignore=shutil.ignore_patterns("socket", "*.log"))
    real_paths = ClusterPaths(copy / ours.paths.root.name, ours.paths.master_name)
    real_command: Command = [CONFD, "--foreground", "--no-user-checks", "--bind=127.0.0.1"]
    with island(real_paths, *real_command, ready="Loaded new config") as real_node:
        at_real = real_node.run(*command)
    assert at_ours.returncode == 0, at_ours.stderr
    assert at_ours.stdout.strip()
    assert (at_ours.stdout, at_ours.returncode) == (at_real.stdout, at_real.returncode)


class TestRealConfd(ConfdContract):
    """The real daemon keeps what our clients rely on."""

    @pytest.fixture
    def endpoint(self, folder: Path) -> Iterator[Endpoint]:
        """Debian's daemon on the loopback interface."""
        paths = lay_out(folder, CONFIG)
        with real_confd(paths) as port:
            yield Endpoint(paths.hmac_key.read_bytes(), ("127.0.0.1", port), paths.master_name)


def test_ipv6(folder: Path) -> None:
    """The real daemon takes an IPv6 address to bind to, and so does ours (see the daemon's own tests)."""
    paths = lay_out(folder, CONFIG)
    with real_confd(paths, "::1") as port, ConfdConnection(paths.hmac_key.read_bytes(), "::1", port) as client:
        assert client.ask(0).message["status"] == 0


def test_our_command_at_a_real_cluster(reference: ReferenceCluster) -> None:
    """On a node of a real cluster our command asks its candidates and agrees with Ganeti's own."""
    done = reference.run(*OUR_COMMAND, "cluster-master", "--all")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == reference.demand("gnt-cluster", "getmaster").strip()
