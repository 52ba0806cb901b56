"""The levels of locks, in the order in which they are taken, and how locks are called.

Source: what Ganeti 3.0 answers to lock queries.
"""

import enum
from typing import Final

from attrs import frozen

from ganeti_lite.constants import LockMode

BIG_LOCK: Final = "BGL"
"""The only name of the level of the cluster: every opcode holds it, most of them shared."""


class LockLevel(enum.StrEnum):
    """A kind of lock; its value is what the locks' names begin with. Nobody asks for one while holding a later one."""

    CLUSTER = "cluster"
    INSTANCE = "instance"
    """Names: of the instances."""
    GROUP = "nodegroup"
    """Names: UUIDs; so they are on all further levels."""
    NODE = "node"
    NODE_RES = "node-res"
    NETWORK = "network"


LOCKSET: Final = "[lockset]"
"""The name under which all locks of a level, those that are still to come included, are held."""


@frozen
class LockWish:
    """Locks of one level that are needed at the same time.

    :ivar names: their names; None for the whole level.
    :ivar is_opportunistic: take those that can be had at once, maybe none.
    """

    names: frozenset[str] | None
    mode: LockMode = LockMode.EXCLUSIVE
    is_opportunistic: bool = False
