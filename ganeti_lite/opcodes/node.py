"""Opcodes for nodes and their storage."""

from typing import Final

from ._common import IALLOCATOR, IGNORE_IPOLICY, NODE, NODE_STATES, NODE_UUIDS, OUTPUT_FIELDS, REMOTE_NODE, TARGET_NODE
from ._opcode import Opcode, defaulted, flag, opcode, optional, required
from ._types import BOOLEAN, INTEGER, MAPPING, NAMES, NON_EMPTY, NUMBER, one_of
from ._words import EVACUATION_MODE, MIGRATION_MODE, STORAGE_TYPE

NODE_OPCODES: Final[tuple[Opcode, ...]] = (
    opcode(
        "OP_NODE_ADD",
        required("node_name", NON_EMPTY),
        *NODE_STATES,
        optional("primary_ip", NON_EMPTY),
        optional("secondary_ip", NON_EMPTY),
        flag("readd"),
        optional("group", NON_EMPTY),
        optional("master_capable", BOOLEAN),
        optional("vm_capable", BOOLEAN),
        optional("ndparams", MAPPING),
        flag("node_setup"),
        shown="node_name",
    ),
    opcode(
        "OP_NODE_EVACUATE",
        flag("early_release"),
        *NODE,
        *REMOTE_NODE,
        IALLOCATOR,
        required("mode", EVACUATION_MODE),
        optional("ignore_soft_errors", BOOLEAN),
        shown="node_name",
    ),
    opcode(
        "OP_NODE_MIGRATE",
        *NODE,
        optional("mode", MIGRATION_MODE),
        optional("live", BOOLEAN),
        *TARGET_NODE,
        flag("allow_runtime_changes", default=True),
        IGNORE_IPOLICY,
        IALLOCATOR,
        shown="node_name",
    ),
    opcode(
        "OP_NODE_MODIFY_STORAGE",
        *NODE,
        required("storage_type", STORAGE_TYPE),
        optional("name", NON_EMPTY),
        required("changes", MAPPING),
        shown="node_name",
    ),
    opcode("OP_NODE_POWERCYCLE", *NODE, flag("force"), shown="node_name"),
    opcode("OP_NODE_QUERYVOLS", OUTPUT_FIELDS, defaulted("nodes", NAMES, [])),
    opcode(
        "OP_NODE_QUERY_STORAGE",
        OUTPUT_FIELDS,
        optional("storage_type", STORAGE_TYPE),
        defaulted("nodes", NAMES, []),
        optional("name", NON_EMPTY),
    ),
    opcode("OP_NODE_REMOVE", *NODE, shown="node_name"),
    opcode(
        "OP_NODE_SET_PARAMS",
        *NODE,
        flag("force"),
        *NODE_STATES,
        optional("master_candidate", BOOLEAN),
        optional("offline", BOOLEAN),
        optional("drained", BOOLEAN),
        flag("auto_promote"),
        optional("master_capable", BOOLEAN),
        optional("vm_capable", BOOLEAN),
        optional("secondary_ip", NON_EMPTY),
        optional("ndparams", MAPPING),
        optional("powered", BOOLEAN),
        shown="node_name",
    ),
    opcode(
        "OP_OOB_COMMAND",
        defaulted("node_names", NAMES, []),
        NODE_UUIDS,
        required("command", one_of("health", "power-cycle", "power-off", "power-on", "power-status")),
        defaulted("timeout", INTEGER, 60),
        flag("ignore_status"),
        defaulted("power_delay", NUMBER, 2),
    ),
    opcode(
        "OP_REPAIR_NODE_STORAGE",
        *NODE,
        required("storage_type", STORAGE_TYPE),
        optional("name", NON_EMPTY),
        flag("ignore_consistency"),
        shown="node_name",
    ),
    opcode(
        "OP_RESTRICTED_COMMAND",
        flag("use_locking"),
        required("nodes", NAMES),
        NODE_UUIDS,
        required("command", NON_EMPTY),
    ),
)
