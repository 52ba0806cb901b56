"""Block devices of a made-up node, as frozen values. Sizes are in MiB."""

from typing import Final

import attrs

SHARED_KINDS: Final = frozenset({"sharedfile", "gluster", "rbd", "ext", "blockdev"})
"""Disk templates whose disks lie outside all nodes: every node finds them, whoever has made them."""

LVM_MAJOR: Final = 253
DRBD_MAJOR: Final = 147


@attrs.frozen
class BlockDevice:
    """A disk, or a part of one, that a node has.

    :ivar kind: disk template: ``file``, ``plain``, ``drbd``, or one of :data:`SHARED_KINDS`.
    :ivar path: by which the node knows it; no two have the same.
    :ivar group: volume group of a logical volume; empty for others.
    :ivar minor: of a device file; None where there is none.
    :ivar is_active: it has been assembled.
    :ivar is_open: it may be written.
    :ivar info: note that was put on it, such as whose it is.
    """

    kind: str
    path: str
    size: int
    group: str = ""
    minor: int | None = None
    is_active: bool = False
    is_open: bool = False
    info: str = ""

    @property
    def major(self) -> int | None:
        """Of the device file, if it has one."""
        if self.minor is None:
            return None
        return DRBD_MAJOR if self.kind == "drbd" else LVM_MAJOR
