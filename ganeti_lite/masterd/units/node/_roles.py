"""The roles of a node, of which it has one at a time, and what becomes of it by what is ordered. Pure."""

import enum
from collections.abc import Mapping
from typing import Final

from attrs import evolve, frozen

from ganeti_lite.masterd.changes import CandidateStats
from ganeti_lite.snapshot import Node

FLAGS: Final = ("master_candidate", "drained", "offline")


class Role(enum.Enum):
    """What a node is; its value are its flags, in the order of :data:`FLAGS`."""

    CANDIDATE = (True, False, False)
    DRAINED = (False, True, False)
    OFFLINE = (False, False, True)
    REGULAR = (False, False, False)

    @property
    def flags(self) -> Mapping[str, bool]:
        """By name."""
        return dict(zip(FLAGS, self.value, strict=True))


def role_of(node: Node) -> Role:
    """The node's role; one with several flags has the last of them."""
    if node.offline:
        return Role.OFFLINE
    if node.drained:
        return Role.DRAINED
    return Role.CANDIDATE if node.master_candidate else Role.REGULAR


@frozen
class Wish:
    """What is to become of a node's flags: None for those of which nothing is said."""

    master_candidate: bool | None
    drained: bool | None
    offline: bool | None

    def without_idle(self, node: Node) -> tuple["Wish", list[str]]:
        """The wish less the flags that are to be unset and are not set, and the names of these."""
        idle = [name for name in FLAGS if getattr(self, name) is False and getattr(node, name) is False]
        return evolve(self, **dict.fromkeys(idle)), idle

    def decide(self, role: Role) -> Role:
        """The role that a node gets that has *role* now."""
        if self.master_candidate:
            return Role.CANDIDATE
        if self.drained:
            return Role.DRAINED
        if self.offline:
            return Role.OFFLINE
        return Role.REGULAR if False in (self.master_candidate, self.drained, self.offline) else role


def lacks_candidates(stats: CandidateStats, pool_size: int) -> bool:
    """Whether a node that can be a candidate from now on should be one."""
    return stats.now < min(stats.wanted + 1, pool_size)
