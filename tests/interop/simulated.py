"""Simulated nodes in a network namespace of their own, with the real query daemon or other programs beside them.

They listen on the port that the real daemon expects, which nobody else uses there.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from attrs import frozen

from ganeti_lite.simulator import ClusterPaths
from ganeti_lite.simulator.certification import write_certificates
from ganeti_lite.simulator.noded import NodeControl

from .isolated import LUXID, PROJECT
from .processes import serving

Command = list[str | Path]
_WITH_LOOPBACK: Final = 'ip link set lo up && exec "$@"'


@frozen
class SimulatedNodes:
    """Running node daemons.

    :ivar control: what they are ordered and asked by.
    :ivar pid: of their process, in whose namespace others can be started.
    """

    paths: ClusterPaths
    control: NodeControl
    pid: int

    def beside(self, *command: str | Path) -> Command:
        """A command line that runs another one where it reaches the nodes."""
        return ["nsenter", f"--net=/proc/{self.pid}/ns/net", *command]

    @contextmanager
    def real_daemon(self) -> Iterator[Path]:
        """The socket of Debian's query daemon, which asks these nodes, for as long as the block lasts."""
        command = self.beside(LUXID, "--foreground", "--no-user-checks", "--no-voting", "--yes-do-it")
        log = self.paths.log_dir / "foreground.log"
        environment = {**self.paths.environment(), "LC_ALL": "C.UTF-8"}
        with serving(command, path=self.paths.query_socket, log=log, environment=environment):
            yield self.paths.query_socket


@contextmanager
def simulated_nodes(paths: ClusterPaths, faults: Sequence[str] = ()) -> Iterator[SimulatedNodes]:
    """Node daemons for a cluster on disk, which gets certificates.

    :param faults: what they do wrong from the start, each as the command takes it.
    """
    write_certificates(paths)
    command: Command = ["unshare", "--net", "sh", "-c", _WITH_LOOPBACK, "sh", sys.executable, "-m"]
    command += ["ganeti_lite.simulator.noded", "--root", paths.root]
    for fault in faults:
        command += ["--fault", fault]
    environment: Mapping[str, str] = {"PYTHONPATH": str(PROJECT)}
    log = paths.log_dir / "node-daemons.log"
    with (
        serving(command, path=paths.node_control, log=log, environment=environment) as process,
        NodeControl(paths.node_control) as control,
    ):
        yield SimulatedNodes(paths, control, process.pid)
