"""Whether this node may answer queries or take jobs, and which node is the master.

By default only the master does: on another node a user would see queries work and job submission fail.
"""

from ganeti_lite.files import read_first_line
from ganeti_lite.paths import GanetiPaths

from .source import SnapshotSource


def find_refusal(hostname: str, master: str | None, *, is_allowed_elsewhere: bool) -> str | None:
    """Why the node *hostname* must not listen for queries; None if it may.

    :param master: the master node's name as this node knows it, None if it knows none.
    """
    if is_allowed_elsewhere or hostname == master:
        return None
    way = "--allow-non-master lifts this"
    if master is None:
        return f"it is not known which node is the master: there is no ssconf_master_node and no configuration ({way})"
    return f"this node, {hostname}, is not the master, {master} ({way}; $GANETI_HOSTNAME overrides the node's name)"


def find_master(paths: GanetiPaths, source: SnapshotSource) -> str | None:
    """The master node's name: as every node is told, else as the configuration has it; None if neither tells."""
    told = read_first_line(paths.ssconf("master_node"))
    if told is None and source.view is not None and source.view.snapshot.master is not None:
        return source.view.snapshot.master.name
    return told
