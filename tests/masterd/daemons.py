"""The job daemon as a real process on a made-up cluster, with simulated node daemons."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from attrs import define, field

from ganeti_lite.simulator import ClusterPaths, ClusterShape, write_cluster
from ganeti_lite.simulator.certification import write_certificates
from ganeti_lite.simulator.noded import NodeControl
from ganeti_lite.simulator.programs import nodes_command_line
from tests.interop.isolated import PROJECT
from tests.interop.luxi import Connection
from tests.interop.processes import read_log, serving

SHAPE: Final = ClusterShape(nodes=3, instances=6, groups=2, networks=1)
FINAL: Final = frozenset({"success", "error", "canceled"})


@define
class JobCluster:
    """A cluster whose jobs are executed.

    :ivar pid: of the job daemon that runs; 0 if none does.
    """

    paths: ClusterPaths
    control: NodeControl
    port: int
    pid: int = 0
    _stack: ExitStack = field(factory=ExitStack)

    @property
    def log(self) -> Path:
        """What the job daemon says."""
        return self.paths.root / "masterd.log"

    def start(self, *options: str, twistd: Sequence[str] = ()) -> None:
        """Start the job daemon.

        :param twistd: options of the program that runs it.
        """
        program = Path(sys.executable).with_name("twistd")
        command: list[str | Path] = [program, "--nodaemon", "--pidfile=", *twistd, "ganeti-masterd"]
        command += ["--root", self.paths.root, "--node-port", str(self.port), *options]
        environment = {"GANETI_HOSTNAME": self.paths.master_name, "PYTHONPATH": str(PROJECT)}
        place = serving(command, path=self.paths.master_socket, log=self.log, environment=environment)
        self.pid = self._stack.enter_context(place).pid

    def stop(self) -> None:
        """Stop the job daemon, as its administrator does."""
        self.pid = 0
        self._stack.close()
        self._stack = ExitStack()

    def kill(self) -> None:
        """Have it end in the middle of whatever it does."""
        os.kill(self.pid, signal.SIGKILL)
        self.stop()

    def connect(self) -> Connection:
        """A client of the job daemon."""
        return Connection(self.paths.master_socket)

    def ask(self, method: str, *args: object) -> Any:
        """The result of one request over a connection of its own."""
        with self.connect() as connection:
            return connection.ask(method, list(args)).result

    def submit(self, *opcodes: dict[str, Any]) -> int:
        """A new job's number."""
        return int(self.ask("SubmitJob", [{"reason": [], **opcode} for opcode in opcodes]))

    def wait(self, job_id: int) -> tuple[str, list[Any]]:
        """A job's status at its end, and what its opcodes have given."""
        with self.connect() as connection:
            known: Any = None
            while known is None or known[0] not in FINAL:
                known = connection.ask("WaitForJobChange", [job_id, ["status"], known, None, 20]).result[0]
            ((_, results),) = connection.ask("QueryJobs", [[job_id], ["id", "opresult"]]).result
        return known[0], results

    def run(self, *opcodes: dict[str, Any]) -> tuple[str, list[Any]]:
        """The same for a new job."""
        return self.wait(self.submit(*opcodes))


@contextmanager
def job_cluster(root: Path, shape: ClusterShape = SHAPE, *, port: int = 0) -> Iterator[JobCluster]:
    """A cluster whose nodes are up; its job daemon is not started yet."""
    with nodes_of(write_cluster(root / "node1.example.com", shape), port=port) as cluster:
        yield cluster


@contextmanager
def nodes_of(paths: ClusterPaths, *, port: int = 0) -> Iterator[JobCluster]:
    """The same for a cluster that is made already."""
    write_certificates(paths)
    command = nodes_command_line(paths, port)
    log = paths.log_dir / "node-daemons.log"
    with (
        serving(command, path=paths.node_control, log=log, environment={"PYTHONPATH": str(PROJECT)}),
        NodeControl(paths.node_control) as control,
    ):
        cluster = JobCluster(paths, control, control.port)
        try:
            yield cluster
        finally:
            cluster.stop()
    assert "Traceback" not in read_log(cluster.log), read_log(cluster.log)
