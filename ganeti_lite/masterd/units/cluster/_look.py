"""OP_CLUSTER_CONFIG_QUERY, OP_CLUSTER_QUERY, OP_CLUSTER_REDIST_CONF: looked at and sent around, not changed."""

from typing import Any

import msgspec

from ganeti_lite.constants import ItemType, LockMode
from ganeti_lite.masterd.changes import update_cluster
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.units._effects import ChangeConfig, Effects, ReadState
from ganeti_lite.masterd.units._files import redistribute
from ganeti_lite.masterd.units._unit import LogicalUnit, Order
from ganeti_lite.masterd.units.queries import answer_plan
from ganeti_lite.query import QueryPlan, check_classic, describe_cluster
from ganeti_lite.snapshot import ClusterSnapshot


class ClusterConfigQuery(LogicalUnit[list[Any]]):
    """The values of some fields of the cluster."""

    op_id = "OP_CLUSTER_CONFIG_QUERY"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[list[Any]]:
        """There must be such fields."""
        plan: QueryPlan = check_classic(ItemType.CLUSTER, order["output_fields"])
        (row,) = yield from answer_plan(plan, snapshot)
        return list(row)

    def execute(self, order: Order, plan: list[Any]) -> Effects[object]:
        """What was found."""
        del order
        yield from ()
        return plan


class ClusterQuery(LogicalUnit[ClusterSnapshot]):
    """The cluster's settings as one object, with all members that the same question by Luxi is answered with."""

    op_id = "OP_CLUSTER_QUERY"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[ClusterSnapshot]:
        """There is always an answer."""
        del order
        yield from ()
        return snapshot

    def execute(self, order: Order, plan: ClusterSnapshot) -> Effects[object]:
        """What was found."""
        del order
        state = yield ReadState()
        return msgspec.json.decode(describe_cluster(plan, state.architecture, state.build))


class ClusterRedistConf(LogicalUnit[None]):
    """Sends the configuration, and the files that belong to it, to all nodes once more."""

    op_id = "OP_CLUSTER_REDIST_CONF"

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """All nodes."""
        del order, snapshot
        return LockWish(None, LockMode.SHARED) if level is LockLevel.NODE else None

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[None]:
        """Nothing keeps it from being done."""
        del order, snapshot
        yield from ()

    def execute(self, order: Order, plan: None) -> Effects[object]:
        """Write the cluster as it is, so that it goes to everyone, then copy files."""
        del order, plan
        snapshot = yield ChangeConfig(lambda newest, now: update_cluster(newest, newest.cluster, now))
        yield from redistribute(snapshot)
        return None
