"""OP_INSTANCE_ACTIVATE_DISKS, OP_INSTANCE_DEACTIVATE_DISKS."""

from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.changes import DISKS_INACTIVE
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.units._effects import Effects
from ganeti_lite.masterd.units._instances import (
    InstanceUnit,
    check_node_online,
    check_stopped,
    primary_of,
    the_instance,
    wish_for_nodes,
)
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import ClusterSnapshot, Instance

from ._disk_power import assemble_disks, mark, shut_disks_down
from ._sync import wait_for_sync


class InstanceActivateDisks(InstanceUnit[Instance]):
    """Brings up the disks of an instance."""

    op_id = "OP_INSTANCE_ACTIVATE_DISKS"

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The instance and its nodes."""
        return super().lock(order, level, snapshot) or wish_for_nodes(order, level, snapshot, LockLevel.NODE)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Instance]:
        """Its node must be there."""
        yield from ()
        instance = the_instance(order, snapshot)
        check_node_online(primary_of(instance, snapshot))
        return instance

    def execute(self, order: Order, plan: Instance) -> Effects[object]:
        """Bring them up; the result says as what."""
        assembly = yield from assemble_disks(plan, ignores_size=order["ignore_size"])
        if not assembly.is_complete:
            raise OpExecError("Cannot activate block devices")
        if order["wait_for_sync"]:
            in_sync = yield from wait_for_sync(assembly.instance, assembly.snapshot)
            if not in_sync:
                yield mark(plan, DISKS_INACTIVE)
                raise OpExecError("Some disks of the instance are degraded!")
        return assembly.devices


class InstanceDeactivateDisks(InstanceUnit[tuple[Instance, ClusterSnapshot]]):
    """Takes down the disks of an instance that does not run."""

    op_id = "OP_INSTANCE_DEACTIVATE_DISKS"

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The instance and its nodes."""
        return super().lock(order, level, snapshot) or wish_for_nodes(order, level, snapshot, LockLevel.NODE)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[tuple[Instance, ClusterSnapshot]]:
        """It must be there."""
        yield from ()
        return the_instance(order, snapshot), snapshot

    def execute(self, order: Order, plan: tuple[Instance, ClusterSnapshot]) -> Effects[object]:
        """Take them down; what does not go down is only told.

        :raises OpPrereqError: it is meant to run, or runs, and that is not to be ignored; a dry run does not tell.
        """
        if not order["force"]:
            yield from check_stopped(*plan, "cannot shutdown disks", "down")
        yield from shut_disks_down(*plan)
        return None
