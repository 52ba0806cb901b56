"""What a job's summary says of an opcode.

Nearly all opcodes in job files have ordinary values, each of the type that its parameter has anyway. For those there is
a decoder made of the tables' native types, which says much sooner that an opcode is one and what it is about;
whatever it refuses is decoded as usual.
"""

from collections.abc import Mapping
from typing import Any, Final, Union

import msgspec

from ._codec import NO_OPCODE, OP_ID, PREFIX_LENGTH, decode_opcode, read_name
from ._common import COMMON_PARAMETERS
from ._opcode import Absent, Opcode, OpcodeError, Parameter
from ._types import NO_VALUE
from .tables import OPCODES


def summarize_opcode(raw: object) -> str:
    """What the job field ``summary`` answers for an opcode: its name, and in parentheses what it is about.

    What is no opcode is called by its name alone, or ``INVALID_OP`` if it has none.

    :param raw: the decoded JSON value that a job's file has for it.
    """
    try:
        decoded = decode_opcode(raw)
    except OpcodeError:
        name = read_name(raw)
        return NO_OPCODE if name is None else name[PREFIX_LENGTH:]
    opcode = OPCODES[str(decoded[OP_ID])]
    return _describe(opcode, None if opcode.shown is None else decoded.get(opcode.shown))


def summarize_encoded(data: msgspec.Raw | bytes) -> str:
    """The same for an opcode as it stands in the file; raises :class:`msgspec.DecodeError` if it is not JSON."""
    try:
        ordinary = _ORDINARY.decode(data)
    except msgspec.ValidationError:
        return summarize_opcode(msgspec.json.decode(data))
    opcode = _OPCODE_OF[type(ordinary)]
    return _describe(opcode, None if opcode.shown is None else getattr(ordinary, opcode.shown))


def _describe(opcode: Opcode, shown: object) -> str:
    name = opcode.name[PREFIX_LENGTH:]
    return name if opcode.shown is None else f"{name}({opcode.show(shown)})"


def _make_native(opcode: Opcode) -> type[msgspec.Struct]:
    """A class of which msgspec makes ordinary opcodes of one name."""
    return msgspec.defstruct(
        opcode.name,
        [_make_member(parameter) for parameter in (*COMMON_PARAMETERS, *opcode.parameters)],
        tag_field=OP_ID,
        tag=opcode.name,
        kw_only=True,
        forbid_unknown_fields=True,
        gc=False,
    )


def _make_member(parameter: Parameter) -> tuple[str, Any] | tuple[str, Any, Any]:
    native = parameter.type.native
    if parameter.default is Absent.REFUSED:
        return parameter.name, native
    default = None if isinstance(parameter.default, Absent) else parameter.default
    return parameter.name, native | None, default


def _can_be_ordinary(opcode: Opcode) -> bool:
    """Whether all that must be given has a native type."""
    return all(item.type.native is not NO_VALUE for item in opcode.parameters if item.default is Absent.REFUSED)


_OPCODE_OF: Final[Mapping[type, Opcode]] = {
    _make_native(opcode): opcode for opcode in OPCODES.values() if _can_be_ordinary(opcode)
}
_ORDINARY: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(
    Union[tuple(_OPCODE_OF)]  # noqa: UP007 - there is no list of them to write with |
)
