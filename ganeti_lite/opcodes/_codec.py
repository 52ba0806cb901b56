"""From an opcode's JSON to its parameters and back, as Ganeti's query daemon does it."""

from typing import Final

from ._common import COMMON_PARAMETERS
from ._opcode import Absent, Opcode, OpcodeError
from ._plain import plain
from ._types import TEXT, MismatchError
from .tables import OPCODES

OP_ID: Final = "OP_ID"
_COMMON: Final = tuple(parameter.name for parameter in COMMON_PARAMETERS)
"""What every opcode may have, which is told before its name."""

PREFIX_LENGTH: Final = len("OP_")
NO_OPCODE: Final = "INVALID_OP"

_KNOWN_MEMBERS: Final = {
    opcode.name: {OP_ID, *(parameter.name for parameter in (*COMMON_PARAMETERS, *opcode.parameters))}
    for opcode in OPCODES.values()
}


def decode_opcode(raw: object) -> dict[str, object]:
    """An opcode's ``OP_ID`` and parameters in their canonical forms, defaults filled in, secrets in clear.

    :param raw: a decoded JSON value.
    :raises OpcodeError: it is no opcode; the message names the parameter.
    """
    opcode, given = _recognize(raw)
    values = {parameter.name: parameter.decode(given) for parameter in (*COMMON_PARAMETERS, *opcode.parameters)}
    given = {name: value for name, value in values.items() if value is not Absent.OMITTED}
    return {name: given[name] for name in _COMMON if name in given} | {OP_ID: opcode.name} | given


def reencode_opcode(raw: object) -> object:
    """What the job field ``ops`` answers for an opcode: as decoded, with its secrets hidden; anything else as it is.

    :param raw: the decoded JSON value that a job's file has for it.
    :returns: dicts and lists of its own.
    """
    try:
        decoded = decode_opcode(raw)
    except OpcodeError:
        return plain(raw)
    for parameter in OPCODES[str(decoded[OP_ID])].parameters:
        if parameter.is_secret and parameter.name in decoded:
            decoded[parameter.name] = parameter.conceal(decoded[parameter.name])
    return decoded


def summarize_opcode(raw: object) -> str:
    """What the job field ``summary`` answers for an opcode: its name, and in parentheses what it is about.

    What is no opcode is called by its name alone, or ``INVALID_OP`` if it has none.
    """
    try:
        decoded = decode_opcode(raw)
    except OpcodeError:
        name = _name(raw)
        return NO_OPCODE if name is None else name[PREFIX_LENGTH:]
    opcode = OPCODES[str(decoded[OP_ID])]
    about = "" if opcode.shown is None else f"({opcode.show(decoded.get(opcode.shown))})"
    return opcode.name[PREFIX_LENGTH:] + about


def _recognize(raw: object) -> tuple[Opcode, dict[str, object]]:
    """The opcode that *raw* is meant to be, and its members."""
    name = _name(raw)
    if name is None or not isinstance(raw, dict):
        raise OpcodeError(f"there is no {OP_ID}")
    if name not in OPCODES:
        raise OpcodeError(f"there is no opcode {name}")
    unknown = raw.keys() - _KNOWN_MEMBERS[name]
    if unknown:
        raise OpcodeError(f"{name} has no parameter {', '.join(sorted(unknown))}")
    return OPCODES[name], raw


def _name(raw: object) -> str | None:
    if not isinstance(raw, dict):
        return None
    try:
        name: str = TEXT.decode(raw.get(OP_ID))
    except MismatchError:
        return None
    return name
