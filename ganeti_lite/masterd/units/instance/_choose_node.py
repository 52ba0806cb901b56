"""The node of a new instance: the one that is named, or the one that an allocator chooses.

Source: what Ganeti 3.0 does.
"""

from collections.abc import Sequence

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.lookup import find_node
from ganeti_lite.masterd.units._effects import Effects, info
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.masterd.units.allocator import Allocation, AllocatorError, run_allocator
from ganeti_lite.snapshot import ClusterSnapshot, Instance, Node, fill_beparams

from ._new_disks import NewDisk


def choose_node(order: Order, instance: Instance, disks: Sequence[NewDisk], snapshot: ClusterSnapshot) -> Effects[Node]:
    """The primary node.

    :raises OpPrereqError: the allocator finds none.
    """
    allocator = order["iallocator"]
    if not allocator:
        return snapshot.nodes[order["pnode_uuid"]]
    wish = Allocation(
        instance,
        fill_beparams(snapshot.cluster, instance.beparams) or {},
        order["disk_template"],
        tuple(_show_disk(disk, snapshot) for disk in disks),
        order["group_name"],
        _list_allowed(order, snapshot),
    )
    try:
        names = yield from run_allocator(allocator, wish, snapshot)
    except AllocatorError as error:
        code = ErrorCode.NO_RESOURCES
        if order["opportunistic_locking"]:
            code = ErrorCode.TEMP_NO_RESOURCES
            yield info(f"IAllocator '{allocator}' failed on opportunistically acquired nodes: {error}")
        raise OpPrereqError(f"Can't compute nodes using iallocator '{allocator}': {error}", code) from error
    node = find_node(snapshot, names[0])
    yield info(f"Selected nodes for instance {instance.name} via iallocator {allocator}: {', '.join(names)}")
    return node


def _show_disk(disk: NewDisk, snapshot: ClusterSnapshot) -> dict[str, object]:
    return {"size": disk.size, "mode": disk.mode, "vg": snapshot.cluster.volume_group_name, "name": disk.name}


def _list_allowed(order: Order, snapshot: ClusterSnapshot) -> tuple[str, ...] | None:
    """Names of the nodes that are locked, if that need not be all."""
    if not order["opportunistic_locking"]:
        return None
    held = [order.held.get(level) for level in (LockLevel.NODE, LockLevel.NODE_RES)]
    return tuple(
        node.name for node in snapshot.nodes.ordered if all(names is None or node.uuid in names for names in held)
    )
