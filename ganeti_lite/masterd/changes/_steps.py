"""Which change of which object steps the cluster's serial number, and whether its time as well.

Source: serial numbers before and after jobs of Ganeti 3.0. Older versions differ: there, adding an instance steps the
cluster, too, and removing one leaves its time alone.
"""

import enum
from collections.abc import Mapping
from typing import Final

from attrs import evolve, frozen

from ganeti_lite.snapshot import ClusterSnapshot, Disk, FilterRule, Instance, Network, Node, NodeGroup


class ClusterStep(enum.Enum):
    """What happens to the cluster object when another one changes."""

    NONE = enum.auto()
    SERIAL = enum.auto()
    """Its serial number rises by one; its time stays."""
    SERIAL_AND_TIME = enum.auto()


@frozen
class Steps:
    """The cluster's steps for one class of objects."""

    add: ClusterStep
    update: ClusterStep
    remove: ClusterStep


_NONE, _SERIAL, _BOTH = ClusterStep.NONE, ClusterStep.SERIAL, ClusterStep.SERIAL_AND_TIME

STEPS: Final[Mapping[type, Steps]] = {
    Node: Steps(add=_SERIAL, update=_BOTH, remove=_SERIAL),
    NodeGroup: Steps(add=_SERIAL, update=_NONE, remove=_SERIAL),
    Network: Steps(add=_SERIAL, update=_NONE, remove=_SERIAL),
    Instance: Steps(add=_NONE, update=_NONE, remove=_BOTH),
    Disk: Steps(add=_NONE, update=_NONE, remove=_BOTH),
    FilterRule: Steps(add=_NONE, update=_NONE, remove=_NONE),
}

GROUP_ASSIGNMENT: Final = _SERIAL
PROMOTION: Final = _SERIAL
RENAME_OF_INSTANCE: Final = _SERIAL


def step_cluster(snapshot: ClusterSnapshot, step: ClusterStep, now: float) -> ClusterSnapshot:
    """The snapshot with the cluster stepped."""
    if step is ClusterStep.NONE:
        return snapshot
    cluster = snapshot.cluster
    mtime = now if step is ClusterStep.SERIAL_AND_TIME else cluster.mtime
    return evolve(snapshot, cluster=evolve(cluster, serial_no=cluster.serial_no + 1, mtime=mtime))
