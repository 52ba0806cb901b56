"""The daemons of a made-up cluster: the query daemon and the job daemon of this project, and simulated node daemons."""

import os

from ._child import ChildDaemon
from .programs import cluster_environment, job_daemon_command_line, nodes_command_line, query_daemon_command_line
from .root import ClusterPaths


def start_query_daemon(paths: ClusterPaths, port: int, node_port: int) -> ChildDaemon:
    """Starts the daemon that serves a cluster; await it.

    :param port: UDP port for confd requests, 0 for any free one; its log names it.
    :param node_port: where it finds the node daemons.
    """
    return ChildDaemon(
        "The query daemon",
        query_daemon_command_line(paths, port, node_port),
        cluster_environment(paths, os.environ),
        paths.query_socket,
        paths.log_dir / "query-daemon.log",
    )


def start_job_daemon(paths: ClusterPaths, node_port: int) -> ChildDaemon:
    """Starts the daemon that carries out a cluster's jobs; await it.

    :param node_port: where it finds the node daemons.
    """
    return ChildDaemon(
        "The job daemon",
        job_daemon_command_line(paths, node_port),
        cluster_environment(paths, os.environ),
        paths.master_socket,
        paths.log_dir / "job-daemon.log",
    )


def start_node_daemons(paths: ClusterPaths, port: int) -> ChildDaemon:
    """Starts daemons on the addresses of all nodes of a cluster; await them.

    :param port: TCP port of each, 0 for any free one; their log names it.
    """
    return ChildDaemon(
        "The process of the node daemons",
        nodes_command_line(paths, port),
        cluster_environment(paths, os.environ),
        paths.node_control,
        paths.log_dir / "node-daemons.log",
    )
