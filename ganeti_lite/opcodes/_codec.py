"""From an opcode's JSON to its parameters and back, as Ganeti's query daemon does it."""

from collections.abc import Mapping
from copy import copy
from typing import Any, Final

from attrs import frozen

from ._common import COMMON_PARAMETERS
from ._opcode import Absent, Opcode, OpcodeError
from ._plain import plain
from ._types import TEXT, MismatchError, Type
from .tables import OPCODES

OP_ID: Final = "OP_ID"
PREFIX_LENGTH: Final = len("OP_")
NO_OPCODE: Final = "INVALID_OP"


@frozen
class _Form:
    """An opcode, prepared for decoding many: the work is then that of what is given, not of what could be.

    :ivar types: of each member that it can have, by name, in the order that they are told in.
    :ivar required: names of the parameters that must be given, even if null.
    """

    opcode: Opcode
    types: Mapping[str, Type]
    required: frozenset[str]
    defaults: Mapping[str, object]

    @classmethod
    def of(cls, opcode: Opcode) -> "_Form":
        parameters = (*COMMON_PARAMETERS, *opcode.parameters)
        return cls(
            opcode,
            types={
                **{parameter.name: parameter.type for parameter in COMMON_PARAMETERS},
                OP_ID: TEXT,
                **{parameter.name: parameter.type for parameter in opcode.parameters},
            },
            required=frozenset(item.name for item in parameters if item.default is Absent.REFUSED),
            defaults={item.name: item.default for item in parameters if not isinstance(item.default, Absent)},
        )

    def decode_given(self, given: Mapping[str, object]) -> dict[str, Any]:
        """The given members in their canonical forms, without those that are null for want of a value."""
        if not given.keys() <= self.types.keys():
            unknown = given.keys() - self.types.keys()
            raise OpcodeError(f"{self.opcode.name} has no parameter {', '.join(sorted(unknown))}")
        if not given.keys() >= self.required:
            raise OpcodeError(f"{', '.join(sorted(self.required - given.keys()))} is missing")
        values: dict[str, Any] = {}
        name = ""
        try:
            for name, value in given.items():
                if value is not None or name in self.required:
                    values[name] = self.types[name].decode(value)
        except MismatchError as error:
            expected = self.types[name].name
            raise OpcodeError(f"{name} is not {expected}", name, expected) from error
        return values

    def fill(self, values: Mapping[str, object]) -> dict[str, object]:
        """*values* and the defaults of what is not among them."""
        known = {name: copy(value) for name, value in self.defaults.items()} | dict(values)
        return {name: known[name] for name in self.types if name in known}


_FORMS: Final = {name: _Form.of(opcode) for name, opcode in OPCODES.items()}


def decode_opcode(raw: object) -> dict[str, object]:
    """An opcode's ``OP_ID`` and parameters in their canonical forms, defaults filled in, secrets in clear.

    :param raw: a decoded JSON value.
    :raises OpcodeError: it is no opcode; the message names the parameter.
    """
    form, given = _recognize(raw)
    return form.fill(form.decode_given(given))


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


def _recognize(raw: object) -> tuple[_Form, dict[str, object]]:
    """What *raw* is meant to be, and its members."""
    name = read_name(raw)
    if name is None or not isinstance(raw, dict):
        raise OpcodeError(f"there is no {OP_ID}")
    form = _FORMS.get(name)
    if form is None:
        raise OpcodeError(f"there is no opcode {name}")
    return form, raw


def read_name(raw: object) -> str | None:
    """The ``OP_ID`` of what may be an opcode; None if it has none."""
    if not isinstance(raw, dict):
        return None
    try:
        name: str = TEXT.decode(raw.get(OP_ID))
    except MismatchError:
        return None
    return name
