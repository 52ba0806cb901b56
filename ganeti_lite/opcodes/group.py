"""Opcodes for node groups."""

from typing import Final

from ._common import GROUP_NAME, GROUP_SETTINGS, IALLOCATOR, NODE_UUIDS, TARGET_GROUPS
from ._opcode import Opcode, flag, opcode, required
from ._types import NAMES, NON_EMPTY

GROUP_OPCODES: Final[tuple[Opcode, ...]] = (
    opcode("OP_GROUP_ADD", GROUP_NAME, *GROUP_SETTINGS, shown="group_name"),
    opcode(
        "OP_GROUP_ASSIGN_NODES",
        GROUP_NAME,
        flag("force"),
        required("nodes", NAMES),
        NODE_UUIDS,
        shown="group_name",
    ),
    opcode(
        "OP_GROUP_EVACUATE",
        GROUP_NAME,
        flag("early_release"),
        IALLOCATOR,
        TARGET_GROUPS,
        flag("sequential"),
        flag("force_failover"),
        shown="group_name",
    ),
    opcode("OP_GROUP_REMOVE", GROUP_NAME, shown="group_name"),
    opcode("OP_GROUP_RENAME", GROUP_NAME, required("new_name", NON_EMPTY)),
    opcode("OP_GROUP_SET_PARAMS", GROUP_NAME, *GROUP_SETTINGS, shown="group_name"),
    opcode("OP_GROUP_VERIFY_DISKS", GROUP_NAME, shown="group_name"),
)
