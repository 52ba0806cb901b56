"""Taking over from a daemon and handing back to it, with real processes; Ganeti's is played by ours behind a proxy."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import frozen

from ganeti_lite.clients.luxi import LuxiClient
from ganeti_lite.simulator import MASTER_NAME, ClusterPaths, ClusterShape, write_cluster
from tests.confd.daemons import await_true
from tests.doubles.socket_proxy import proxy
from tests.interop.isolated import PROJECT, our_daemon


@frozen
class Master:
    """A master node on which a daemon plays Ganeti's."""

    paths: ClusterPaths

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``ganeti-lite`` there."""
        return subprocess.run(
            [sys.executable, "-c", "import sys; from ganeti_lite.cli import main; sys.exit(main())", *words],
            env={**os.environ, **self.paths.environment(), "PYTHONPATH": str(PROJECT)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def server(self, name: str = "ganeti-query") -> int | None:
        """The process that answers on a socket, None if there is none."""
        with suppress(OSError, Exception), LuxiClient.connect(str(self.paths.query_socket.with_name(name))) as client:
            return client.server.pid
        return None

    @property
    def our_pid(self) -> int:
        """The process that the switch has started."""
        return int((self.paths.root / "var/run/ganeti/ganeti-lite-confd.pid").read_text())

    def sockets(self) -> list[str]:
        """The names in the folder of sockets that belong to query daemons."""
        return sorted(name for name in os.listdir(self.paths.query_socket.parent) if not name.endswith(".log"))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of a short name, as sockets need it."""
    with TemporaryDirectory(prefix="gl-") as path:
        yield Path(path)


@pytest.fixture
def master(folder: Path) -> Iterator[Master]:
    """A small cluster's master, the daemon there running; nothing of a switch is left behind."""
    paths = write_cluster(folder / MASTER_NAME, ClusterShape(nodes=3, instances=6))
    behind = folder / "behind"
    with our_daemon(paths, behind), proxy(paths.query_socket, behind):
        master = Master(paths)
        try:
            yield master
        finally:
            master.run("handback")


def test_there_and_back(master: Master) -> None:
    """Each step is told; in between ours answers and the other is reached aside; afterwards all is as before.

    A dry run tells and does nothing, a step that is done already is not done twice, and a socket that an earlier switch
    has left aside gives way.
    """
    before = master.server()
    told = master.run("takeover", "--dry-run")
    assert (told.returncode, len(told.stdout.splitlines())) == (0, 3)
    assert all(line.startswith("would ") for line in told.stdout.splitlines())
    assert (master.server(), master.sockets()) == (before, ["ganeti-query"])
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(master.paths.query_socket.with_name("ganeti-master")))
    taken = master.run("takeover")
    assert taken.returncode == 0, taken.stderr
    assert "12 answers are the same" in taken.stdout
    assert taken.stdout.endswith("done: this project's daemon answers\n")
    assert (master.server(), master.server("ganeti-master")) == (master.our_pid, before)
    again = master.run("takeover")
    assert (again.returncode, again.stdout) == (0, "nothing to do: this project's daemon answers already\n")
    back = master.run("handback")
    assert back.returncode == 0, back.stderr
    assert (master.server(), master.sockets()) == (before, ["ganeti-query"])
    assert master.run("handback").stdout == "nothing to do: this project's daemon has no place here\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_is_whose_the_other_is(master: Master) -> None:
    """The daemon is run as the user that the other is run as, whomever the files belong to."""
    os.chown(master.paths.config.parent, 65534, 65534)
    assert master.run("takeover").returncode == 0
    assert "\nUid:\t0\t0\t0\t0\n" in Path(f"/proc/{master.our_pid}/status").read_text()


def test_a_killed_daemon(master: Master) -> None:
    """After ours was killed a takeover leads to a whole one again, and a handback to the state before."""
    before = master.server()
    for lead_on in ("takeover", "handback"):
        assert lead_on == "handback" or master.run("takeover").returncode == 0
        os.kill(master.our_pid, signal.SIGKILL)
        await_true(lambda: master.server() is None, "the daemon is gone")
        done = master.run(lead_on)
        assert done.returncode == 0, done.stderr
        expected = master.our_pid if lead_on == "takeover" else before
        assert master.server() == expected
    assert master.sockets() == ["ganeti-query"]


def test_another_master_gives_the_place_back(master: Master) -> None:
    """When another node becomes the master, Ganeti's daemon here has its place again, and ours waits aside."""
    before = master.server()
    assert master.run("takeover").returncode == 0
    told = master.paths.ssconf("master_node")
    told.chmod(0o600)
    told.write_text("node2.example.com\n")
    await_true(lambda: master.server() == before, "the place is given back")
    told.write_text(f"{MASTER_NAME}\n")
    await_true(lambda: master.server() == master.our_pid, "the place is taken again")
    assert master.server("ganeti-master") == before


def test_without_ganeti_there_is_nothing_to_take_over(folder: Path) -> None:
    """Where nobody answers the operator is told what to do first."""
    master = Master(write_cluster(folder / MASTER_NAME, ClusterShape(nodes=1, instances=0)))
    refused = master.run("takeover")
    assert refused.returncode == 1
    assert refused.stderr == (
        "ganeti-lite takeover: nobody answers on the query socket: start Ganeti's daemons first\n"
    )


def test_a_difference_undoes_everything(master: Master) -> None:
    """If the answers differ, which a configuration that one of the two cannot see makes them, all stays as it was."""
    before = master.server()
    failed = master.run("takeover", "--daemon-options", f"--config {master.paths.root / 'nothing'}")
    assert failed.returncode == 1
    assert "that did not work: all goes back" in failed.stdout
    assert "do not have access to a valid configuration" in failed.stderr
    assert (master.server(), master.sockets()) == (before, ["ganeti-query"])


def test_a_foreign_socket_is_no_daemon(master: Master) -> None:
    """Something at the other socket's place that is no socket is not removed, and the switch fails there."""
    precious = master.paths.query_socket.with_name("ganeti-master")
    precious.write_text("precious")
    failed = master.run("takeover")
    assert failed.returncode == 1
    assert precious.read_text() == "precious"
    precious.unlink()
    assert master.sockets() == ["ganeti-query"]
