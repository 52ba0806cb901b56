"""The tables of opcodes as such."""

from typing import Final

import pytest

from ganeti_lite.opcodes import COMMON_PARAMETERS, OPCODES, Absent, Opcode, reencode_opcode

from .inputs import minimal

COUNT: Final = 75
"""As many opcodes has Ganeti 3.0.2."""

EVERY_OPCODE: Final = pytest.mark.parametrize("opcode", OPCODES.values(), ids=OPCODES.keys())


def test_no_opcode_is_lost() -> None:
    """None of the families has an opcode that another has too."""
    assert len(OPCODES) == COUNT


@EVERY_OPCODE
def test_parameters_have_names_of_their_own(opcode: Opcode) -> None:
    """No two parameters of an opcode, common ones included, share a name; a summary shows one of them."""
    names = [parameter.name for parameter in (*COMMON_PARAMETERS, *opcode.parameters)]
    assert len(names) == len(set(names))
    assert opcode.shown is None or opcode.shown in names


@EVERY_OPCODE
def test_defaults_are_values_of_their_parameter(opcode: Opcode) -> None:
    """A default is in the form that a given value would get."""
    for parameter in (*COMMON_PARAMETERS, *opcode.parameters):
        if parameter.default is not None and not isinstance(parameter.default, Absent):
            assert repr(parameter.type.decode(parameter.default)) == repr(parameter.default)


@EVERY_OPCODE
def test_every_opcode_can_be_given(opcode: Opcode) -> None:
    """With what it cannot do without, an opcode is understood."""
    assert reencode_opcode(minimal(opcode)) != minimal(opcode)
