"""The table of units is right."""

from ganeti_lite.masterd.units.tables import UNITS
from ganeti_lite.opcodes import OPCODES


def test_units_are_for_opcodes_that_there_are() -> None:
    """Each unit carries out an opcode that can be submitted, and no two the same."""
    assert UNITS.keys() <= OPCODES.keys()
    assert all(unit.op_id == name for name, unit in UNITS.items())
    assert len({type(unit) for unit in UNITS.values()}) == len(UNITS)
