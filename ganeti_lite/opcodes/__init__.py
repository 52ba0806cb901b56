"""Opcodes: what a job is asked to do, as tables, and how Ganeti's query daemon answers them.

Pure: values in, values out. An opcode comes as the decoded JSON of a job's file or of a request.
"""

from ._codec import decode_opcode, reencode_opcode
from ._common import COMMON_PARAMETERS
from ._opcode import Absent, Opcode, OpcodeError, Parameter
from ._plain import plain
from ._summary import summarize_encoded, summarize_opcode
from ._types import MismatchError, Type
from .tables import OPCODES

__all__ = [
    "COMMON_PARAMETERS",
    "OPCODES",
    "Absent",
    "MismatchError",
    "Opcode",
    "OpcodeError",
    "Parameter",
    "Type",
    "decode_opcode",
    "plain",
    "reencode_opcode",
    "summarize_encoded",
    "summarize_opcode",
]
