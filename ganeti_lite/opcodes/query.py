"""Opcodes that only ask."""

from typing import Final

from ._common import OUTPUT_FIELDS
from ._opcode import Opcode, defaulted, flag, opcode, optional, required
from ._types import LIST, NAMES
from ._words import QUERIED

QUERY_OPCODES: Final[tuple[Opcode, ...]] = (
    opcode("OP_EXT_STORAGE_DIAGNOSE", OUTPUT_FIELDS, defaulted("names", NAMES, [])),
    opcode("OP_OS_DIAGNOSE", OUTPUT_FIELDS, defaulted("names", NAMES, [])),
    opcode(
        "OP_QUERY",
        required("what", QUERIED),
        flag("use_locking"),
        required("fields", NAMES),
        optional("qfilter", LIST),
        shown="what",
    ),
    opcode("OP_QUERY_FIELDS", required("what", QUERIED), optional("fields", NAMES), shown="what"),
)
