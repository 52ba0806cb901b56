"""The opcode that nobody carries out."""

from ganeti_lite.errors import OpCodeUnknown
from ganeti_lite.masterd.units.dummy import TestDummy

from .scripted import run


def test_it_fails() -> None:
    """With the class that clients know; nothing is done for it."""
    ended = run(TestDummy(), result=None, messages=[], fail=False, submit_jobs=None)
    assert isinstance(ended.outcome, OpCodeUnknown)
    assert ended.outcome.to_wire() == ["OpCodeUnknown", ["Unknown opcode"]]
    assert ended.story == ["lock cluster"]
