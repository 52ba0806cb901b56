"""Opcodes that take instances elsewhere."""

from typing import Final

from ._common import COMPRESS, IALLOCATOR, IGNORE_IPOLICY, INSTANCE, SHUTDOWN_TIMEOUT, TARGET_GROUPS, TARGET_NODE
from ._opcode import Opcode, flag, opcode, optional, required
from ._types import BOOLEAN, NON_EMPTY
from ._words import MIGRATION_MODE

MOVE_OPCODES: Final[tuple[Opcode, ...]] = (
    opcode(
        "OP_INSTANCE_CHANGE_GROUP",
        *INSTANCE,
        flag("early_release"),
        IALLOCATOR,
        TARGET_GROUPS,
        shown="instance_name",
    ),
    opcode(
        "OP_INSTANCE_FAILOVER",
        *INSTANCE,
        SHUTDOWN_TIMEOUT,
        flag("ignore_consistency"),
        *TARGET_NODE,
        IGNORE_IPOLICY,
        flag("cleanup"),
        IALLOCATOR,
        shown="instance_name",
    ),
    opcode(
        "OP_INSTANCE_MIGRATE",
        *INSTANCE,
        optional("mode", MIGRATION_MODE),
        optional("live", BOOLEAN),
        *TARGET_NODE,
        flag("allow_runtime_changes", default=True),
        IGNORE_IPOLICY,
        flag("cleanup"),
        IALLOCATOR,
        flag("allow_failover"),
        flag("ignore_hvversions"),
        shown="instance_name",
    ),
    opcode(
        "OP_INSTANCE_MOVE",
        *INSTANCE,
        SHUTDOWN_TIMEOUT,
        IGNORE_IPOLICY,
        required("target_node", NON_EMPTY),
        optional("target_node_uuid", NON_EMPTY),
        COMPRESS,
        flag("ignore_consistency"),
        shown="instance_name",
    ),
)
