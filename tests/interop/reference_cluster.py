"""A real Ganeti cluster on this one machine: five virtual nodes, each a directory tree, in a network namespace.

The daemons are Debian's, the hypervisor is Ganeti's own fake one. Its Unix sockets are reached from anywhere, its
network only from inside the namespace (:meth:`ReferenceCluster.run`).
"""

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

from attrs import frozen

from ganeti_lite.simulator import ClusterPaths

from .processes import is_listening

DOMAIN: Final = "example.com"
NODES: Final = 5
LIBRARY: Final = Path("/usr/lib/ganeti")
COMMAND_SECONDS: Final = 180
"""The slowest commands are jobs of a few seconds; on a busy machine they take several times as long."""

DEFAULT_BASE: Final = Path("/srv/ganeti-lite-reference")


SYSTEM_PATH: Final = "/usr/sbin:/usr/bin:/sbin:/bin"
"""Where Ganeti's own commands are; in a virtual environment the inherited path leads to ours of the same names."""


def node_name(number: int) -> str:
    """The full name of node ``number``, counted from one, the master."""
    return f"node{number}.{DOMAIN}"


class ReferenceCommandError(Exception):
    """A command on the reference cluster failed; the message holds what it printed."""


@frozen
class ReferenceCluster:
    """Where a reference cluster is, and how to run commands on it.

    :ivar base: the directory that holds the trees of all nodes
    :ivar namespace: the network namespace that its daemons are in
    """

    base: Path
    namespace: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """The cluster that a developer has named, or the one that the tests build for themselves."""
        base = Path(environment.get("GANETI_LITE_REFERENCE_ROOT", DEFAULT_BASE))
        return cls(base, environment.get("GANETI_LITE_REFERENCE_NAMESPACE", base.name))

    def another(self, suffix: str) -> Self:
        """One beside it, likewise made, in a place and a namespace of its own."""
        return type(self)(self.base.with_name(f"{self.base.name}-{suffix}"), f"{self.namespace}-{suffix}")

    @property
    def paths(self) -> ClusterPaths:
        """The files of the master."""
        return ClusterPaths(self.node_root(1), self.hostname)

    @property
    def hostname(self) -> str:
        """The master's full name."""
        return node_name(1)

    @property
    def root(self) -> Path:
        """The master's tree."""
        return self.paths.root

    @property
    def query_socket(self) -> Path:
        """Where the real query daemon listens."""
        return self.paths.query_socket

    @property
    def wconfd_socket(self) -> Path:
        """Where the daemon that owns the configuration listens."""
        return self.query_socket.with_name("ganeti-wconfd")

    @property
    def config(self) -> Path:
        """The master's config.data."""
        return self.paths.config

    @property
    def hmac_key(self) -> Path:
        """The key of confd's datagrams."""
        return self.paths.hmac_key

    def node_root(self, number: int) -> Path:
        """The tree of node ``number``."""
        return self.base / node_name(number)

    def is_serving(self) -> bool:
        """Whether its query daemon accepts connections."""
        return is_listening(self.query_socket)

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command on the master, as :meth:`on` does."""
        return self.on(1, *command)

    def on(self, number: int, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command on node ``number``, inside the namespace, and wait for its end.

        A failure is the caller's to judge.

        :raises subprocess.TimeoutExpired: after :data:`COMMAND_SECONDS`
        """
        line = shlex.join(str(part) for part in command)
        return subprocess.run(
            ["ip", "netns", "exec", self.namespace, self.node_root(number) / "cmd", line],
            cwd=self.base,
            env={**os.environ, "PATH": f"{self.base}/bin:{SYSTEM_PATH}"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )

    def demand(self, *command: str | Path) -> str:
        """Run a command on the master that must succeed; returns what it printed.

        :raises ReferenceCommandError: if it fails
        """
        done = self.run(*command)
        if done.returncode != 0:
            shown = shlex.join(str(part) for part in command)
            raise ReferenceCommandError(f"{shown}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def daemon(self, action: str, name: str) -> None:
        """``start``, ``stop`` or ``restart`` one of the master's daemons, such as ``ganeti-luxid``."""
        self.demand(LIBRARY / "daemon-util", action, name)
