"""Where the installed programs of this project are, and the environment in which they see one cluster only."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .root import ClusterPaths

_UNWANTED_VARIABLES: Final = frozenset(
    {"FORCE_LUXI_SOCKET", "GNT_GROUP_LIST", "GNT_INSTANCE_LIST", "GNT_NODE_LIST", "PYTHONINSPECT"}
)
"""They would send a command elsewhere or change what it shows."""


def programs_dir() -> Path:
    """Where this Python's programs are installed; in a virtual environment that is its ``bin``."""
    return Path(sys.executable).parent


def command_line(program: str) -> list[str]:
    """What starts ``gnt-instance`` or another command: the installed program or, in a bare checkout, its module."""
    installed = programs_dir() / program
    if installed.exists():
        return [str(installed)]
    module = f"ganeti_lite.commands.{program.replace('-', '_')}"
    return [sys.executable, "-c", f"import sys; from {module} import main; sys.exit(main())"]


def query_daemon_command_line(paths: ClusterPaths, port: int, node_port: int) -> list[str]:
    """What starts the query daemon of a cluster in the foreground, logging to standard output.

    :param port: of confd requests, on the loopback interface only; 0 for any free one.
    :param node_port: of the node daemons.
    """
    return [*_daemon_command_line("ganeti-confd", paths, node_port), "--bind", "127.0.0.1", "--port", str(port)]


def job_daemon_command_line(paths: ClusterPaths, node_port: int) -> list[str]:
    """The same for the job daemon."""
    return _daemon_command_line("ganeti-masterd", paths, node_port)


def _daemon_command_line(plugin: str, paths: ClusterPaths, node_port: int) -> list[str]:
    twistd = programs_dir() / "twistd"
    start = (
        [str(twistd)] if twistd.exists() else [sys.executable, "-c", "from twisted.scripts import twistd; twistd.run()"]
    )
    options = ["--root", str(paths.root), "--node-port", str(node_port)]
    return [*start, "--nodaemon", "--pidfile=", plugin, *options]


def nodes_command_line(paths: ClusterPaths, port: int) -> list[str]:
    """What starts simulated node daemons for a cluster in the foreground.

    :param port: of all of them; 0 for any free one.
    """
    return [sys.executable, "-m", "ganeti_lite.simulator.noded", "--root", str(paths.root), "--port", str(port)]


def cluster_environment(paths: ClusterPaths, environ: Mapping[str, str]) -> dict[str, str]:
    """``environ`` made to point at a cluster, and at nothing else."""
    kept = {name: value for name, value in environ.items() if name not in _UNWANTED_VARIABLES}
    return kept | paths.environment()
