"""OP_TEST_DUMMY: an opcode that nobody carries out, for tests of what becomes of such a job.

Source: what Ganeti 3.0 does with it.
"""

from ganeti_lite.errors import OpCodeUnknown
from ganeti_lite.snapshot import ClusterSnapshot

from ._unit import LogicalUnit, Order


class TestDummy(LogicalUnit[None]):
    """Fails, whatever it is given."""

    __test__ = False
    op_id = "OP_TEST_DUMMY"

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """There is nothing that it could be."""
        raise OpCodeUnknown("Unknown opcode")
