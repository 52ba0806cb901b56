"""Changes of the configuration: pure functions from a snapshot to the next one.

Each steps the serial numbers and times of the objects that it changes, and the cluster's, as Ganeti 3.0 does. The
serial number and time of the file are the writer's (:mod:`ganeti_lite.masterd.config_writer`). A change that comes to
nothing returns the very snapshot that it was given: then nothing is written.
"""

from ._addresses import commit_addresses, give_back_port, take_port
from ._disks import add_disk, attach_disk, detach_disk, remove_disk
from ._instances import (
    DISKS_ACTIVE,
    DISKS_INACTIVE,
    DOWN,
    OFFLINE,
    UP,
    USER_DOWN,
    InstanceMark,
    add_instance,
    mark_instance,
    remove_instance,
    rename_instance,
)
from ._nodes import CandidateStats, assign_to_groups, count_candidates, pick_candidates, promote_candidates
from ._objects import add, has_uuid, remove, update, update_cluster
from ._steps import STEPS, ClusterStep, Steps, step_cluster

__all__ = [
    "DISKS_ACTIVE",
    "DISKS_INACTIVE",
    "DOWN",
    "OFFLINE",
    "STEPS",
    "UP",
    "USER_DOWN",
    "CandidateStats",
    "ClusterStep",
    "InstanceMark",
    "Steps",
    "add",
    "add_disk",
    "add_instance",
    "assign_to_groups",
    "attach_disk",
    "commit_addresses",
    "count_candidates",
    "detach_disk",
    "give_back_port",
    "has_uuid",
    "mark_instance",
    "pick_candidates",
    "promote_candidates",
    "remove",
    "remove_disk",
    "remove_instance",
    "rename_instance",
    "step_cluster",
    "take_port",
    "update",
    "update_cluster",
]
