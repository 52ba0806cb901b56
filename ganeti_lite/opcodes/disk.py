"""Opcodes for instances' disks."""

from typing import Final

from ._common import IALLOCATOR, IGNORE_IPOLICY, INSTANCE, NODE_UUIDS, REMOTE_NODE
from ._opcode import Opcode, defaulted, flag, opcode, required
from ._structures import DISK_INDEX, RECREATED_DISKS
from ._types import NAMES, NON_NEGATIVE, list_of, one_of

DISK_OPCODES: Final[tuple[Opcode, ...]] = (
    opcode("OP_INSTANCE_ACTIVATE_DISKS", *INSTANCE, flag("ignore_size"), flag("wait_for_sync"), shown="instance_name"),
    opcode("OP_INSTANCE_DEACTIVATE_DISKS", *INSTANCE, flag("force"), shown="instance_name"),
    opcode(
        "OP_INSTANCE_GROW_DISK",
        *INSTANCE,
        flag("wait_for_sync", default=True),
        required("disk", DISK_INDEX),
        required("amount", NON_NEGATIVE),
        flag("absolute"),
        IGNORE_IPOLICY,
        shown="instance_name",
    ),
    opcode(
        "OP_INSTANCE_RECREATE_DISKS",
        *INSTANCE,
        defaulted("disks", RECREATED_DISKS, []),
        defaulted("nodes", NAMES, []),
        NODE_UUIDS,
        IALLOCATOR,
        shown="instance_name",
    ),
    opcode(
        "OP_INSTANCE_REPLACE_DISKS",
        *INSTANCE,
        flag("early_release"),
        IGNORE_IPOLICY,
        required("mode", one_of("replace_auto", "replace_new_secondary", "replace_on_primary", "replace_on_secondary")),
        defaulted("disks", list_of(DISK_INDEX), []),
        *REMOTE_NODE,
        IALLOCATOR,
        shown="instance_name",
    ),
)
