"""What the opcodes for a group that is there have in common."""

from collections.abc import Mapping
from typing import TypeVar

from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.lookup import find_group
from ganeti_lite.masterd.units._effects import HookPlan
from ganeti_lite.masterd.units._groups import exclusive
from ganeti_lite.masterd.units._unit import LogicalUnit, Order
from ganeti_lite.snapshot import ClusterSnapshot

PlanT = TypeVar("PlanT")


class OneGroup(LogicalUnit[PlanT]):
    """An opcode for one group, which it has for itself."""

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """The group must be there."""
        find_group(snapshot, order["group_name"])
        return order

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The group, for this job alone."""
        return exclusive(find_group(snapshot, order["group_name"]).uuid) if level is LockLevel.GROUP else None


def master_hooks(path: str, order: Order, snapshot: ClusterSnapshot, env: Mapping[str, str] | None = None) -> HookPlan:
    """Hooks that run on the master alone."""
    master = (snapshot.cluster.master_node,)
    return HookPlan(path, "GROUP", {"GROUP_NAME": order["group_name"], **(env or {})}, master, master)
