"""Clusters with node groups, and what others do to them meanwhile."""

from typing import Final

from ganeti_lite.masterd.units.group import GroupAdd, GroupAssignNodes, GroupRename
from ganeti_lite.snapshot import ClusterSnapshot
from tests.masterd.units.scripted import Edit, run

EMPTY_GROUP: Final = run(GroupAdd(), group_name="empty").succeeded
"""The cluster with a group that has no nodes."""

RACK2_INSTANCES: Final = ["back.example.org", "lun.example.org", "shared.example.org", "thin.example.org"]
"""Those that have a node in the second group, the first of them only its secondary one."""


def rename(old: str, new: str) -> Edit:
    """A group gets another name."""

    def edit(snapshot: ClusterSnapshot) -> ClusterSnapshot:
        return run(GroupRename(), snapshot, group_name=old, new_name=new).succeeded

    return edit


def move(*nodes: str, to: str) -> Edit:
    """Nodes come into another group."""

    def edit(snapshot: ClusterSnapshot) -> ClusterSnapshot:
        return run(GroupAssignNodes(), snapshot, nodes=list(nodes), group_name=to, force=True).succeeded

    return edit
