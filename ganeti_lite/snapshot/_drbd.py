"""DRBD devices: mirrored disks, each between two nodes, that may lie below other disks."""

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from ._values import Disk, Instance

DRBD: Final = "drbd"

_WITH_MINORS: Final = 5
"""Members of a DRBD device's logical id up to the minors: two nodes, a port, the minor on each node."""


@frozen
class DrbdMinor:
    """One end of a DRBD device.

    :ivar minor: the device's number on the node of this end.
    :ivar disk_index: which of the instance's disks it belongs to.
    :ivar peer: UUID of the node at the other end.
    """

    minor: int
    instance: Instance
    disk_index: int
    peer: str


def may_have_peers(disk: Disk) -> bool:
    """Whether *disk* is a DRBD device, or may have one below it."""
    return disk.dev_type == DRBD or bool(disk.children)


def drbd_nodes(disk: Disk) -> list[str]:
    """UUIDs of the nodes that *disk* and its children name as DRBD peers, in the order of the logical ids."""
    nodes = [node for node in disk.logical_id[:2] if isinstance(node, str)] if disk.dev_type == DRBD else []
    return nodes + inner_drbd_nodes(disk) if disk.children else nodes


def inner_drbd_nodes(disk: Disk) -> list[str]:
    """The same for the children alone."""
    return [node for child in disk.children if may_have_peers(child) for node in drbd_nodes(child)]


def list_drbd_minors(instance: Instance, index: int, disk: Disk) -> Iterator[tuple[str, DrbdMinor]]:
    """(node UUID, end) for both ends of *disk*, the instance's disk *index*, and of its children.

    A device between a node and itself has one end.
    """
    if disk.dev_type == DRBD:
        match disk.logical_id[:_WITH_MINORS]:
            case (str(left), str(right), _, int(left_minor), int(right_minor)):
                yield left, DrbdMinor(left_minor, instance, index, right)
                if left != right:
                    yield right, DrbdMinor(right_minor, instance, index, left)
    for child in disk.children:
        if may_have_peers(child):
            yield from list_drbd_minors(instance, index, child)
