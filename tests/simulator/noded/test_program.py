"""The daemons as a process of their own, as people run it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ganeti_lite.simulator import MASTER_NAME, ClusterPaths, ClusterShape, write_cluster
from ganeti_lite.simulator.noded import NodeControl
from ganeti_lite.simulator.noded.program import parse_arguments

from .client import NodeClient

PROJECT = Path(__file__).parent.parent.parent.parent
COMMAND = (sys.executable, "-c", "import sys; from ganeti_lite.cli import main; sys.exit(main())", "simulate-nodes")
LIMIT = 60


@pytest.fixture
def paths() -> Iterator[ClusterPaths]:
    """A cluster without certificates, whose path is short enough for sockets."""
    with TemporaryDirectory(dir="/tmp") as name:
        yield write_cluster(Path(name) / MASTER_NAME, ClusterShape(nodes=3, instances=6, groups=1, networks=0))


@contextmanager
def process(*options: str | Path) -> Iterator["subprocess.Popen[str]"]:
    """The command, ended with the block."""
    command = [*COMMAND, *options]
    with subprocess.Popen(command, cwd=PROJECT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        try:
            yield started
        finally:
            started.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_a_signal_ends_it(paths: ClusterPaths, number: signal.Signals) -> None:
    """When it says so all nodes are there; faults hold from the start; it ends with success and leaves no socket."""
    fault = "node2.example.com=error:late"
    with process("--root", paths.root, "--port", "0", "--fault", fault) as started:
        assert started.stdout is not None
        assert started.stdout.readline().startswith("3 node daemons listen at port ")
        with NodeControl(paths.node_control) as control:
            client = NodeClient(paths.server_pem, paths.client_pem, control.port)
            assert client.ask("127.18.0.10", "master_node_name") == [True, MASTER_NAME]
            assert client.ask("127.18.0.11", "version") == [False, "late"]
            assert control.traffic.total_calls == 2
        started.send_signal(number)
        out, errors = started.communicate(timeout=LIMIT)
    assert (started.returncode, out, errors) == (0, "", "")
    assert not paths.node_control.exists()


def test_what_keeps_it_from_starting_is_explained(tmp_path: Path) -> None:
    """Without a cluster there is nothing to simulate."""
    with process("--root", tmp_path) as started:
        out, errors = started.communicate(timeout=LIMIT)
    assert (started.returncode, out) == (1, "")
    assert errors.startswith("The node daemons cannot start: ")
    assert "config.data" in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    "options", [(), ("--root",), ("--root", "/x", "--fault", "bogus"), ("--root", "/x", "--bogus")]
)
def test_wrong_arguments(options: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """They end it with code 2."""
    with pytest.raises(SystemExit) as ended:
        parse_arguments(options)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: ganeti-lite simulate-nodes")
