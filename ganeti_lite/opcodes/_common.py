"""Parameters that many opcodes have."""

from typing import Final, Literal

from ._opcode import defaulted, flag, optional, required
from ._structures import DEPENDENCIES, REASON_TRAIL
from ._types import BOOLEAN, INTEGER, MAPPING, NAMES, NON_EMPTY, NON_NEGATIVE, TEXT, mapping_of, such
from ._words import ALLOCATION_POLICY, DISK_TEMPLATE

COMMON_PARAMETERS: Final = (
    optional("dry_run", BOOLEAN),
    optional("debug_level", NON_NEGATIVE),
    defaulted("priority", such(INTEGER, "one of -10, 0, 10", (-10, 0, 10).__contains__, Literal[-10, 0, 10]), 0),
    defaulted("depends", DEPENDENCIES, None),
    defaulted("comment", TEXT, None),
    required("reason", REASON_TRAIL),
)
"""What every opcode has besides its own parameters."""

INSTANCE: Final = (required("instance_name", TEXT), optional("instance_uuid", NON_EMPTY))
NODE: Final = (required("node_name", NON_EMPTY), optional("node_uuid", NON_EMPTY))
GROUP_NAME: Final = required("group_name", NON_EMPTY)
NETWORK_NAME: Final = required("network_name", NON_EMPTY)

TARGET_NODE: Final = (optional("target_node", NON_EMPTY), optional("target_node_uuid", NON_EMPTY))
REMOTE_NODE: Final = (optional("remote_node", NON_EMPTY), optional("remote_node_uuid", NON_EMPTY))
NODE_UUIDS: Final = optional("node_uuids", NAMES)
TARGET_GROUPS: Final = optional("target_groups", NAMES)
IALLOCATOR: Final = optional("iallocator", NON_EMPTY)

OUTPUT_FIELDS: Final = required("output_fields", NAMES)
IGNORE_IPOLICY: Final = flag("ignore_ipolicy")
COMPRESS: Final = defaulted("compress", TEXT, "none")
SHUTDOWN_TIMEOUT: Final = defaulted("shutdown_timeout", NON_NEGATIVE, 120)
"""Seconds."""

NODE_STATES: Final = (optional("hv_state", MAPPING), optional("disk_state", MAPPING))
DISKPARAMS: Final = optional("diskparams", mapping_of(MAPPING, DISK_TEMPLATE))

GROUP_SETTINGS: Final = (
    optional("alloc_policy", ALLOCATION_POLICY),
    optional("ndparams", MAPPING),
    DISKPARAMS,
    *NODE_STATES,
    optional("ipolicy", MAPPING),
)
