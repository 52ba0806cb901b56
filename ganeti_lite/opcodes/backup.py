"""Opcodes for backups."""

from typing import Final

from ._common import COMPRESS, INSTANCE, SHUTDOWN_TIMEOUT
from ._opcode import Opcode, defaulted, flag, opcode, optional, required
from ._structures import EXPORT_TARGET
from ._types import INTEGER, LIST, NON_EMPTY, NUMBER
from ._words import EXPORT_MODE

BACKUP_OPCODES: Final[tuple[Opcode, ...]] = (
    opcode(
        "OP_BACKUP_EXPORT",
        *INSTANCE,
        COMPRESS,
        SHUTDOWN_TIMEOUT,
        required("target_node", EXPORT_TARGET),
        optional("target_node_uuid", NON_EMPTY),
        flag("shutdown", default=True),
        flag("remove_instance"),
        flag("ignore_remove_failures"),
        defaulted("mode", EXPORT_MODE, "local"),
        optional("x509_key_name", LIST),
        optional("destination_x509_ca", NON_EMPTY),
        flag("zero_free_space"),
        optional("zeroing_timeout_fixed", INTEGER),
        optional("zeroing_timeout_per_mib", NUMBER),
        flag("long_sleep"),
        shown="instance_name",
    ),
    opcode("OP_BACKUP_PREPARE", *INSTANCE, required("mode", EXPORT_MODE), shown="instance_name"),
    opcode("OP_BACKUP_REMOVE", *INSTANCE, shown="instance_name"),
)
