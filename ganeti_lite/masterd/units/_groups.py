"""What the opcodes for node groups, and for networks in them, have in common."""

from collections.abc import Mapping
from typing import Any

from ganeti_lite.constants import ErrorCode, LockMode
from ganeti_lite.errors import OpExecError, OpPrereqError
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.snapshot import ClusterSnapshot, Instance, NodeGroup

from ._unit import Order


def exclusive(*names: str) -> LockWish:
    """These locks, for this job alone."""
    return LockWish(frozenset(names))


def shared(*names: str) -> LockWish:
    """These locks, together with others that only look."""
    return LockWish(frozenset(names), LockMode.SHARED)


def held_group(order: Order, snapshot: ClusterSnapshot) -> NodeGroup:
    """The group whose lock is held; it is the same one, whatever it is called by now.

    :raises OpExecError: it has gone while its lock was waited for.
    """
    (uuid,) = order.held[LockLevel.GROUP] or ("",)
    group = snapshot.nodegroups.get(uuid)
    if group is None:
        raise OpExecError(f"Could not retrieve group '{order['group_name']}' (UUID: {uuid})")
    return group


def check_name(table: Mapping[str, Any], name: str, text: str) -> None:
    """Raise OpPrereqError with *text* and the UUID of the object that has that name, or has it for its UUID."""
    for item in table.values():
        if name in (item.name, item.uuid):
            raise OpPrereqError(f"{text} (UUID: {item.uuid})", ErrorCode.ALREADY_EXISTS)


def list_instances(group: NodeGroup, snapshot: ClusterSnapshot) -> tuple[Instance, ...]:
    """The instances that have a node in the group, in listing order."""
    nodes = [node.uuid for node in snapshot.nodes_by_group.get(group.uuid, ())]
    sides = (snapshot.instances_by_primary, snapshot.instances_by_secondary)
    found = {item.uuid for node in nodes for side in sides for item in side.get(node, ())}
    return tuple(item for item in snapshot.instances.ordered if item.uuid in found)


def share_instances(group: NodeGroup, snapshot: ClusterSnapshot) -> LockWish | None:
    """Their locks; None if there are none."""
    names = [item.name for item in list_instances(group, snapshot) if item.name is not None]
    return shared(*names) if names else None


def check_instances(order: Order, group: NodeGroup, snapshot: ClusterSnapshot) -> tuple[Instance, ...]:
    """The group's instances, all of which must be locked.

    :raises OpPrereqError: they have changed while the locks were waited for.
    """
    instances = list_instances(group, snapshot)
    wanted = sorted(item.name for item in instances if item.name is not None)
    held = sorted(order.held.get(LockLevel.INSTANCE, frozenset()) or ())
    if wanted != held:
        text = f"Instances in node group '{group.name}' changed since locks were acquired, "
        names = f"wanted '{', '.join(wanted)}', have '{', '.join(held)}'; retry the operation"
        raise OpPrereqError(text + names, ErrorCode.WRONG_STATE)
    return instances
